"""What a treatment costs: every line names the price it used; a line without a valid price is refused.

    amount of a line = price of one unit x quantity, rounded half up to the currency's minor unit
    total            = sum of the amounts

So a line can be checked by hand, and the lines always add up to the total. Prices are those of the day
on which it was done; of what is still to be done, of the day it is planned for, or of today.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from functools import reduce
from typing import Any
from uuid import UUID

from billing.models import Estimate, EstimateLine
from hospital.kit import audit, clock, facts, policy
from hospital.kit.actors import Actor
from hospital.kit.acts import act
from hospital.kit.errors import RuleError
from hospital.kit.money import EXACT, rounded
from records.models import Medication, Treatment

from . import cost_lines
from .cost_lines import Priced

FORMS = dict(Medication.Form.choices)


class PriceMissing(RuleError):
    """Some of what goes into a treatment has no price on that day: the cost cannot be told."""

    def __init__(self, rows: list[Priced], day: dt.date):
        self.rows = rows
        super().__init__("price_missing", names=", ".join(map(name_of, rows)), day=day.isoformat())

    @property
    def more(self) -> dict[str, Any]:
        return {
            "missing": [
                {"kind": row.kind, "item_id": row.item_id, "name": name_of(row)}
                for row in self.rows
            ]
        }


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that costs. Amounts have the decimals of the currency."""

    kind: str
    item_id: UUID
    name: str
    form: str
    quantity: Decimal
    unit: str
    unit_price: Decimal
    valid_from: dt.date
    valid_to: dt.date | None
    amount: Decimal


@dataclass(frozen=True, slots=True)
class Cost:
    """What a treatment costs by the prices of ``priced_on``."""

    currency: str
    priced_on: dt.date
    lines: tuple[Line, ...]

    @property
    def total(self) -> Decimal:
        nothing = rounded(Decimal(0), self.currency)
        return reduce(EXACT.add, (line.amount for line in self.lines), nothing)


def of(actor: Actor, treatment: Treatment) -> Cost:
    """What the treatment costs; ``treatment`` comes with its hospital.

    PriceMissing (409 ``price_missing``) naming all that has no price, never a line of zero. RuleError
    ``treatment_step`` for one that is cancelled.
    """
    policy.require(actor, "billing.cost.read", treatment)
    if treatment.status == Treatment.Status.CANCELLED:
        raise RuleError("treatment_step", status=treatment.get_status_display())
    return _reckoned(treatment)


@act("billing.estimate.create")
def estimate(actor: Actor, *, treatment: Treatment) -> Estimate:
    """Write down what the treatment would cost by the prices of now; it stays when they change."""
    policy.require(actor, "billing.estimate.create", treatment)
    facts.lock(treatment)
    treatment.refresh_from_db()
    facts.refuse_retired(treatment)
    if not treatment.is_planned:
        raise RuleError("treatment_step", status=treatment.get_status_display())
    cost = _reckoned(treatment)
    made = Estimate(
        hospital_id=treatment.hospital_id, treatment=treatment, made_by=actor.user_id,
        priced_on=cost.priced_on, currency=cost.currency, total=cost.total,
    )  # fmt: skip
    made.save(force_insert=True)
    EstimateLine.objects.bulk_create(
        EstimateLine(
            estimate=made, position=position, kind=line.kind, item_id=line.item_id,
            name=line.name, form=line.form, quantity=line.quantity, unit=line.unit,
            unit_price=line.unit_price, valid_from=line.valid_from, valid_to=line.valid_to,
            amount=line.amount,
        )
        for position, line in enumerate(cost.lines, 1)
    )  # fmt: skip
    audit.wrote(made, changed={"treatment", "total"})  # type: ignore[arg-type]
    return made


def day_of(treatment: Treatment) -> dt.date:
    """The day whose prices count."""
    zone = treatment.hospital.zone
    if treatment.done_at:
        return treatment.done_at.astimezone(zone).date()
    today = clock.now().astimezone(zone).date()
    if treatment.planned_for is None:
        return today
    return max(today, treatment.planned_for.astimezone(zone).date())


def name_of(row: Priced) -> str:
    """As the catalogue calls it: a medication with its strength and form."""
    return in_words(_name(row), row.form)


def in_words(name: str, form: str) -> str:
    """What a line is called, with the form of a medication in the reader's language."""
    return " ".join(filter(None, (name, str(FORMS.get(form, "")))))


def _name(row: Priced) -> str:
    return " ".join(filter(None, (row.name, row.strength)))


def _reckoned(treatment: Treatment) -> Cost:
    day, currency = day_of(treatment), treatment.hospital.currency
    rows = cost_lines.load(treatment.pk, day)
    if missing := [row for row in rows if row.unit_price is None]:
        raise PriceMissing(missing, day)
    return Cost(currency, day, tuple(_line(row, currency) for row in rows))


def _line(row: Priced, currency: str) -> Line:
    assert row.unit_price is not None
    assert row.valid_from is not None
    return Line(
        row.kind, row.item_id, _name(row), row.form, row.quantity, row.unit,
        rounded(row.unit_price, currency), row.valid_from, row.valid_to,
        rounded(EXACT.multiply(row.unit_price, row.quantity), currency),
    )  # fmt: skip
