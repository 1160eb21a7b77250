"""The wards at a moment: each bed with what it is used for, who waits, and how many there are."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, Q

from hospital.kit import clock
from hospital.kit.actors import Actor
from hospital.models import Bed, Ward
from records.models import BedPeriod, Leave

from . import recorded_beds
from .wanted_times import invalid

FREE = "free"
NOBODY = {"occupied": 0, "waiting": 0, "on_leave": 0}
Kind = BedPeriod.Kind


@dataclass
class Place:
    """A bed, or somebody who waits for one (``bed`` None), and the period that tells its state."""

    bed: Bed | None
    period: BedPeriod | None = None

    @property
    def state(self) -> str:
        """occupied, reserved, cleaning, closed or free."""
        return str(self.period.kind) if self.period else FREE

    @property
    def is_on_leave(self) -> bool:
        return self.state == Kind.OCCUPIED and getattr(self.period, "is_away", False)


@dataclass
class WardBoard:
    """A ward's beds in their order, and those who wait for one."""

    ward: Ward
    places: list[Place] = field(default_factory=list)
    waiting: list[Place] = field(default_factory=list)

    def number(self, state: str) -> int:
        """How many beds are in this state."""
        return sum(place.state == state for place in self.places)

    @property
    def stays(self) -> list[BedPeriod]:
        """The periods of everybody who is in."""
        rows = [place.period for place in (*self.places, *self.waiting)]
        return [row for row in rows if row and row.kind == Kind.OCCUPIED]


def at(
    actor: Actor,
    moment: dt.datetime | None = None,
    *,
    wards: Sequence[Ward] | None = None,
    known_at: dt.datetime | None = None,
) -> list[WardBoard]:
    """The board at ``moment`` (now), as it is known today, with four queries: wards, beds, periods, patients.

    With ``known_at`` it is as the records told it then, from their histories, with five; ValidationError when that is
    still to come or before ``moment``. A bed that is retired by then, or was not there yet, is left out.
    """
    when = moment or known_at or clock.now()
    refuse_unknowable(when, known_at)
    if wards is None:
        wards = list(_wards(actor, known_at).order_by("name", "id"))
    boards = {ward.pk: WardBoard(ward) for ward in wards}
    if known_at:
        beds = recorded_beds.beds(wards, when, known_at)
        rows = recorded_beds.periods([bed.pk for bed in beds], list(boards), when, known_at)
    else:
        there = Q(retired_at__isnull=True) | Q(retired_at__gt=when)
        beds = list(Bed.objects.filter(there, ward__in=list(boards)).order_by("sort_key", "id"))
        rows = _periods(list(boards), when)
    held = {row.bed_id: row for row in rows if row.bed_id}
    for bed in beds:
        if bed.created_at <= when or bed.pk in held:  # entered late, as its use was
            boards[bed.ward_id].places.append(Place(bed, held.get(bed.pk)))
    for row in rows:
        if row.bed_id is None:
            boards[row.ward_id].waiting.append(Place(None, row))
    return list(boards.values())


def census(
    actor: Actor, moments: Sequence[dt.datetime], *, known_at: dt.datetime | None = None
) -> dict[UUID, list[dict[str, int]]]:
    """Ward id -> for each of ``moments`` {"occupied", "waiting", "on_leave"}, as it is known today or was at
    ``known_at``; two queries.

    ``on_leave`` are counted among those who occupy a bed or wait for one. Nobody in is no entry.
    """
    refuse_unknowable(max(moments), known_at)
    lying: Any = BedPeriod.objects.filter(hospital=actor.here, kind=Kind.OCCUPIED)
    away: Any = Leave.objects.filter(encounter__hospital=actor.here)
    if known_at:
        lying, away = (recorded_beds.lasting(rows, moments, known_at) for rows in (lying, away))
    else:
        lying, away = lying.live(), away.live()
    told: dict[UUID, list[dict[str, int]]] = {}
    spans = _meeting(lying, moments).values_list("ward", "bed", "encounter", "starts_at", "ends_at")
    leaves = defaultdict(list)
    for stay, begins, ends in _meeting(away, moments).values_list(
        "encounter", "starts_at", "ends_at"
    ):
        leaves[stay].append((begins, ends))
    for ward, bed, stay, begins, ends in spans:
        rows = told.setdefault(ward, [dict(NOBODY) for _ in moments])
        for row, moment in zip(rows, moments, strict=True):
            if _holds(begins, ends, moment):
                row["occupied" if bed else "waiting"] += 1
                row["on_leave"] += any(_holds(*leave, moment) for leave in leaves[stay])
    return told


def refuse_unknowable(when: dt.datetime, known_at: dt.datetime | None) -> None:
    """ValidationError for a time of knowing that is still to come, or before the moment that is asked about."""
    if known_at and known_at > clock.now():
        raise invalid("known_at", "time_to_come")
    if known_at and known_at < when:
        raise invalid("known_at", "known_before_moment")


def _wards(actor: Actor, known_at: dt.datetime | None) -> Any:
    """Those there are, or were when it was known."""
    rows = Ward.objects.visible_to(actor, "list")
    if known_at is None:
        return rows.live()
    return rows.filter(
        Q(retired_at__isnull=True) | Q(retired_at__gt=known_at), created_at__lte=known_at
    )


def _meeting(rows: Any, moments: Sequence[dt.datetime]) -> Any:
    """Those that may hold at one of the moments."""
    begun = rows.filter(starts_at__lte=max(moments))
    return begun.filter(Q(ends_at__isnull=True) | Q(ends_at__gt=min(moments)))


def _holds(begins: dt.datetime, ends: dt.datetime | None, moment: dt.datetime) -> bool:
    return begins <= moment and (ends is None or ends > moment)


def _here(wards: list[UUID]) -> Q:
    """A bed that was moved to another ward is there with whoever lies in it."""
    return Q(bed__ward__in=wards) | Q(bed__isnull=True, ward__in=wards)


def _periods(wards: list[UUID], when: dt.datetime) -> list[BedPeriod]:
    away = Leave.objects.at(when).filter(encounter=OuterRef("encounter"))
    rows: Any = BedPeriod.objects.at(when).filter(_here(wards)).annotate(is_away=Exists(away))
    return list(
        rows.select_related("encounter__patient", "encounter__attending").order_by(
            "starts_at", "id"
        )
    )
