"""The week of many doctors stays light however much is booked."""

import datetime as dt
import gzip
from html.parser import HTMLParser

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from hospital.tests.factories import ClinicFactory, DoctorFactory, HospitalFactory, signed_in
from records.models import Appointment
from records.tests.factories import PatientFactory, SessionFactory

from .ground import MONDAY, at, on_friday

pytestmark = pytest.mark.django_db
WEEK = reverse("records:appointment-week")


class Count(HTMLParser):
    """How many elements a page has."""

    number = 0

    def handle_starttag(self, tag, attrs):
        self.number += 1

    def handle_startendtag(self, tag, attrs):
        self.number += 1


def filled(doctors, each):
    """A hospital whose doctors have ``each`` appointments in the week, on five days."""
    here = HospitalFactory()
    clinic = ClinicFactory(hospital=here)
    people = [PatientFactory(at=here, given_names=f"Given{n}") for n in range(25)]
    rows = []
    for number in range(doctors):
        doctor = DoctorFactory(hospital=here)
        SessionFactory(bookable=doctor.as_resource, clinic=clinic)
        for place in range(each):
            day, slot = divmod(place, each // 5)
            starts_at = at("08:00", MONDAY + dt.timedelta(days=day)) + slot * dt.timedelta(
                minutes=15
            )
            rows.append(
                Appointment(
                    hospital=here, clinic=clinic, doctor=doctor, starts_at=starts_at,
                    ends_at=starts_at + dt.timedelta(minutes=15),
                    patient=people[(number + place) % len(people)], status="missed",
                )
            )  # fmt: skip
    Appointment.objects.bulk_create(rows)
    return here


def opened(client, here):
    with on_friday(), CaptureQueriesContext(connection) as seen:
        signed_in(client, "receptionist", here)
        before = len(seen)
        answer = client.get(WEEK, {"day": MONDAY})
    assert answer.status_code == 200
    return answer.content, len(seen) - before


def test_a_week_of_10_doctors_with_1500_appointments_keeps_its_bars(client):
    page, queries = opened(client, filled(10, 150))
    count = Count()
    count.feed(page.decode())
    assert page.count(b'class="status-missed"') == 1500
    assert count.number <= 2500
    # What the page weighs by itself; styles and scripts are measured where they are.
    assert len(gzip.compress(page, 6)) <= 30 * 1024
    client.logout()
    few, of_few = opened(client, filled(3, 5))
    assert few.count(b'class="status-missed"') == 15
    assert queries == of_few
