"""Amounts of money, exact from the keyboard to the database and back."""

import re
from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Context, Decimal, InvalidOperation
from typing import Any, ClassVar

from babel.numbers import format_currency, get_currency_precision
from django import forms
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models.expressions import Combinable, register_combinable_fields
from django.utils.translation import get_language, to_locale

from hospital.kit import codes

MOST_DIGITS = 18  # of minor units: always inside a signed 64-bit integer
MOST_DECIMALS = 3  # of any currency that people pay with
USUAL_DECIMALS = 2
LONGEST_TEXT = 60
# Room for the largest amount times the largest quantity, so that nothing is rounded on the way.
EXACT = Context(prec=60, rounding=ROUND_HALF_UP)


def decimals_of(currency: str) -> int:
    """How many decimals amounts of an ISO 4217 currency have: 2 for EUR, none for JPY."""
    return get_currency_precision(currency)


def rounded(amount: Decimal, currency: str) -> Decimal:
    """An amount in the minor unit of its currency, half of one rounded up: 3.125 EUR is 3.13."""
    return amount.quantize(Decimal(1).scaleb(-decimals_of(currency)), context=EXACT)


def spoken(amount: Decimal | None, currency: str) -> str:
    """An amount as people write it, in the active language: "€12.50"; "" for none."""
    if amount is None:
        return ""
    return format_currency(amount, currency, locale=to_locale(get_language() or "en"))


# "2,5" and "1,20" are decimals; "1,200" is twelve hundred to one and little more than one to another.
DECIMAL_COMMA = re.compile(r"(-?\d+),(\d{1,2}|\d{4,})")


class MoneyInput(forms.CharField):
    """Text, with a point or a comma before the decimals; what an amount is the model field alone decides."""

    def __init__(self, **kwargs: Any):
        kwargs.setdefault("widget", forms.TextInput(attrs={"inputmode": "decimal"}))
        super().__init__(**kwargs)

    def to_python(self, value: Any) -> Any:
        text = super().to_python(value)
        found = DECIMAL_COMMA.fullmatch(text or "")
        return f"{found[1]}.{found[2]}" if found else text

    def has_changed(self, initial: Any, data: Any) -> bool:
        return super().has_changed(None if initial is None else str(initial), data)


class MoneyField(models.Field):
    """An amount: a whole number of minor units in the database, a Decimal of major units in Python.

    ``digits`` is how many decimals the currency has: 2 for EUR, 0 for JPY, 3 for KWD. Sums, sorting
    and comparisons in the database are exact on both engines, being made of integers. A float is
    ``money_invalid`` (TypeError when code saves one), more decimals than the currency has are
    ``money_decimals``, more than 18 digits ``money_too_large``; nothing is ever rounded. JSON
    carries a string. In queries, amounts may be added, subtracted and multiplied by integers; a
    bare Decimal beside an ``F()`` is refused by Django: give ``Value`` an ``output_field``.
    """

    # Why a value is refused -> the code that says so.
    refusals: ClassVar[dict[str, str]] = {
        "invalid": "money_invalid",
        "decimals": "money_decimals",
        "too_large": "money_too_large",
    }

    def __init__(self, *args: Any, digits: int = 2, **kwargs: Any):
        self.digits = digits
        super().__init__(*args, **kwargs)

    def deconstruct(self) -> tuple[str, str, Sequence[Any], dict[str, Any]]:
        name, _path, args, kwargs = super().deconstruct()
        if self.digits != 2:
            kwargs["digits"] = self.digits
        return name, "hospital.kit.fields.MoneyField", args, kwargs

    def get_internal_type(self) -> str:
        return "BigIntegerField"

    def to_python(self, value: Any) -> Decimal | None:
        if value is None:
            return None
        return self._major_units(self._minor_units(value))

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> Decimal | None:
        return None if value is None else self._major_units(value)

    def get_prep_value(self, value: Any) -> Any:
        value = super().get_prep_value(value)
        if value is None or hasattr(value, "resolve_expression"):
            return value
        if isinstance(value, float):
            raise TypeError("Money is never a float: give a Decimal, an int or a string.")
        return self._minor_units(value)

    def pre_save(self, model_instance: models.Model, add: bool) -> Any:
        value = super().pre_save(model_instance, add)
        if value is not None and not isinstance(value, float | Combinable):
            value = self.to_python(value)
            setattr(model_instance, self.attname, value)
        return value

    def value_from_object(self, obj: models.Model) -> Any:
        """Text: a form and a serializer must not make a float of it."""
        value = super().value_from_object(obj)
        return None if value is None else str(value)

    def value_to_string(self, obj: models.Model) -> str:
        return str(self.to_python(getattr(obj, self.attname)))

    def formfield(self, **kwargs: Any) -> Any:
        # An empty box is no amount; whether there must be one the field says, not what an amount is.
        return super().formfield(**({"form_class": MoneyInput, "empty_value": None} | kwargs))

    def _major_units(self, minor: int) -> Decimal:
        """With two decimals where they say all: 12.50, and 1.235 of a currency with three."""
        amount = Decimal(minor).scaleb(-self.digits)
        spare = 10 ** max(0, self.digits - USUAL_DECIMALS)
        if spare > 1 and minor % spare == 0:
            return Decimal(minor // spare).scaleb(-USUAL_DECIMALS)
        return amount

    def _minor_units(self, value: Any) -> int:
        amount = self._exact(value)
        if amount.adjusted() >= MOST_DIGITS:
            raise self._refusal("too_large")
        sign, digits, exponent = amount.as_tuple()
        number, shift = int("".join(map(str, digits))), int(exponent) + self.digits
        whole, rest = (number * 10**shift, 0) if shift >= 0 else divmod(number, 10**-shift)
        if rest:
            raise self._refusal("decimals", digits=self.digits)
        if whole >= 10**MOST_DIGITS:
            raise self._refusal("too_large")
        return -whole if sign else whole

    def _exact(self, value: Any) -> Decimal:
        """The value as a finite Decimal; text like "1_000" or "1e3" is no amount."""
        if isinstance(value, str):
            value = value.strip()
            if len(value) > LONGEST_TEXT or set(value) - set("+-.0123456789"):
                raise self._refusal("invalid")
        elif isinstance(value, bool) or not isinstance(value, int | Decimal):
            raise self._refusal("invalid")
        try:
            amount = Decimal(value)
        except InvalidOperation as error:
            raise self._refusal("invalid") from error
        if not amount.is_finite() or int(amount.as_tuple().exponent) < -LONGEST_TEXT:
            raise self._refusal("invalid")
        return amount or Decimal(0)

    def _refusal(self, why: str, **params: object) -> ValidationError:
        code = self.refusals[why]
        return ValidationError(codes.sentence(code, **params), code)


for _connector in (Combinable.ADD, Combinable.SUB):
    register_combinable_fields(MoneyField, _connector, MoneyField, MoneyField)
register_combinable_fields(MoneyField, Combinable.MUL, models.IntegerField, MoneyField)
register_combinable_fields(models.IntegerField, Combinable.MUL, MoneyField, MoneyField)
