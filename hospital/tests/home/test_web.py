"""The home page, and what stands outside of any page."""

import pytest
from django.test import Client

from hospital.tests.factories import (
    DepartmentFactory,
    HospitalFactory,
    WardFactory,
    employ,
    signed_in,
)
from hospital.web.home import greeting

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("hour", "words"), [(4, "evening"), (5, "morning"), (12, "afternoon"), (18, "evening")]
)
def test_the_greeting_goes_by_the_hour(hour, words):
    assert str(greeting(hour)).endswith(words)


def test_an_administrator_sees_what_is_missing(client):
    place = HospitalFactory()
    signed_in(client, "administrator", place)
    page = client.get("/").content.decode()
    assert "To be set up" in page
    assert "/wards/new/" in page

    WardFactory(hospital=place)
    employ("nurse", place)
    page = client.get("/").content.decode()
    assert "To be set up" not in page


def test_the_figures_are_the_own_hospitals(client):
    place = HospitalFactory()
    DepartmentFactory.create_batch(2, hospital=place)
    WardFactory(retired_at="2026-01-01T00:00Z", hospital=place)
    DepartmentFactory()
    signed_in(client, "nurse", place)
    tiles = client.get("/").content.decode().split('class="tiles"')[1]
    assert tiles.index("<b>3</b>") < tiles.index("<b>0</b>")


def test_staff_are_counted_once_and_programs_and_the_disabled_not_at_all(client):
    place = HospitalFactory()
    employ("nurse receptionist", place)
    employ("integrator", place, kind="client")
    employ("nurse", place, is_active=False)
    employ("nurse", HospitalFactory())
    signed_in(client, "administrator", place)
    tiles = client.get("/").content.decode().split('class="tiles"')[1]
    assert tiles.split("Staff")[1].split("<b>")[1].startswith("2<")


def test_the_operator_sees_every_hospital_with_its_people(client):
    place = HospitalFactory(name="Quay Hospital")
    employ("nurse receptionist", place)
    employ("nurse", place)
    signed_in(client, "operator")
    page = client.get("/").content.decode()
    assert "Quay Hospital" in page
    assert "2 people" in page
    assert 'role="search"' not in page


def test_somebody_who_works_nowhere_any_more_is_told_so_on_the_next_click(client):
    place = HospitalFactory()
    user = signed_in(client, "nurse", place)
    assert client.get("/").status_code == 200
    user.memberships.update(retired_at="2026-01-01T00:00Z")
    assert client.get("/").status_code == 403


def test_a_disabled_account_is_out_with_the_next_click(client):
    user = signed_in(client, "nurse", HospitalFactory())
    type(user).objects.filter(pk=user.pk).update(is_active=False)
    assert client.get("/")["Location"].startswith("/accounts/login/")


def test_an_address_that_is_none_answers_404_with_a_way_on(client):
    signed_in(client, "nurse", HospitalFactory())
    answer = client.get("/nothing/here/")
    assert answer.status_code == 404
    assert 'href="/"' in answer.content.decode()


def test_our_own_fault_answers_500_with_the_request_id_and_nothing_else(monkeypatch):
    def break_down(hour):
        raise RuntimeError("secret words")

    client = Client(raise_request_exception=False)
    signed_in(client, "nurse", HospitalFactory())
    monkeypatch.setattr("hospital.web.home.greeting", break_down)
    answer = client.get("/")
    page = answer.content.decode()
    assert answer.status_code == 500
    assert answer["X-Request-Id"] in page
    assert "secret words" not in page
