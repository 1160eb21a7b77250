"""Free times: of one doctor, room or device, of a clinic, a speciality, or of anybody."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils.translation import gettext as _

from hospital.kit import clock, codes, localtimes, policy
from hospital.kit.actors import Actor
from hospital.kit.localtimes import Interval
from hospital.models import Clinic, Doctor, Hospital, Resource
from records.models import AppointmentKind, Session

from . import clashes, hours
from .hours import ONE_DAY, Hours, Occurrence

# How many days are looked through at once, one reach after the other until enough is found.
REACHES = (2, 14, 120)
MOST = 100
# Where there are no slots and no kind says how long it takes.
USUAL_MINUTES = 30
# What is farther away nobody has planned.
FARTHEST = dt.timedelta(days=5 * 365)


@dataclass(frozen=True, slots=True)
class FreeTime:
    """A time that can be booked: ``[starts_at, ends_at)`` with a resource at a clinic, ``left`` places in all."""

    starts_at: dt.datetime
    ends_at: dt.datetime
    resource: Resource
    clinic: Clinic
    session_id: UUID
    left: int

    def meets(self, intervals: Iterable[Interval]) -> bool:
        """Whether it shares a moment with one of ``intervals``."""
        return any(start < self.ends_at and end > self.starts_at for start, end in intervals)

    def as_told(self) -> dict[str, Any]:
        """As the API tells it; times with the offset of the hospital's zone."""
        return {
            "starts_at": clock.local(self.starts_at),
            "ends_at": clock.local(self.ends_at),
            "clinic_id": self.clinic.pk,
            "doctor_id": self.resource.doctor_id,
            "resource_id": self.resource.pk,
            "left": self.left,
        }


@dataclass(slots=True)
class Wish:
    """What is looked for: all that is said must fit. ``kind`` tells the length where ``minutes`` do not, and the clinic
    where one alone gives it.

    ``also`` must be free at the same time; ``patient_id`` must not be elsewhere then.
    """

    doctor: Doctor | None = None
    resource: Resource | None = None
    clinic: Clinic | None = None
    speciality: str = ""
    kind: AppointmentKind | None = None
    minutes: int | None = None
    also: Sequence[Resource] = ()
    patient_id: UUID | None = None
    # The appointment that is to be moved: its own time counts as free.
    appointment_id: UUID | None = None

    @property
    def length(self) -> int | None:
        """The minutes that it takes; None for a slot, however long that is."""
        return self.minutes or (self.kind.minutes if self.kind else None)


def find(
    actor: Actor,
    wish: Wish,
    *,
    after: dt.datetime | None = None,
    before: dt.datetime | None = None,
    limit: int = 3,
) -> list[FreeTime]:
    """The first ``limit`` free times from ``after`` (now, when it has passed) in the order of time.

    Without ``before`` up to 120 days are looked through. A handful of queries for each reach,
    however much is booked. ValidationError on ``after`` when that is more than five years ahead, on
    ``before`` when it is not later than ``after``, or more than 120 days later.
    """
    policy.require(actor, "records.appointment.list")
    hospital = Hospital.objects.get(pk=actor.here)
    start = max(after or clock.now(), clock.now())
    _refuse_unlimited(after, start, before)
    given_at = wish.kind.clinic if wish.kind else None
    if given_at and wish.clinic not in {None, given_at}:
        return []
    wish = replace(wish, clinic=given_at or wish.clinic)
    resources = candidates(hospital, wish)
    found: list[FreeTime] = []
    begin = start
    for days in REACHES:
        end = min(before or start + days * ONE_DAY, start + days * ONE_DAY)
        if end <= begin or len(found) >= limit or not resources:
            break
        found += _within(hospital, wish, resources, begin, end, limit - len(found))
        begin = end
    return found


def _refuse_unlimited(
    after: dt.datetime | None, start: dt.datetime, before: dt.datetime | None
) -> None:
    if start > clock.now() + FARTHEST:
        words = _("Choose a time within the next five years.")
        raise ValidationError({"after": ValidationError(words, "out_of_range")})
    if before is not None and after is not None and before <= after:
        code = "interval_reversed"
        raise ValidationError({"before": ValidationError(codes.sentence(code), code)})
    if before is not None and before > start + REACHES[-1] * ONE_DAY:
        words = _("A search goes over 120 days at most.")
        raise ValidationError({"before": ValidationError(words, "out_of_range")})


def candidates(hospital: Hospital, wish: Wish) -> dict[UUID, Resource]:
    """The resources that may serve the wish: those that keep hours where it looks."""
    which = Q(pk=wish.resource.pk) if wish.resource else Q(doctor__isnull=False)
    rows = Resource.objects.live().filter(which, hospital=hospital)
    rows = rows.exclude(pk__in=[row.pk for row in wish.also])
    if wish.doctor:
        rows = rows.filter(doctor=wish.doctor)
    if wish.speciality:
        rows = rows.filter(doctor__speciality__iexact=wish.speciality)
    held = Session.objects.live().filter(hospital=hospital)
    if wish.clinic:
        held = held.filter(clinic=wish.clinic)
    rows = rows.filter(pk__in=held.values("bookable")).filter(
        Q(doctor__isnull=True) | Q(doctor__retired_at__isnull=True)
    )
    return {row.pk: row for row in rows.select_related("doctor").order_by("doctor__sort_key", "id")}


