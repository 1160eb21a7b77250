"""Quantities: how much of something, exact to a thousandth on both engines."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from .money import MoneyField

DIGITS = 3


def plain(quantity: Decimal | None) -> str:
    """A quantity without needless zeros: "36.8" for 36.800, "20" for 2E+1; "" for none."""
    return "" if quantity is None else f"{quantity.normalize():f}"


class QuantityField(MoneyField):
    """How much: a whole number of thousandths in the database, a Decimal in Python, a string in JSON.

    A float is ``quantity_invalid``, more than three decimals are ``quantity_decimals``, more than 18
    digits ``quantity_too_large``; nothing is ever rounded.
    """

    refusals = {
        "invalid": "quantity_invalid",
        "decimals": "quantity_decimals",
        "too_large": "quantity_too_large",
    }

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **{**kwargs, "digits": DIGITS})

    def deconstruct(self) -> tuple[str, str, Sequence[Any], dict[str, Any]]:
        name, _path, args, kwargs = super().deconstruct()
        del kwargs["digits"]
        return name, "hospital.kit.quantities.QuantityField", args, kwargs

    def to_python(self, value: Any) -> Decimal | None:
        return _trimmed(super().to_python(value))

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> Decimal | None:
        return _trimmed(super().from_db_value(value, expression, connection))


def _trimmed(quantity: Decimal | None) -> Decimal | None:
    return None if quantity is None else Decimal(plain(quantity))
