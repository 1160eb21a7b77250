"""Whether a time can be booked: everything that stands against it, and the places it would take."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any
from uuid import UUID

from django.utils.text import capfirst

from hospital.kit import codes
from hospital.kit.actors import Actor
from hospital.kit.errors import Link, RuleError
from hospital.models import Clinic, Resource
from records.models import Appointment, Session
from records.models.bookings import OVERBOOK_LANE

from .hours import Hours, Occurrence, Taken

BUSY = {
    Resource.Kind.DOCTOR: "doctor_busy",
    Resource.Kind.ROOM: "room_busy",
    Resource.Kind.DEVICE: "device_busy",
}


@dataclass(frozen=True, slots=True)
class Clash:
    """One thing that stands against a time. ``link`` leads to it where the person may go there."""

    code: str
    detail: str
    resource_id: UUID | None = None
    link: Link | None = None


@dataclass(frozen=True, slots=True)
class Place:
    """What a booking of one resource would take up."""

    resource: Resource
    starts_at: dt.datetime
    ends_at: dt.datetime
    session: Session | None = None
    held_on: dt.date | None = None
    lane: int = 1
    overbook_seat: int = 0

    @property
    def is_extra(self) -> bool:
        """Whether it is more than the hours hold."""
        return self.overbook_seat > 0


@dataclass(slots=True)
class Plan:
    """A time that somebody wants: where, with whom, for whom, and what may be stretched for it."""

    clinic: Clinic
    resources: Sequence[Resource]
    starts_at: dt.datetime
    ends_at: dt.datetime
    patient_id: UUID | None = None
    may_overbook: bool = False
    may_share_patient: bool = False
    # The appointment that is being moved: its own time is no clash.
    appointment_id: UUID | None = None


@dataclass(slots=True)
class Verdict:
    """What came of looking at a plan: nothing clashes, or these things do."""

    clashes: list[Clash] = field(default_factory=list)
    places: list[Place] = field(default_factory=list)
    patient_lane: int = 1
    is_outside_hours: bool = False

    @property
    def is_overbooked(self) -> bool:
        return self.is_outside_hours or any(place.is_extra for place in self.places)


class TimeConflict(RuleError):
    """The time cannot be booked: every clash with its code and sentence, and times that can.

    Those are looked for when a door asks, with all locks gone: who is refused keeps nobody waiting.
    """

    def __init__(self, clashes: Sequence[Clash], search: Callable[[], Sequence[Any]] = tuple):
        self.clashes, self._search = tuple(clashes), search
        links = tuple(clash.link for clash in clashes if clash.link)
        told = " ".join(dict.fromkeys(clash.detail for clash in clashes))
        super().__init__("time_conflict", links=links, detail=told)

    @cached_property
    def free(self) -> tuple[Any, ...]:
        """The next times that would do."""
        return tuple(self._search())

    @property
    def more(self) -> dict[str, Any]:
        conflicts = [
            {"code": clash.code, "detail": clash.detail, "resource_id": clash.resource_id}
            for clash in self.clashes
        ]
        return {"conflicts": conflicts, "free": [time.as_told() for time in self.free]}


def judged(actor: Actor, plan: Plan, hours: Hours) -> Verdict:
    """Everything that stands against ``plan``, all at once; without a clash the places it takes."""
    verdict = Verdict()
    if hours.holiday(plan.clinic.pk, plan.starts_at, plan.ends_at):
        verdict.clashes.append(_clash("clinic_closed", clinic=plan.clinic))
    for resource in plan.resources:
        _judge_resource(plan, resource, hours, verdict)
    judge_patient(actor, plan, verdict)
    return verdict


def _judge_resource(plan: Plan, resource: Resource, hours: Hours, verdict: Verdict) -> None:
    starts_at, ends_at = plan.starts_at, plan.ends_at
    if hours.absence(resource.pk, starts_at, ends_at):
        verdict.clashes.append(_clash("resource_away", resource))
    occurrence = hours.covering(resource.pk, starts_at, ends_at)
    is_bound = resource.kind == Resource.Kind.DOCTOR or hours.has_hours(resource.pk)
    if occurrence is None and is_bound and not plan.may_overbook:
        verdict.clashes.append(_clash("outside_hours", resource))
        return
    if occurrence and is_elsewhere(resource, occurrence, plan.clinic):
        where = occurrence.session.clinic
        verdict.clashes.append(_clash("at_other_clinic", resource, clinic=where))
        return
    place = _place(plan, resource, occurrence, hours)
    if isinstance(place, Clash):
        verdict.clashes.append(place)
        return
    verdict.places.append(place)
    verdict.is_outside_hours |= occurrence is None and is_bound


def is_elsewhere(resource: Resource, occurrence: Occurrence, clinic: Clinic) -> bool:
    """Whether a doctor sees people at another clinic then; rooms and devices are used by all."""
    is_doctor = resource.kind == Resource.Kind.DOCTOR
    return is_doctor and occurrence.session.clinic_id != clinic.pk


def _place(
    plan: Plan, resource: Resource, occurrence: Occurrence | None, hours: Hours
) -> Place | Clash:
    """The lowest free lane, else with leave the next seat on top, else what is in the way."""
    if occurrence is None:
        met = hours.met(resource.pk, plan.starts_at, plan.ends_at)
        in_way = [row for row in met if row.lane == 1]
        if in_way:
            return _busy(resource, in_way[0])
        return Place(resource, plan.starts_at, plan.ends_at)
    session = occurrence.session
    interval = taken_by(occurrence, plan.starts_at, plan.ends_at)
    met = hours.met(resource.pk, *interval)
    lane = free_lane(session, met)
    where = (resource, *interval, session, occurrence.on)
    if lane:
        return Place(*where, lane=lane)
    if not plan.may_overbook:
        return (
            _busy(resource, met[0]) if session.capacity == 1 else _clash("session_full", resource)
        )
    seat = _free_seat(occurrence, hours.taken.get(resource.pk, ()))
    if not seat or any(row.lane == OVERBOOK_LANE + seat for row in met):
        return _clash("overbook_full", resource)
    return Place(*where, lane=OVERBOOK_LANE + seat, overbook_seat=seat)


def taken_by(
    occurrence: Occurrence, starts_at: dt.datetime, ends_at: dt.datetime
) -> tuple[dt.datetime, dt.datetime]:
    """What a booking takes of the resource: its own time, or where there are no slots a place in the
    whole session."""
    if occurrence.session.slot_minutes:
        return starts_at, ends_at
    return occurrence.starts_at, occurrence.ends_at


def free_lane(session: Session, met: Sequence[Taken]) -> int:
    """The lowest lane of the session's own that none of ``met`` is in; 0 when it is full."""
    used = {row.lane for row in met}
    return next((lane for lane in range(1, session.capacity + 1) if lane not in used), 0)


