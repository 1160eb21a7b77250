"""A day, or a week, of appointments as pages show it: who sees people when, who comes, what is free."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.db.models import Q

from hospital.kit import localtimes, policy
from hospital.kit.actors import Actor
from hospital.models import Clinic, Doctor, Hospital, Resource
from hospital.models.hospitals import Weekday
from records.models import Absence, Appointment, Booking, Session

from . import availability, hours
from .availability import FreeTime, Wish
from .hours import ONE_DAY, Hours

LIST = "records.appointment.list"
# So many columns stand beside each other.
COLUMNS = 12


@dataclass(slots=True)
class Days:
    """Some days of some doctors: ``known`` are their hours, ``appointments`` what is booked with them."""

    zone: Any
    first: dt.date
    last: dt.date
    doctors: Sequence[Resource]
    known: Hours
    clinics: dict[UUID, Clinic]
    clinic: Clinic | None = None
    appointments: dict[UUID, list[Any]] = field(default_factory=dict)
    # How many doctors there are in all: more than a page has columns for.
    count: int = 0
    may_book: bool = True

    def of(self, doctor: Resource, day: dt.date) -> list[Any]:
        """The appointments of one doctor that begin on a local day."""
        rows = self.appointments.get(doctor.doctor_id, ())  # type: ignore[arg-type]
        return [row for row in rows if row.starts_at.astimezone(self.zone).date() == day]

    def free(self, doctor: Resource, day: dt.date, after: dt.datetime) -> list[FreeTime]:
        """What who asks can still book of one doctor on a day."""
        if not self.may_book:
            return []
        wish = Wish(clinic=self.clinic)
        times = availability.of_day(wish, [doctor], self.clinics, self.known, day)
        return [time for time in times if time.starts_at >= after]

    def open(self, doctor: Resource, day: dt.date) -> list[tuple[dt.datetime, dt.datetime]]:
        """The hours of one doctor on a local day, also what reaches into it from the evening before."""
        begins, ends = localtimes.day_bounds(day, self.zone)
        found = [
            (max(row.starts_at, begins), min(row.ends_at, ends))
            for on in (day - ONE_DAY, day)
            for row in self.known.on(doctor.pk, on)
        ]
        return sorted((start, end) for start, end in found if start < end)

    def away(self, doctor: Resource, day: dt.date) -> list[Absence]:
        """The absences of one doctor on a local day."""
        begins, ends = localtimes.day_bounds(day, self.zone)
        rows = self.known.absences.get(doctor.pk, ())
        return [row for row in rows if row.starts_at < ends and row.ends_at > begins]


def read(
    actor: Actor,
    first: dt.date,
    last: dt.date,
    *,
    clinic: Clinic | None = None,
    doctor: Doctor | None = None,
    start: int = 0,
    most: int = COLUMNS,
    columns: Sequence[str] = (),
) -> Days:
    """The days from ``first`` to ``last`` of the doctors who see people then, ``most`` from the
    ``start``-th on. The same number of queries however many there are. With ``columns`` the appointments are
    rows of these names instead of records.
    """
    policy.require(actor, LIST)
    hospital = Hospital.objects.get(pk=actor.here)
    begins = localtimes.day_bounds(first, hospital.zone)[0]
    ends = localtimes.day_bounds(last, hospital.zone)[1]
    rows = booked(actor, begins, ends, clinic=clinic, doctor=doctor)
    found = _doctors(hospital, rows, first, last, clinic, doctor)
    shown = found[start : start + most]
    known = hours.load(hospital, [row.pk for row in shown], begins, ends)
    clinics = {row.pk: row for row in Clinic.objects.live().filter(hospital=hospital)}
    may_book = policy.allows(actor, "records.appointment.create")
    days = Days(
        hospital.zone, first, last, shown, known, clinics, clinic,
        count=len(found), may_book=may_book,
    )  # fmt: skip
    by_doctor: dict[UUID, list[Any]] = defaultdict(list)
    beside = _beside(rows, shown)
    mine = rows.filter(Q(doctor__in=[row.doctor_id for row in shown]) | Q(pk__in=beside))
    mine = mine.order_by("starts_at", "id")
    mine = mine.select_related(None).select_related("patient")  # a grid tells no more of each
    for row in mine.values_list(*columns, named=True) if columns else mine:
        for doctor_id in {row.doctor_id, *beside.get(row.id, ())}:
            by_doctor[doctor_id].append(row)
    days.appointments = dict(by_doctor)
    return days


def booked(
    actor: Actor,
    begins: dt.datetime,
    ends: dt.datetime,
    *,
    clinic: Clinic | None = None,
    doctor: Doctor | None = None,
) -> Any:
    """The appointments that begin in ``[begins, ends)`` and were not called off, with what a line tells of them."""
    rows = Appointment.objects.visible_to(actor, "list").live().meeting(begins, ends)
    rows = rows.exclude(status=Appointment.Status.CANCELLED)
    if clinic:
        rows = rows.filter(clinic=clinic)
    if doctor:
        rows = rows.with_doctor(doctor)
    return rows.select_related("patient", "clinic", "doctor", "kind")


def _beside(rows: Any, shown: Sequence[Resource]) -> dict[UUID, list[UUID]]:
    """The doctors of ``shown`` who come to an appointment of ``rows`` beside its own doctor, by appointment."""
    found: dict[UUID, list[UUID]] = defaultdict(list)
    taken = _further(rows).filter(bookable__in=[row.pk for row in shown])
    for appointment_id, doctor_id in taken.values_list("appointment", "bookable__doctor"):
        found[appointment_id].append(doctor_id)
    return found


def _further(rows: Any) -> Any:
    """The bookings of doctors who come beside an appointment's own."""
    taken = Booking.objects.live().filter(appointment__in=rows.order_by().values("pk"))
    return taken.filter(bookable__doctor__isnull=False).beside()


def _doctors(
    hospital: Hospital,
    rows: Any,
    first: dt.date,
    last: dt.date,
    clinic: Clinic | None,
    doctor: Doctor | None,
) -> list[Resource]:
    """The doctors who keep hours within these days, or have somebody booked."""
    if doctor:
        return list(Resource.objects.filter(doctor=doctor).select_related("doctor__department"))
    held = Session.objects.live().filter(hospital=hospital).valid_within(first, last)
    weekdays = {_weekday(first + dt.timedelta(days=n)) for n in range((last - first).days + 1)}
    held = held.filter(weekday__in=weekdays)
    if clinic:
        held = held.filter(clinic=clinic)
    who = Q(pk__in=held.values("bookable")) | Q(doctor__in=rows.order_by().values("doctor"))
    who |= Q(pk__in=_further(rows).values("bookable"))
    found = Resource.objects.live().filter(who, hospital=hospital, doctor__retired_at__isnull=True)
    found = found.filter(doctor__isnull=False).select_related("doctor__department")
    return list(found.order_by("doctor__sort_key", "id"))


def _weekday(day: dt.date) -> str:
    return str(list(Weekday)[day.weekday()])
