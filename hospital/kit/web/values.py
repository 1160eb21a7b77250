"""A field's value as a page writes it."""

import datetime as dt
from decimal import Decimal
from typing import Any

from django.db import models
from django.utils.dates import WEEKDAYS_ABBR
from django.utils.translation import gettext

from hospital.kit import clock, partialdates, phones
from hospital.kit.fields import PartialDateField, PhoneField


def shown(record: Any, name: str) -> str:
    """The value of the record's field, as people read it; "" when there is none.

    A reference is called by its name, so load it with the record.
    """
    field = record._meta.get_field(name)
    value = getattr(record, field.attname)
    if field.is_relation and value is not None:
        value = getattr(record, name)
    return text(field, value)


def cell(record: Any, name: str) -> Any:
    """The value of the record's field for a file: numbers, days and moments as what they are, so that
    a spreadsheet sorts and sums them; everything else as people read it.
    """
    field = record._meta.get_field(name)
    value: Any = None if field.is_relation else getattr(record, field.attname)
    if isinstance(field, PartialDateField):
        is_whole = len(value) == len("2026-03-14")
        return partialdates.earliest(value) if is_whole else value
    is_a_word = isinstance(value, bool) or bool(field.choices)
    if isinstance(value, int | float | Decimal | dt.date) and not is_a_word:
        return value
    return shown(record, name)


def text(field: models.Field, value: Any) -> str:
    """The same for a value that stands alone."""
    if value is None or value == "":
        return ""
    if isinstance(value, bool):
        return gettext("yes") if value else gettext("no")
    if isinstance(field, PartialDateField):
        return _spoken(value)
    if isinstance(value, dt.date | dt.time):
        return _when(value)
    if isinstance(field, PhoneField):
        return phones.spaced(str(value))
    if field.choices:
        return str(dict(field.flatchoices).get(value, value))
    return str(value)


def day_text(day: dt.date, *, with_weekday: bool = False) -> str:
    """A day as every page writes it: 27-Mar-1987, or Fri 27-Mar-1987."""
    told = _spoken(day.isoformat())
    return f"{WEEKDAYS_ABBR[day.weekday()]} {told}" if with_weekday else told


def heading(model: Any, name: str) -> str:
    """The field's name as a label: first letter large."""
    label = str(model._meta.get_field(name).verbose_name)
    return label[:1].upper() + label[1:]


def _when(value: dt.date | dt.time) -> str:
    """A day, a time of day, or a moment as the clock on the wall of the hospital tells it."""
    if isinstance(value, dt.time):
        return f"{value:%H:%M}"
    if isinstance(value, dt.datetime):
        local = clock.local(value)
        return f"{_spoken(local.date().isoformat())} {local:%H:%M}"
    return _spoken(value.isoformat())


def _spoken(value: Any) -> str:
    try:
        return partialdates.spoken(partialdates.normal(value))
    except ValueError:  # what was typed, before anybody said that it is no date
        return str(value)
