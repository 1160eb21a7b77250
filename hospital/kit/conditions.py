"""Whether a declared condition surely holds for a row in memory, without asking the database."""

from collections.abc import Callable
from datetime import date
from typing import Any

from django.core.exceptions import FieldDoesNotExist
from django.db import models
from django.db.models import F, Q

# Values that Python and both databases compare alike.
_EQUAL, _ORDERED = (str, int), (int, date)
_SIMPLE: dict[str, Callable[[Any, Any], bool]] = {
    "exact": lambda value, other: value == other,
    "in": lambda value, others: value in others,
}
_RELATIONS: dict[str, Callable[[Any, Any], bool]] = {
    "gt": lambda value, other: value > other,
    "gte": lambda value, other: value >= other,
    "lt": lambda value, other: value < other,
    "lte": lambda value, other: value <= other,
}


def surely_holds(condition: Any, row: models.Model) -> bool:
    """True only when the database would say true as well.

    False says nothing: the condition is broken, or stands on something that only the database can
    tell (NULL, the order of text, a function), which must be asked.
    """
    return isinstance(condition, Q) and _truth(condition, row) is True


def _truth(node: Any, row: models.Model) -> bool | None:
    """True, false, or None for not known: SQL's three values."""
    if isinstance(node, tuple):
        path, other = node
        return _compared(path, other, row)
    if not isinstance(node, Q):
        return None
    found = [_truth(child, row) for child in node.children]
    said = _all(found) if node.connector == Q.AND else _any(found)
    if node.connector not in (Q.AND, Q.OR):
        return None
    return not said if node.negated and said is not None else said


def _all(found: list[bool | None]) -> bool | None:
    if False in found:
        return False
    return None if None in found else True


def _any(found: list[bool | None]) -> bool | None:
    if True in found:
        return True
    return None if None in found else False


def _compared(path: str, other: Any, row: models.Model) -> bool | None:
    name, _, lookup = path.partition("__")
    try:
        value = _value(name, row)
        if isinstance(other, F):
            other = _value(_name_of(other), row)
    except FieldDoesNotExist:
        return None
    if lookup == "isnull":
        return (value is None) is other
    if value is None or other is None:
        return None
    lookup = lookup or "exact"
    if lookup in _SIMPLE and isinstance(value, _EQUAL):
        return _SIMPLE[lookup](value, other)
    if lookup in _RELATIONS and type(value) is type(other) and type(value) in _ORDERED:
        return _RELATIONS[lookup](value, other)
    return None


def _value(name: str, row: models.Model) -> Any:
    field: Any = row._meta.get_field(name)
    return getattr(row, field.attname)


def _name_of(reference: Any) -> str:
    return reference.name
