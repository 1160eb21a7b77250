"""The demo's calendar: today as it stands at this hour, and the days that follow."""

import datetime as dt
import random
from uuid import UUID

from django.utils import timezone

from hospital.kit import clock, localtimes
from hospital.kit.actors import Actor, acting
from hospital.models import Clinic, Hospital
from records.models import Appointment, AppointmentKind, Patient
from records.services import appointment_steps, appointments, availability, hours
from records.services.availability import FreeTime, Wish
from records.services.clashes import TimeConflict

# How many of a day's free times are booked: today, and each of the days that follow.
TODAY, LATER = 0.5, 0.15
DAYS = 5
CALLERS = (("Marta Klein", "+49 30 90182031"), ("Tom Byrne", "+353 1 7976012"))


def fill(receptionist: Actor, hospital: Hospital, chance: random.Random) -> None:
    """Book with everybody who keeps hours, and take today's appointments as far as they would have come."""
    with timezone.override(hospital.zone):
        patients = _patients(hospital, chance)
        kinds = list(
            AppointmentKind.objects.filter(hospital=hospital, clinic=None).order_by("code")
        )
        for number in range(DAYS):
            share = LATER if number else TODAY
            for place, time in enumerate(
                _free(hospital, clock.today() + dt.timedelta(days=number))
            ):
                if chance.random() < share:
                    kind = chance.choice(kinds) if kinds and place % 3 == 0 else None
                    _book(receptionist, hospital, time, patients, kind)
        _callers(receptionist, hospital)
        _until_now(receptionist, hospital)


def _patients(hospital: Hospital, chance: random.Random) -> list[Patient]:
    rows = Patient.objects.at(hospital.pk).live().order_by("id")
    found = [row for row in rows if not row.is_deceased]
    chance.shuffle(found)
    return found


def _free(hospital: Hospital, day: dt.date) -> list[FreeTime]:
    """Every free time of a day, also of the hours that have gone by."""
    begins, ends = localtimes.day_bounds(day, hospital.zone)
    resources = availability.candidates(hospital, Wish())
    known = hours.load(hospital, resources, begins, ends)
    clinics: dict[UUID, Clinic] = {row.pk: row for row in hospital.clinics.live()}  # type: ignore[attr-defined]
    return availability.of_day(Wish(), resources.values(), clinics, known, day)


def _book(
    actor: Actor,
    hospital: Hospital,
    time: FreeTime,
    patients: list[Patient],
    kind: AppointmentKind | None,
) -> None:
    patient = patients.pop(0)
    patients.append(patient)
    appointment = Appointment(
        hospital=hospital, patient=patient, clinic=time.clinic, doctor=time.resource.doctor,
        kind=kind, starts_at=time.starts_at, ends_at=time.ends_at,
    )  # fmt: skip
    try:
        appointments.book(actor, appointment=appointment)
    except TimeConflict:
        return  # the patient is at another doctor then


def _callers(actor: Actor, hospital: Hospital) -> None:
    """Somebody has called who has no chart yet."""
    name, phone = CALLERS[hospital.pk.int % len(CALLERS)]
    for time in availability.find(actor, Wish(), limit=1):
        appointments.book(
            actor,
            appointment=Appointment(
                hospital=hospital, caller_name=name, caller_phone=phone, clinic=time.clinic,
                doctor=time.resource.doctor, starts_at=time.starts_at, ends_at=time.ends_at,
            ),
        )  # fmt: skip


def _until_now(actor: Actor, hospital: Hospital) -> None:
    """Those of today that have begun: completed but for one who did not come, one inside and two waiting."""
    rows = Appointment.objects.live().filter(hospital=hospital, starts_at__lte=clock.now())
    begun = list(rows.filter(patient__isnull=False).order_by("-starts_at", "-id"))
    for number, row in enumerate(begun):
        if number == 3:
            appointment_steps.miss(actor, appointment=row)
            continue
        came = row.starts_at - dt.timedelta(minutes=5 + number % 4 * 3)
        _step(actor, row, "check_in", came)
        if number >= 2:
            _step(actor, row, "start", row.starts_at)
        if number > 3:
            _step(actor, row, "complete", min(row.ends_at, clock.now()))


def _step(actor: Actor, appointment: Appointment, word: str, at: dt.datetime) -> None:
    """A step as it would have been taken at its time: people take theirs as they happen."""
    with acting(actor, f"records.appointment.{word}"):
        appointment_steps.take(actor, appointment, word, at=at)
