"""A calendar to measure on: a clinic with a year of bookings, and one just like it with none."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count
from typing import Any
from uuid import UUID

import orjson
from django.db import transaction

from hospital.kit import clock, facts
from hospital.kit.actors import Actor
from hospital.models import Clinic, Department, Doctor, Hospital
from hospital.services import doctors
from hospital.services.identity import command_actor
from records.models import Appointment, Booking, Patient, Session
from records.services import schedules

from .tables import Table

BUSY, IDLE = "BENCH-BUSY", "BENCH-IDLE"
DOCTORS, SLOTS, MINUTES = 10, 32, 15
OPENS, CLOSES = dt.time(8), dt.time(16)
WORKDAYS = ("mon", "tue", "wed", "thu", "fri")
ONE_DAY = dt.timedelta(days=1)
# Booked of each day's slots in the year to come, and in the week that is looked at: 1,500 with ten doctors.
USUAL, CROWDED = 20, 30
YEAR = 365
# What a run books lies behind that year.
BEHIND = dt.timedelta(days=YEAR + 35)


@dataclass(frozen=True)
class Slot:
    """A time of one doctor that nobody has yet."""

    starts_at: dt.datetime
    doctor_id: UUID
    resource_id: UUID
    session_id: UUID


@dataclass(frozen=True)
class Calendar:
    """Where is booked: the two clinics, the Monday of the week with 1,500, and times to book."""

    clinic_id: UUID
    idle_clinic_id: UUID
    monday: dt.date
    slots: Iterator[Slot]

    def as_product(self) -> bytes:
        """The next booking, as the API takes it."""
        slot = next(self.slots)
        return orjson.dumps(
            {
                "caller_name": "Bench", "clinic_id": self.clinic_id, "doctor_id": slot.doctor_id,
                "starts_at": slot.starts_at, "minutes": MINUTES,
            }
        )  # fmt: skip

    def as_limit(self) -> bytes:
        """The next booking, with everything that the product would have to find out."""
        slot = next(self.slots)
        return orjson.dumps(
            {
                "clinic_id": self.clinic_id, "doctor_id": slot.doctor_id,
                "resource_id": slot.resource_id, "session_id": slot.session_id,
                "starts_at": slot.starts_at, "held_on": slot.starts_at.date(),
                "ends_at": slot.starts_at + dt.timedelta(minutes=MINUTES),
            }
        )  # fmt: skip


def fill(hospital: Hospital) -> None:
    """Make both clinics and book the year, where that has not been done."""
    if Clinic.objects.filter(hospital=hospital, code=BUSY).exists():
        return
    actor = command_actor(hospital.pk, "administrator", name="bench")
    with transaction.atomic():
        department = facts.create(
            actor, Department(hospital=hospital, code="BENCH", name="Measuring")
        )
        for code in (BUSY, IDLE):
            _open(actor, department, code)
    _book(hospital)


def found(hospital: Hospital) -> Calendar | None:
    """The calendar that ``fill`` made."""
    clinics = dict(Clinic.objects.filter(hospital=hospital).values_list("code", "pk"))
    if BUSY not in clinics:
        return None
    return Calendar(clinics[BUSY], clinics[IDLE], _monday(), _free(hospital, clinics[BUSY]))


def _open(actor: Actor, department: Department, code: str) -> None:
    where: dict[str, Any] = {"hospital_id": department.hospital_id}
    clinic = facts.create(
        actor, Clinic(department=department, code=code, name=f"{code} clinic", **where)
    )
    for number in range(DOCTORS):
        doctor = Doctor(
            department=department,
            family_name=f"{code.title()}{number}",
            given_names="Ana",
            licence_number=f"{code}-{number}",
            **where,
        )
        doctors.add(actor, doctor=doctor, clinics=[clinic])
        hours = Session(
            bookable=doctor.as_resource, clinic=clinic, opens_at=OPENS, closes_at=CLOSES,
            slot_minutes=MINUTES, valid_from=clock.today(), **where,
        )  # fmt: skip
        schedules.add_week(actor, hours, weekdays=WORKDAYS)


def _monday() -> dt.date:
    """Of the first whole week that begins in a fortnight or later."""
    day = clock.today() + 14 * ONE_DAY
    return day + (-day.weekday() % 7) * ONE_DAY


def _each(hospital: Hospital, clinic_id: UUID, days: Any, slots: Any) -> Iterator[Slot]:
    """So many slots of every workday, doctor after doctor."""
    told = ("weekday", "pk", "bookable_id", "bookable__doctor_id")
    rows = Session.objects.live().filter(clinic=clinic_id).order_by("bookable").values_list(*told)
    for day in days:
        for number in range(slots(day)):
            opens = dt.datetime.combine(day, OPENS, hospital.zone)
            starts_at = opens + number * dt.timedelta(minutes=MINUTES)
            for weekday, session_id, resource_id, doctor_id in rows:
                if weekday == f"{day:%a}".lower():
                    yield Slot(starts_at, doctor_id, resource_id, session_id)


def _free(hospital: Hospital, clinic_id: UUID) -> Iterator[Slot]:
    """Times behind everything that was booked so far, by runs before this one too."""
    last = Booking.objects.filter(hospital=hospital).order_by("-starts_at").first()
    first = max(clock.today() + BEHIND, last.starts_at.date() + ONE_DAY if last else dt.date.min)
    return _each(hospital, clinic_id, (first + n * ONE_DAY for n in count()), lambda _day: SLOTS)


def _book(hospital: Hospital) -> None:
    clinic = Clinic.objects.get(hospital=hospital, code=BUSY)
    monday = _monday()
    week = [monday + n * ONE_DAY for n in range(7)]
    people = Patient.objects.filter(registrations__hospital=hospital).order_by("pk")
    known = list(people.values_list("pk", flat=True)[: DOCTORS * SLOTS])
    days = (clock.today() + n * ONE_DAY for n in range(1, YEAR))
    rows = _each(hospital, clinic.pk, days, lambda day: CROWDED if day in week else USUAL)
    tables = Table(Appointment), Table(Booking)
    for number, slot in enumerate(rows):
        pair = _pair(hospital, clinic, slot, known[number % len(known)])
        for table, row in zip(tables, pair, strict=True):
            table.add(row.row())
    with transaction.atomic():
        for table in tables:
            table.write()


def _pair(hospital: Hospital, clinic: Clinic, slot: Slot, patient: UUID) -> tuple[Any, Any]:
    ends_at = slot.starts_at + dt.timedelta(minutes=MINUTES)
    when = {"hospital": hospital, "starts_at": slot.starts_at, "ends_at": ends_at}
    row = Appointment(clinic=clinic, doctor_id=slot.doctor_id, patient_id=patient, **when)
    return row, Booking(
        appointment=row, bookable_id=slot.resource_id, session_id=slot.session_id,
        held_on=slot.starts_at.date(), **when,
    )  # fmt: skip