def _within(
    hospital: Hospital,
    wish: Wish,
    resources: dict[UUID, Resource],
    start: dt.datetime,
    end: dt.datetime,
    limit: int,
) -> list[FreeTime]:
    wanted = [*resources, *(resource.pk for resource in wish.also)]
    without = [wish.appointment_id] if wish.appointment_id else []
    known = hours.load(hospital, wanted, start, end, without=without)
    clinics = {row.pk: row for row in Clinic.objects.live().filter(hospital=hospital)}
    elsewhere = _elsewhere(wish, start, end)
    found: list[FreeTime] = []
    day, midnight = start.astimezone(known.zone).date() - ONE_DAY, start
    # A night goes on into the next day, on which others begin: what lies before midnight is complete.
    while day <= known.last and sum(time.starts_at < midnight for time in found) < limit:
        found += [
            time
            for time in of_day(wish, resources.values(), clinics, known, day)
            if start <= time.starts_at < end and not time.meets(elsewhere)
        ]
        day += ONE_DAY
        midnight = localtimes.day_bounds(day, known.zone)[0]
    order = {pk: number for number, pk in enumerate(resources)}
    return sorted(found, key=lambda time: (time.starts_at, order[time.resource.pk]))[:limit]


def of_day(
    wish: Wish,
    resources: Iterable[Resource],
    clinics: Mapping[UUID, Clinic],
    known: Hours,
    day: dt.date,
) -> list[FreeTime]:
    """The free times of the sessions that begin on ``day``, in the order of time, then of ``resources``."""
    found = []
    for number, resource in enumerate(resources):
        for occurrence in known.on(resource.pk, day):
            clinic = clinics.get(occurrence.session.clinic_id)
            if clinic is None or (wish.clinic and clinic.pk != wish.clinic.pk):
                continue
            for starts_at, ends_at in _times(occurrence, wish.length, known.zone):
                if left := _left(wish, resource, occurrence, starts_at, ends_at, known):
                    held = occurrence.session.pk
                    time = FreeTime(starts_at, ends_at, resource, clinic, held, left)
                    found.append((starts_at, number, time))
    return [time for _at, _number, time in sorted(found, key=lambda row: row[:2])]


def _times(occurrence: Occurrence, minutes: int | None, zone: Any) -> Iterator[Interval]:
    """The times at which something of this length can begin."""
    session = occurrence.session
    step = session.slot_minutes or minutes or USUAL_MINUTES
    length = dt.timedelta(minutes=minutes or step)
    for starts_at, _end in localtimes.steps(
        occurrence.on, session.opens_at, session.closes_at, step, zone
    ):
        if starts_at + length <= occurrence.ends_at:
            yield starts_at, starts_at + length


def _left(
    wish: Wish,
    resource: Resource,
    occurrence: Occurrence,
    starts_at: dt.datetime,
    ends_at: dt.datetime,
    known: Hours,
) -> int:
    """How many more can be booked then; 0 when something stands against it."""
    session = occurrence.session
    if known.absence(resource.pk, starts_at, ends_at):
        return 0
    if known.holiday(session.clinic_id, starts_at, ends_at):
        return 0
    where = session.clinic_id
    if not all(_is_free(extra, starts_at, ends_at, where, known) for extra in wish.also):
        return 0
    met = known.met(resource.pk, *clashes.taken_by(occurrence, starts_at, ends_at))
    used = {row.lane for row in met}
    return sum(lane not in used for lane in range(1, session.capacity + 1))


def _is_free(
    resource: Resource, starts_at: dt.datetime, ends_at: dt.datetime, clinic_id: UUID, known: Hours
) -> bool:
    """Whether another resource that is needed can be had then, a doctor at this clinic."""
    is_doctor = resource.kind == Resource.Kind.DOCTOR
    if known.absence(resource.pk, starts_at, ends_at):
        return False
    occurrence = known.covering(resource.pk, starts_at, ends_at)
    if occurrence is None:
        is_open = not known.has_hours(resource.pk) and not is_doctor
        return is_open and not known.met(resource.pk, starts_at, ends_at)
    if is_doctor and occurrence.session.clinic_id != clinic_id:
        return False
    met = known.met(resource.pk, *clashes.taken_by(occurrence, starts_at, ends_at))
    return clashes.free_lane(occurrence.session, met) > 0


def _elsewhere(wish: Wish, start: dt.datetime, end: dt.datetime) -> list[Interval]:
    """When the patient is at another appointment."""
    if wish.patient_id is None:
        return []
    rows = clashes.patients_times(wish.patient_id, start, end + ONE_DAY)
    rows = rows.exclude(pk=wish.appointment_id)
    return list(rows.values_list("starts_at", "ends_at"))
