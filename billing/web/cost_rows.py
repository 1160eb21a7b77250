"""How costs read on a page: lines with the price of one and how long that is valid, amounts, the total."""

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext

from billing.models import EstimateLine
from billing.services import costs
from hospital.kit.money import spoken
from hospital.kit.quantities import plain
from hospital.web.texts import day_text
from records.models import Consumable, Medication

KINDS = dict(EstimateLine.Kind.choices)
UNITS = {**dict(Consumable.Unit.choices), **dict(Medication.Unit.choices)}


def lines(rows: Iterable[Any], currency: str) -> list[dict[str, str]]:
    """The lines of a cost or of an estimate, everything formatted."""
    return [
        {
            "name": costs.in_words(row.name, row.form),
            "kind": str(KINDS.get(row.kind, row.kind)),
            "quantity": plain(row.quantity),
            "unit": str(UNITS.get(row.unit, row.unit)),
            "price": spoken(row.unit_price, currency),
            "valid": valid(row.valid_from, row.valid_to),
            "amount": spoken(row.amount, currency),
        }
        for row in rows
    ]


def valid(first: dt.date, last: dt.date | None) -> str:
    """since 01-Jan-2026; 01-Jan-2026 – 30-Jun-2026 for a price with an end."""
    if last is None:
        return gettext("since %(day)s") % {"day": day_text(first)}
    return f"{day_text(first)} – {day_text(last)}"
