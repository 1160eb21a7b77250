"""What a round goes by: the patients of a ward, or of a doctor, each with what must be known of them.

The same number of queries however many there are.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from hospital.kit import clock, localtimes
from hospital.kit.actors import Actor
from hospital.models import Bed, Doctor, Hospital, Ward
from records import vitals
from records.models import (
    BedPeriod,
    Encounter,
    InPatient,
    Leave,
    Observation,
    OutPatient,
    Treatment,
)

from . import bed_board, discharge_blockers
from .briefs import Brief, allergies_of
from .latest_signs import latest

# The vital signs of a round; weight and height are no part of it.
SIGNS = ("systolic", "diastolic", "pulse", "breathing", "temperature", "saturation", "pain")
CODES = tuple(vitals.BY_KEY[key].code for key in SIGNS)
# What was measured before the stay and still tells of it, such as in the emergency department.
BEFORE = dt.timedelta(days=1)
S = Encounter.Status
IN = (S.IN_PROGRESS, S.ON_LEAVE)


@dataclass
class Known:
    """What is known of patients who are in: ``leaves`` and ``lacking`` by the stay, the rest by the patient."""

    leaves: dict[UUID, Leave] = field(default_factory=dict)
    signs: dict[UUID, dict[str, Observation]] = field(default_factory=dict)
    allergies: dict[UUID, Brief] = field(default_factory=dict)
    lacking: dict[UUID, list[dict[str, Any]]] = field(default_factory=dict)

    def signs_of(self, stay: Encounter) -> dict[str, Observation]:
        """Code -> the newest value, as far as it was taken for this stay."""
        since = stay.starts_at - BEFORE
        rows = self.signs.get(stay.patient_id, {})
        return {code: row for code, row in rows.items() if row.taken_at >= since}


@dataclass
class WardRound:
    """A ward now: its beds, what is known of who is in, and who is to come without a bed kept for them."""

    board: bed_board.WardBoard
    known: Known
    expected: list[InPatient]

    @property
    def patients(self) -> list[tuple[Encounter, Bed | None]]:
        """Who is in, bed by bed, then who waits for one."""
        return _used(self.board, BedPeriod.Kind.OCCUPIED)

    @property
    def everybody(self) -> list[Encounter]:
        """Of whom something is shown: who is in, for whom a bed is kept, who is to come."""
        kept = _used(self.board, BedPeriod.Kind.RESERVED)
        return [*(stay for stay, _bed in (*self.patients, *kept)), *self.expected]


@dataclass
class DoctorsDay:
    """A doctor's visits that wait or are under way, in-patients with their places, treatments to be done by today."""

    visits: list[OutPatient]
    stays: list[tuple[InPatient, BedPeriod | None]]
    treatments: list[Treatment]
    known: Known


def of_ward(actor: Actor, ward: Ward) -> WardRound:
    """The ward as it is now."""
    board = bed_board.at(actor, wards=[ward])[0]
    stays = [stay for stay, _bed in _used(board, BedPeriod.Kind.OCCUPIED)]
    kept = BedPeriod.objects.at(clock.now()).filter(kind=BedPeriod.Kind.RESERVED)
    coming: Any = InPatient.objects.visible_to(actor, "list").live().filter(status=S.PLANNED)
    coming = coming.filter(starts_at__lt=end_of_today(actor)).exclude(
        pk__in=kept.filter(encounter__isnull=False).values("encounter")
    )
    coming = coming.select_related("patient").order_by("starts_at", "id")
    return WardRound(board, known_of(actor, stays), list(coming))


def of_doctor(actor: Actor, doctor: Doctor) -> DoctorsDay:
    """The doctor's day, at this moment."""
    visits: Any = OutPatient.objects.visible_to(actor, "list").live().filter(attending=doctor)
    visits = visits.filter(status__in=(S.ARRIVED, S.IN_PROGRESS)).select_related(
        "patient", "clinic", "attending"
    )
    stays: Any = InPatient.objects.visible_to(actor, "list").live().filter(attending=doctor)
    found = list(stays.filter(status__in=IN).select_related("patient"))
    lying = BedPeriod.objects.at(clock.now()).filter(kind=BedPeriod.Kind.OCCUPIED)
    lying = lying.filter(encounter__in=[stay.pk for stay in found])
    places = {row.encounter_id: row for row in lying.select_related("ward", "bed")}
    planned: Any = (
        Treatment.objects.visible_to(actor, "list").live().planned().filter(doctor=doctor)
    )
    planned = planned.filter(planned_for__lt=end_of_today(actor))
    planned = planned.select_related("procedure", "patient").order_by("planned_for", "id")
    return DoctorsDay(
        sorted(visits, key=lambda row: (row.status == S.ARRIVED, row.starts_at, row.pk)),
        sorted(((stay, places.get(stay.pk)) for stay in found), key=_in_order),
        list(planned),
        known_of(actor, found),
    )


def known_of(actor: Actor, stays: Sequence[Encounter]) -> Known:
    """What is known of those who are in: leaves, last vital signs, allergies, what is missing for the discharge."""
    ids = [stay.pk for stay in stays]
    away = Leave.objects.at(clock.now()).filter(encounter__in=ids)
    since = min((stay.starts_at for stay in stays), default=clock.now()) - BEFORE
    return Known(
        leaves={row.encounter_id: row for row in away},
        signs=latest(actor, [stay.patient_id for stay in stays], CODES, since=since),
        allergies=allergies_of(actor, [stay.patient for stay in stays]),
        lacking=discharge_blockers.of_many(stays),
    )


def end_of_today(actor: Actor) -> dt.datetime:
    """Midnight at the end of the hospital's day."""
    zone = Hospital.objects.get(pk=actor.here).zone
    return localtimes.day_bounds(clock.today(), zone)[1]


def _used(board: bed_board.WardBoard, kind: str) -> list[tuple[Encounter, Bed | None]]:
    rows = [each for each in (*board.places, *board.waiting) if each.state == kind]
    periods = [(each.period, each.bed) for each in rows]
    return [(period.encounter, bed) for period, bed in periods if period and period.encounter]


def _in_order(each: tuple[InPatient, BedPeriod | None]) -> Any:
    """Ward by ward, bed by bed."""
    stay, place = each
    bed = place.bed if place else None
    return (str(place.ward) if place else "", bed.sort_key if bed else "\uffff", stay.pk)
