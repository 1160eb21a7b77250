"""Clients that all want the same times: by the API, by the web form, or by looking first, as is usual elsewhere.

Every function here runs in processes of its own (``hospital.kit.racing``).
"""

import datetime as dt
import re
import time
from itertools import pairwise

from django.conf import settings
from django.db import transaction
from django.test import Client
from django.urls import reverse

from hospital.kit import clock
from hospital.kit.actors import Actor
from hospital.kit.racing import line_up
from hospital.kit.web.submitting import new_token
from hospital.models import Resource
from hospital.tests.factories import (
    ApiClient,
    ClinicFactory,
    DoctorFactory,
    HospitalFactory,
    api,
    signed_in,
)  # fmt: skip
from hospital.tests.races.harness import flat, in_threads
from records.models import Appointment, Booking
from records.tests.factories import SessionFactory
from records.web.appointment_slots import opened

from .told import Answer, Place, Slot

MINUTES = 20
TAKE = re.compile(r'name="take_slot" value="([^"]+)"')


def prepare(doctors: int, slots: int) -> Place:
    """``doctors`` times ``slots`` times on the same morning, a week ahead."""
    hospital = HospitalFactory(time_zone="UTC")
    clinic = ClinicFactory(hospital=hospital)
    day = clock.now().date() + dt.timedelta(days=7)
    nine = dt.datetime.combine(day, dt.time(9), dt.UTC)
    found = []
    for _ in range(doctors):
        doctor = DoctorFactory(hospital=hospital)
        SessionFactory(
            hospital=hospital, bookable=doctor.as_resource, clinic=clinic,
            weekday=f"{day:%a}".lower(), opens_at=nine.time(), slot_minutes=MINUTES,
            closes_at=(nine + slots * dt.timedelta(minutes=MINUTES)).time(),
        )  # fmt: skip
        found += [
            Slot(str(doctor.pk), str(doctor.as_resource.pk), nine + number * dt.timedelta(minutes=MINUTES))
            for number in range(slots)
        ]  # fmt: skip
    client = Client()
    user = signed_in(client, "receptionist", hospital)
    actor = {"user_id": user.pk, "name": str(user), "hospital_id": hospital.pk}
    cookie = client.cookies[settings.SESSION_COOKIE_NAME].value
    return Place(str(clinic.pk), api("integrator", hospital).token.secret, cookie, actor, found)


# ---- the doors


class ByApi:
    """A client of the REST API."""

    def __init__(self, place: Place):
        self.place, self.client = place, ApiClient()
        self.client.credentials(HTTP_AUTHORIZATION=f"Bearer {place.token}")

    def book(self, number: int) -> Answer:
        slot, sent = self.place.slots[number], time.monotonic()
        body = {
            "caller_name": "Caller", "clinic_id": self.place.clinic_id,
            "doctor_id": slot.doctor_id, "starts_at": slot.starts_at.isoformat(),
            "minutes": MINUTES,
        }  # fmt: skip
        answer = self.client.post("/api/v1/appointments", body)
        told, at = answer.json(), time.monotonic()
        free = tuple(
            (row["resource_id"], dt.datetime.fromisoformat(row["starts_at"]))
            for row in told.get("free", ())
        )
        conflicts = tuple(row["code"] for row in told.get("conflicts", ()))
        return Answer(number, answer.status_code, sent, at, free, conflicts)


class ByWeb:
    """A receptionist at the web form; what is sent is what the form would send."""

    def __init__(self, place: Place):
        self.place, self.client = place, Client()
        self.client.cookies[settings.SESSION_COOKIE_NAME] = place.cookie

    def book(self, number: int) -> Answer:
        slot, sent = self.place.slots[number], time.monotonic()
        typed = {
            "form_token": new_token(Actor(**self.place.actor)), "caller_name": "Caller",
            "clinic": self.place.clinic_id, "doctor": slot.doctor_id,
            "day": f"{slot.starts_at:%Y-%m-%d}", "at": f"{slot.starts_at:%H:%M}",
        }  # fmt: skip
        answer = self.client.post(reverse("records:appointment-create"), typed)
        text, at = answer.content.decode(), time.monotonic()
        offered = [opened(value) for value in TAKE.findall(text)]
        free = tuple((str(row.resource_id), row.starts_at) for row in offered if row)
        # A page that sends the person on is what the API's 201 is.
        status = 201 if answer.status_code == 302 else answer.status_code
        conflicts = ("told",) if "This time cannot be booked" in text else ()
        return Answer(number, status, sent, at, free, conflicts)


class ByLooking:
    """The control: look whether it is free, then write it down."""

    def __init__(self, place: Place):
        self.place = place

    def book(self, number: int) -> Answer:
        slot, sent = self.place.slots[number], time.monotonic()
        bookable = Resource.objects.get(pk=slot.resource_id)
        ends_at = slot.starts_at + dt.timedelta(minutes=MINUTES)
        when = {"starts_at": slot.starts_at, "ends_at": ends_at}
        is_taken = Booking.objects.live().filter(bookable=bookable).meeting(*when.values()).exists()
        if not is_taken:
            self.write(bookable, when)
        return Answer(number, 409 if is_taken else 201, sent, time.monotonic())

    def write(self, bookable: Resource, when: dict[str, dt.datetime]) -> None:
        at = {"hospital_id": bookable.hospital_id, **when}
        with transaction.atomic():
            appointment = Appointment(
                clinic_id=self.place.clinic_id,
                doctor_id=bookable.doctor_id,
                caller_name="Caller",
                **at,
            )
            appointment.save()
            Booking(bookable=bookable, appointment=appointment, **at).save()


DOORS = {"api": ByApi, "web": ByWeb, "looking": ByLooking}


# ---- the race


def want(doors: str, threads: int, tries: int, place: Place) -> list[Answer]:
    """From several threads at once, each a client: all of them want slot after slot in the same order."""
    names = doors.split("+")

    def work(number: int) -> list[Answer]:
        client = DOORS[names[number % len(names)]](place)
        return [client.book(at % len(place.slots)) for at in range(tries)]

    line_up()
    return flat(in_threads(work, threads))


def crowded() -> int:
    """How many bookings share a moment with the next one of the same resource."""
    facts = ("bookable", "starts_at", "ends_at")
    rows = Booking.objects.live().order_by(*facts).values_list(*facts)
    return sum(one[0] == other[0] and one[2] > other[1] for one, other in pairwise(rows))


def stored() -> dict[str, int]:
    """What is in the books."""
    return {
        "appointments": Appointment.objects.count(),
        "bookings": Booking.objects.live().count(),
        "crowded": crowded(),
    }


def book_offers(place: Place, offers: list[tuple[str, dt.datetime]]) -> list[int]:
    """Book each of the offered times by the API: the statuses."""
    doctors = dict(
        Resource.objects.filter(pk__in={pk for pk, _at in offers}).values_list("pk", "doctor_id")
    )
    client = ApiClient()
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {place.token}")
    statuses = []
    for pk, starts_at in offers:
        doctor = next(str(value) for key, value in doctors.items() if str(key) == pk)
        body = {
            "caller_name": "Offered", "clinic_id": place.clinic_id, "doctor_id": doctor,
            "starts_at": starts_at.isoformat(), "minutes": MINUTES,
        }  # fmt: skip
        statuses.append(client.post("/api/v1/appointments", body).status_code)
    return statuses
