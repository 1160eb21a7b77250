"""Holidays on the web."""

import datetime as dt

import pytest
from django.urls import reverse

from hospital.tests.factories import ClinicFactory, signed_in
from hospital.tests.filling import fill, form_on, send
from records.models import Holiday
from records.tests.appointments.ground import MONDAY, Ground, on_friday
from records.tests.factories import HolidayFactory

pytestmark = pytest.mark.django_db
NEW, LIST = "/holidays/new/", "/holidays/"


@pytest.fixture(autouse=True)
def _friday():
    with on_friday():
        yield


@pytest.fixture
def ground():
    return Ground()


@pytest.fixture
def admin(client, ground):
    signed_in(client, "administrator", ground.here)
    return client


def test_days_are_typed_as_people_do(admin, ground):
    answer = fill(admin, NEW, name="Fair", first_on="1/3", last_on="+4")
    holiday = Holiday.objects.get()
    assert (holiday.first_on, holiday.last_on) == (MONDAY, dt.date(2027, 3, 2))
    shown = admin.get(answer["Location"]).content.decode()
    assert "the whole hospital" in shown


def test_who_was_to_come_then_is_told_first(admin, ground):
    appointment = ground.book("09:00")
    asked = fill(admin, NEW, name="Fair", first_on="1/3", last_on="1/3")
    assert asked.status_code == 409
    assert str(appointment.patient) in asked.content.decode()
    assert not Holiday.objects.exists()
    answer = send(admin, form_on(asked), NEW, accepts_consequences="yes")
    appointment.refresh_from_db()
    assert appointment.attention == "closed"
    assert "1 appointment has lost its time" in admin.get(answer["Location"]).content.decode()


def test_another_clinic_that_is_closed_takes_nobodys_time(admin, ground):
    ground.book("09:00")
    clinic = ClinicFactory(hospital=ground.here)
    typed = {"name": "Moving", "first_on": "1/3", "last_on": "1/3", "clinic": str(clinic.pk)}
    assert fill(admin, NEW, **typed).status_code == 302


def test_those_to_come_are_listed_in_the_order_of_time(admin, ground):
    rows = [
        HolidayFactory(hospital=ground.here, first_on=day, last_on=day)
        for day in (dt.date(2027, 12, 25), dt.date(2027, 1, 1), MONDAY)
    ]
    shown = [row.record for row in admin.get(LIST).context["listing"].rows]
    assert shown == [rows[2], rows[0]]
    everything = admin.get(f"{LIST}?past=on").context["listing"].rows
    assert [row.record for row in everything] == [rows[1], rows[2], rows[0]]


def test_reception_moves_a_holiday_and_makes_none(client, ground):
    signed_in(client, "receptionist", ground.here)
    holiday = HolidayFactory(hospital=ground.here)
    edit = reverse("records:holiday-edit", args=[holiday.pk])
    assert fill(client, edit, name="Christmas").status_code == 302
    assert client.get(NEW).status_code == 403
    assert client.get(reverse("records:holiday-retire", args=[holiday.pk])).status_code == 403
