"""What a treatment costs, reckoned by the product and by walking from object to object."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Callable
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from statistics import median
from typing import Any

from django.db import connection, transaction

from billing.services import costs
from hospital.kit import clock, facts
from hospital.kit.actors import Actor
from hospital.kit.money import decimals_of
from hospital.models import Clinic, Department, Doctor, Hospital
from hospital.services import doctors
from hospital.services.identity import command_actor
from records.bench import seeding
from records.models import (
    Consumable,
    Medication,
    OutPatient,
    Patient,
    Procedure,
    Treatment,
    TreatmentConsumable,
    TreatmentMedication,
)
from records.models.prices import price_model
from records.services import catalogues, outpatients, patients, treatments

MEDICATIONS, CONSUMABLES = 10, 5
# How many entries each catalogue has, and how many prices each entry has had.
ENTRIES, PRICES = 40, 5
CALLS = 10
GOAL = 2.5
ROLES = ("administrator", "doctor", "receptionist")
Say = Callable[[str], None]
Contender = Callable[[Actor, Treatment], Decimal]


@dataclass(frozen=True)
class Found:
    """The medians for one treatment, in milliseconds of this process's processor.

    On a busy machine waiting would tell against the slower one: it is interrupted, the other is done by
    then. What PostgreSQL does is left out, so that there the ratio is rather too small.
    """

    product: float
    lazy: float

    @property
    def ratio(self) -> float:
        return self.lazy / self.product


@transaction.atomic
def run(*, rounds: int, out: Say) -> Found:
    """Measure and print; what was measured on is taken back at the end.

    AssertionError when the two do not agree: then they would not do the same work.
    """
    actor, treatment = lay(seeding.largest())
    found = measured(actor, treatment, rounds)
    transaction.set_rollback(True)
    out(
        f"{connection.vendor}: the cost of a treatment with {MEDICATIONS} medications and {CONSUMABLES} "
        f"consumables takes {found.product:.2f} ms of the processor, from object to object {found.lazy:.2f} ms: "
        f"{found.ratio:.1f} times as fast; the goal of {GOAL} is "
        f"{'met' if found.ratio >= GOAL else 'not met'}."
    )
    return found


def measured(actor: Actor, treatment: Treatment, rounds: int) -> Found:
    """Both in turn, round after round; who begins changes, and the first round only warms up."""
    turns: dict[Contender, list[float]] = {product: [], lazy: []}
    for number in range(rounds + 1):
        order = [product, lazy] if number % 2 else [lazy, product]
        totals = set()
        for contender in order:
            waits, total = _turn(contender, actor, treatment)
            totals.add(total)
            turns[contender] += waits if number else []
        assert len(totals) == 1, totals
    return Found(median(turns[product]), median(turns[lazy]))


def product(actor: Actor, treatment: Treatment) -> Decimal:
    """As every door asks for it."""
    return costs.of(actor, treatment).total


def lazy(actor: Actor, treatment: Treatment) -> Decimal:
    """As it is written at first: each use, its entry and its price looked up one after the other."""
    day, currency = costs.day_of(treatment), treatment.hospital.currency
    uses = [*treatment.medications.live(), *treatment.consumables.live()]
    entries: list[tuple[Any, Decimal]] = [(treatment.procedure, Decimal(1))]
    entries += [(getattr(use, use.ITEM), use.quantity) for use in uses]
    unit, total = Decimal(1).scaleb(-decimals_of(currency)), Decimal(0)
    for entry, quantity in entries:
        price = entry.prices.live().valid_on(day).get()
        total += (price.amount * quantity).quantize(unit, ROUND_HALF_UP)
    return total


def _turn(contender: Contender, actor: Actor, treatment: Treatment) -> tuple[list[float], Decimal]:
    waits, total = [], Decimal(0)
    for _ in range(CALLS):
        fresh = Treatment.objects.select_related("hospital").get(pk=treatment.pk)
        started = time.process_time()
        total = contender(actor, fresh)
        waits.append((time.process_time() - started) * 1e3)
    return waits, total


# ---- what is measured on


def lay(hospital: Hospital) -> tuple[Actor, Treatment]:
    """Catalogues with prices that changed from month to month, and a treatment that uses both."""
    actor = command_actor(hospital.pk, *ROLES, name="bench")
    given = [
        TreatmentMedication(medication=entry, quantity=Decimal("2.5"))
        for entry in _catalogue(actor, hospital, Medication, form="tablet", unit="tablet")
    ]
    used = [
        TreatmentConsumable(consumable=entry, quantity=Decimal(3))
        for entry in _catalogue(actor, hospital, Consumable, unit="piece")
    ]
    planned = Treatment(
        hospital=hospital, procedure=_catalogue(actor, hospital, Procedure)[0],
        **_where(actor, hospital),
    )  # fmt: skip
    return actor, treatments.plan(
        actor, treatment=planned,
        medications=given[:MEDICATIONS], consumables=used[:CONSUMABLES],
    )  # fmt: skip


def _catalogue(actor: Actor, hospital: Hospital, model: Any, **facts: str) -> list[Any]:
    has_code = any(field.name == "code" for field in model._meta.fields)
    made = []
    for number in range(ENTRIES):
        code = {"code": f"COST-{number}"} if has_code else {}
        entry = model(hospital=hospital, name=f"Costing {number}", **code, **facts)
        made.append(catalogues.add(actor, entry=entry, prices=_prices(model, number)))
    return made


def _prices(model: Any, number: int) -> list[Any]:
    """One after the other, thirty days each, the last one until further notice."""
    first = clock.today() - dt.timedelta(days=30 * (PRICES - 1))
    days = [first + dt.timedelta(days=30 * step) for step in range(PRICES)]
    ends = [day - dt.timedelta(days=1) for day in days[1:]]
    return [
        price_model(model)(amount=Decimal(100 + number + step) / 100, valid_from=day, valid_to=end)
        for step, (day, end) in enumerate(zip(days, [*ends, None], strict=True))
    ]


def _where(actor: Actor, hospital: Hospital) -> dict[str, Any]:
    """A visit under way and a doctor."""
    here: dict[str, Any] = {"hospital": hospital}
    department = facts.create(actor, Department(code="COSTS", name="Costing", **here))
    clinic = facts.create(
        actor, Clinic(department=department, code="COSTS", name="Costing", **here)
    )
    doctor = Doctor(
        department=department, family_name="Costing", licence_number="COSTS", **here
    )  # fmt: skip
    doctors.add(actor, doctor=doctor, clinics=[clinic])
    patient = patients.register(actor, patient=Patient(family_name="Costing"))
    visit = outpatients.arrive(
        actor, visit=OutPatient(patient=patient, clinic=clinic, attending=doctor, **here)
    )
    return {"doctor": doctor, "patient": patient, "encounter_id": visit.pk}