def _free_seat(occurrence: Occurrence, rows: Sequence[Taken]) -> int:
    session = occurrence.session
    used = {
        row.overbook_seat
        for row in rows
        if (row.session_id, row.held_on) == (session.pk, occurrence.on)
    }
    return next((seat for seat in range(1, session.overbook_limit + 1) if seat not in used), 0)


def judge_patient(actor: Actor, plan: Plan, verdict: Verdict) -> None:
    """Add the clash with another appointment of the patient, or the lane beside it, to ``verdict``."""
    if plan.patient_id is None:
        return
    others = patients_times(plan.patient_id, plan.starts_at, plan.ends_at)
    others = others.exclude(pk=plan.appointment_id)
    used = list(others.values_list("patient_lane", "pk", "hospital_id"))
    lanes = {lane for lane, _pk, _hospital in used}
    if 1 not in lanes:
        return
    if plan.may_share_patient and 2 not in lanes:
        verdict.patient_lane = 2
        return
    ours = next((pk for _lane, pk, hospital in used if hospital == actor.hospital_id), None)
    link = _link(ours) if ours else None
    verdict.clashes.append(Clash("patient_busy", codes.sentence("patient_busy"), link=link))


def patients_times(patient_id: UUID, starts_at: dt.datetime, ends_at: dt.datetime) -> Any:
    """The appointments, at any hospital, at which the patient is somewhere in ``[starts_at, ends_at)``."""
    taking = Appointment.objects.live().filter(status__in=Appointment.TAKING)
    return taking.filter(patient=patient_id, starts_at__lt=ends_at, ends_at__gt=starts_at)


def _busy(resource: Resource, row: Taken) -> Clash:
    if row.hold_id:
        return _clash("time_held", resource)
    assert row.appointment_id is not None
    link = _link(row.appointment_id)
    return _clash(BUSY[Resource.Kind(resource.kind)], resource, link=link)


def _link(appointment_id: UUID) -> Link:
    """A link that tells no more of it than that it is one."""
    return Link(Appointment.resource, appointment_id, capfirst(str(Appointment._meta.verbose_name)))


def _clash(
    code: str, resource: Resource | None = None, *, clinic: Clinic | None = None,
    link: Link | None = None,
) -> Clash:  # fmt: skip
    detail = codes.sentence(code, resource=resource, clinic=clinic)
    return Clash(code, detail, resource.pk if resource else None, link)
