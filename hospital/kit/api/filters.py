"""Filters of lists that are more than an equal value."""

from datetime import datetime
from typing import Any

import django_filters
from django import forms

from . import parameters

FLAGS = [("true", "true"), ("false", "false")]


class _Moment(forms.Field):
    """A moment with its offset."""

    def to_python(self, value: Any) -> datetime | None:
        return parameters.read_moment(value) if value else None


class MomentFilter(django_filters.Filter):
    """A moment with its offset; ``lookup_expr`` says on which side of it."""

    field_class = _Moment


class FlagFilter(django_filters.TypedChoiceFilter):
    """``true`` or ``false``, and nothing that only resembles them."""

    def __init__(self, **options: Any):
        super().__init__(choices=FLAGS, coerce=_is_true, **options)


def _is_true(sent: str) -> bool:
    return sent == "true"
