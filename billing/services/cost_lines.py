"""The lines of a treatment's cost: what goes into it beside the price that is valid on a day, in one query."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from decimal import Decimal
from functools import cache
from typing import Any, NamedTuple
from uuid import UUID

from django.db.models import CharField, F, FilteredRelation, Q, QuerySet, Value
from django.db.models.functions import Cast

from billing.models import EstimateLine
from hospital.kit.prepared import Prepared, some_day, some_id
from hospital.kit.quantities import QuantityField
from records.models import Treatment, TreatmentConsumable, TreatmentMedication

Kind = EstimateLine.Kind
TREATMENT, DAY = some_id(21), some_day(21)
ONE = Decimal(1)


class Priced(NamedTuple):
    """One thing that costs, and its price; ``unit_price`` is None when none is valid on the day."""

    order: int
    kind: str
    item_id: UUID
    name: str
    form: str
    strength: str
    quantity: Decimal
    unit: str
    unit_price: Decimal | None
    valid_from: dt.date | None
    valid_to: dt.date | None


def load(treatment_id: UUID, day: dt.date) -> list[Priced]:
    """What goes into a treatment with the prices of ``day``: the procedure, medications, consumables."""
    rows: Iterable[Any] = _prepared().rows(treatment_id, day)
    return sorted(
        (Priced(*row) for row in rows), key=lambda row: (row.order, row.name, row.item_id)
    )


@cache
def _prepared() -> Prepared:
    return Prepared(joined(TREATMENT, DAY), [TREATMENT, DAY])


def joined(treatment_id: Any, day: Any) -> QuerySet:
    """The one query: three lists side by side, each joined with its prices."""
    this = Treatment.objects.filter(pk=treatment_id)
    medications = TreatmentMedication.objects.live().filter(treatment=treatment_id)
    consumables = TreatmentConsumable.objects.live().filter(treatment=treatment_id)
    return _rows(this, 0, Kind.PROCEDURE, "procedure", day).union(
        _rows(medications, 1, Kind.MEDICATION, "medication", day),
        _rows(consumables, 2, Kind.CONSUMABLE, "consumable", day),
        all=True,
    )


def _rows(rows: QuerySet, order: int, kind: str, item: str, day: Any) -> QuerySet:
    is_used = item != "procedure"
    told = {
        "order_": Value(order),
        "kind_": _text(kind),
        "form_": F(f"{item}__form") if item == "medication" else _text(""),
        "strength_": F(f"{item}__strength") if item == "medication" else _text(""),
        "quantity_": F("quantity") if is_used else Value(ONE, QuantityField()),
        "unit_": F("unit") if is_used else _text(""),
    }
    price = FilteredRelation(f"{item}__prices", condition=_valid(f"{item}__prices", day))
    return rows.order_by().annotate(price=price, **told).values_list(
        "order_", "kind_", f"{item}_id", f"{item}__name", "form_", "strength_", "quantity_", "unit_",
        "price__amount", "price__valid_from", "price__valid_to",
    )  # fmt: skip


def _valid(prices: str, day: Any) -> Q:
    is_open = Q(**{f"{prices}__valid_to__isnull": True}) | Q(**{f"{prices}__valid_to__gte": day})
    live = {f"{prices}__retired_at__isnull": True, f"{prices}__valid_from__lte": day}
    return Q(is_open, **live)


def _text(word: str) -> Any:
    return Cast(Value(word), CharField())
