"""Model fields that keep a value in one exact form, whichever door it came in by."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models

from hospital.kit import codes, partialdates, phones, sortkeys
from hospital.kit.money import MoneyField

Deconstructed = tuple[str, str, Sequence[Any], dict[str, Any]]

__all__ = ["MoneyField", "OrderKeyField", "PartialDateField", "PhoneField", "SortKeyField"]


class SortKeyField(models.CharField):
    """A key for sorting and prefix search, compared byte by byte on both engines; never null.

    Text that is too long is cut, in the row and in a search alike: a key need not be whole.
    """

    def __init__(self, *args: Any, **kwargs: Any):
        if kwargs.get("null"):
            raise TypeError("A sort key is never null: keyset paging would lose the row.")
        kwargs.setdefault("max_length", 255)
        super().__init__(*args, **kwargs)

    def deconstruct(self) -> Deconstructed:
        return _without_default_length(super().deconstruct(), 255)

    def db_parameters(self, connection: Any) -> dict[str, Any]:
        collation = {"postgresql": "C", "sqlite": "BINARY"}.get(connection.vendor)
        return super().db_parameters(connection) | {"collation": collation}

    def to_python(self, value: Any) -> Any:
        text = super().to_python(value)
        return text[: self.max_length] if isinstance(text, str) else text

    def get_prep_value(self, value: Any) -> Any:
        return self.to_python(super().get_prep_value(value))


class OrderKeyField(SortKeyField):
    """The key by which rows are listed as people order the text of the fields ``of``: 2 before 10.

    Written whenever the row is. A list sorted by the first of these fields is sorted by the key. One of
    them may be a property: copies of the row that lack it, as in a history, keep the key they were given.
    """

    def __init__(self, *args: Any, of: Sequence[str], **kwargs: Any):
        self.of = tuple(of)
        super().__init__(*args, **{**kwargs, "editable": False})

    def deconstruct(self) -> Deconstructed:
        name, path, args, kwargs = super().deconstruct()
        return name, path, args, kwargs | {"of": self.of}

    def pre_save(self, model_instance: models.Model, add: bool) -> str:
        if not all(hasattr(type(model_instance), name) for name in self.of):
            return str(getattr(model_instance, self.attname))
        words = " ".join(str(getattr(model_instance, name)) for name in self.of)
        key = self.to_python(sortkeys.natural(words))
        setattr(model_instance, self.attname, key)
        return key


class NormalField(models.CharField):
    """Text kept in one normal form, which ``normal`` returns; other text is its ValueError."""

    refusal_code: str
    length: int

    def __init__(self, *args: Any, **kwargs: Any):
        kwargs.setdefault("max_length", self.length)
        super().__init__(*args, **kwargs)
        # For a serializer, which runs the validators of a field and not its clean().
        self.validators.append(self.to_python)

    def deconstruct(self) -> Deconstructed:
        return _without_default_length(super().deconstruct(), self.length)

    def normal(self, value: Any) -> str:
        raise NotImplementedError

    def to_python(self, value: Any) -> Any:
        if value is None or hasattr(value, "resolve_expression"):
            return value
        try:
            return self.normal(value)
        except ValueError as error:
            raise ValidationError(codes.sentence(self.refusal_code), self.refusal_code) from error

    def pre_save(self, model_instance: models.Model, add: bool) -> Any:
        value = self.to_python(super().pre_save(model_instance, add))
        setattr(model_instance, self.attname, value)
        return value

    def get_prep_value(self, value: Any) -> Any:
        """A search finds the value however it is typed; half a value is searched for as it is."""
        try:
            return self.to_python(value)
        except ValidationError:
            return str(value)

    def formfield(self, **kwargs: Any) -> Any:
        # Too long is one way of being wrong, and must not get another code on this door.
        return super().formfield(**({"max_length": None} | kwargs))


class PhoneField(NormalField):
    """A phone number in E.164, typed in any style; ``phone_invalid`` when it cannot be dialled.

    A number without a country code is read as one of the active region (``kit.phones``).
    """

    refusal_code = "phone_invalid"
    length = 32

    def normal(self, value: Any) -> str:
        text = str(value).strip()
        return phones.e164(text) if text else ""


class PartialDateField(NormalField):
    """A date known to the day, the month or the year, or not at all: see ``kit.partialdates``.

    Takes text and ``date``; text of the wrong shape, days that never were and years before 1850
    are ``date_invalid``.
    """

    refusal_code = "date_invalid"
    length = 10

    def normal(self, value: Any) -> str:
        return partialdates.normal(value)

    def value_from_object(self, obj: models.Model) -> Any:
        value = super().value_from_object(obj)
        return value.isoformat() if isinstance(value, dt.date) else value


def _without_default_length(parts: Deconstructed, length: int) -> Deconstructed:
    name, path, args, kwargs = parts
    return name, path, args, {k: v for k, v in kwargs.items() if (k, v) != ("max_length", length)}
