"""The demo's hours: when its doctors see people, where and for what, and who is away next week."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from hospital.kit import clock, facts, localtimes
from hospital.kit.actors import Actor
from hospital.models import Clinic, Hospital, Resource
from records.models import Absence, AppointmentKind, Holiday, Session
from records.services import schedules

WEEK = ("mon", "tue", "wed", "thu", "fri")
# Somebody is there on these days too: whoever looks at the demo then sees a hospital at work.
WEEKEND = ("sat", "sun")


@dataclass(frozen=True)
class Hours:
    """The same hours on some weekdays: of whom, where, from when until when; without a slot people just come."""

    family_name: str
    clinic: str
    weekdays: tuple[str, ...]
    opens_at: str
    closes_at: str
    slot_minutes: int | None = 20
    capacity: int = 1
    overbook_limit: int = 0


HOURS = {
    "BRIGID": (
        Hours("Vogel", "HEART", ("mon", "wed", "fri"), "08:00", "12:00", overbook_limit=2),
        Hours("Vogel", "RHYTHM", ("tue", "thu"), "13:00", "16:00", 30),
        Hours("Steinmann", "RHYTHM", ("tue", "thu"), "09:00", "12:00", 30, overbook_limit=1),
        Hours("Okafor", "SURG", ("mon", "tue", "thu"), "09:00", "12:00", 20),
        Hours("Okafor", "SURG", ("wed",), "13:00", "15:00", 20, overbook_limit=1),
        Hours("Lindner", "BIRTH", ("mon", "wed", "fri"), "08:00", "14:00", 30),
        Hours("Demir", "CHILD", WEEK, "08:00", "12:00", 15, overbook_limit=3),
        Hours("Demir", "CHILD", ("mon", "wed"), "14:00", "17:00", 15),
        # An evening without appointments to the minute: up to eight people come when they can.
        Hours("Demir", "CHILD", ("thu",), "17:30", "20:00", None, capacity=8),
        Hours("Haas", "HEART", ("fri",), "13:00", "15:00", 30),
        Hours("Vogel", "HEART", WEEKEND, "09:00", "15:00", 30, overbook_limit=1),
        Hours("Demir", "CHILD", WEEKEND, "09:00", "13:00", 15, overbook_limit=3),
        Hours("Okafor", "SURG", WEEKEND, "11:00", "16:00", 20),
    ),
    "COLUMBA": (
        Hours("Rao", "HEART", ("mon", "tue", "wed", "thu"), "08:30", "12:30", overbook_limit=2),
        Hours("Rao", "HEART", ("fri",), "14:00", "16:00", 30),
        Hours("Pemberton", "SURG", ("mon", "wed"), "09:00", "12:00", 20),
        Hours("Pemberton", "SURG", ("tue", "thu"), "13:00", "16:00", 20, overbook_limit=1),
        Hours("Achebe", "BIRTH", WEEK, "09:00", "13:00", 30),
        Hours("Sinclair", "BIRTH", ("wed",), "17:00", "19:30", None, capacity=6),
        Hours("Whitfield", "HEART", ("fri",), "09:00", "12:00", 30),
        Hours("Rao", "HEART", WEEKEND, "09:00", "14:00", 30, overbook_limit=1),
        Hours("Pemberton", "SURG", WEEKEND, "10:00", "14:00", 20),
    ),
}
KINDS = (
    ("FIRST", "First visit", 40, ""), ("FOLLOW", "Follow-up", 20, ""), ("DRESSING", "Dressing", 10, ""),
    ("ECG", "ECG", 15, "HEART"), ("BLOOD", "Blood sample", 10, ""),
)  # fmt: skip
THINGS = (
    (Resource.Kind.ROOM, "Treatment room 1", "SURG"), (Resource.Kind.ROOM, "Treatment room 2", "SURG"),
    (Resource.Kind.DEVICE, "ECG", "HEART"),
)  # fmt: skip
# Who is away next week, why, from which weekday on and for how many days.
AWAY = {
    "BRIGID": ("Lindner", Absence.Cause.LEAVE, 2, 3),
    "COLUMBA": ("Pemberton", Absence.Cause.TRAINING, 3, 1),
}


def keep(administrator: Actor, hospital: Hospital) -> None:
    """Give the hospital its kinds of appointments, rooms, hours, a holiday and an absence."""
    clinics = {clinic.code: clinic for clinic in hospital.clinics.all()}
    for code, name, minutes, clinic in KINDS:
        kind = AppointmentKind(
            hospital=hospital, code=code, name=name, minutes=minutes, clinic=clinics.get(clinic)
        )
        facts.create(administrator, kind)
    for thing, name, clinic in THINGS:
        room = Resource(hospital=hospital, kind=thing, name=name, clinic=clinics.get(clinic))
        facts.create(administrator, room)
    doctors = {
        doctor.family_name: Resource.objects.get(doctor=doctor) for doctor in hospital.doctors.all()
    }
    for hours in HOURS[hospital.code]:
        _add(administrator, hospital, hours, doctors[hours.family_name], clinics[hours.clinic])
    _holiday(administrator, hospital)
    _absence(administrator, hospital, doctors)


def _add(
    administrator: Actor, hospital: Hospital, hours: Hours, doctor: Resource, clinic: Clinic
) -> None:
    session = Session(
        hospital=hospital, bookable=doctor, clinic=clinic, slot_minutes=hours.slot_minutes,
        opens_at=dt.time.fromisoformat(hours.opens_at),
        closes_at=dt.time.fromisoformat(hours.closes_at), capacity=hours.capacity,
        overbook_limit=hours.overbook_limit,
        valid_from=clock.today() - dt.timedelta(days=180),
    )  # fmt: skip
    schedules.add_week(administrator, session, weekdays=hours.weekdays)


def _holiday(administrator: Actor, hospital: Hospital) -> None:
    """The next Christmas."""
    today = clock.today()
    first = dt.date(today.year + (today > dt.date(today.year, 12, 26)), 12, 25)
    last = first + dt.timedelta(days=1)
    holiday = Holiday(hospital=hospital, name="Christmas", first_on=first, last_on=last)
    schedules.save(administrator, holiday)


def _absence(administrator: Actor, hospital: Hospital, doctors: dict[str, Any]) -> None:
    family_name, cause, weekday, days = AWAY[hospital.code]
    today = clock.today()
    first = today + dt.timedelta(days=7 - today.weekday() + weekday)
    last = first + dt.timedelta(days=days - 1)
    absence = Absence(
        hospital=hospital, bookable=doctors[family_name], cause=cause,
        starts_at=localtimes.day_bounds(first, hospital.zone)[0],
        ends_at=localtimes.day_bounds(last, hospital.zone)[1],
    )  # fmt: skip
    schedules.save(administrator, absence)
