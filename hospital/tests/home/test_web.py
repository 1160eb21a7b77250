"""The home page, and what stands outside of any page."""

import pytest
from allauth.mfa.models import Authenticator
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from hospital.models import AuditEvent
from hospital.tests.factories import (
    BedFactory,
    ClinicFactory,
    DepartmentFactory,
    DoctorFactory,
    HospitalFactory,
    WardFactory,
    employ,
    signed_in,
)
from hospital.web.home import greeting
from records.tests.factories import SessionFactory

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("hour", "words"), [(4, "evening"), (5, "morning"), (12, "afternoon"), (18, "evening")]
)
def test_the_greeting_goes_by_the_hour(hour, words):
    assert str(greeting(hour)).endswith(words)


def progress_on(client):
    return client.get("/").content.decode().partition('id="progress-setup"')[2].partition(">")[0]


def test_the_checklist_goes_from_nothing_to_ready(client):
    place = HospitalFactory(address_line="", city="", phone="")
    user = signed_in(client, "administrator", place)
    assert progress_on(client) == ' value="0" max="12"'
    page = client.get("/").content.decode()
    assert "0 of 12 done" in page
    assert 'href="/admin/' not in page.partition('id="main"')[2]
    links = [
        "/clinics/new/",
        "/beds/add-many/",
        "/doctors/new/",
        "/sessions/new/",
        "/staff/new/?role=cashier",
        "/accounts/2fa/",
    ]
    assert all(f'href="{link}"' in page for link in links)

    type(place).objects.filter(pk=place.pk).update(
        address_line="Quay 1", city="Berlin", phone="+493012345678"
    )
    DoctorFactory(hospital=place)
    ClinicFactory(hospital=place)
    ward = WardFactory(hospital=place)
    assert progress_on(client) == ' value="5" max="12"'
    BedFactory(ward=ward)
    for role in ("receptionist", "doctor", "nurse", "cashier"):
        employ(role, place)
    assert progress_on(client) == ' value="10" max="12"'
    SessionFactory(hospital=place)
    assert progress_on(client) == ' value="11" max="12"'
    Authenticator.objects.create(user=user, type="totp", data={})
    page = client.get("/").content.decode()
    assert "Getting ready" not in page
    assert "The hospital is ready" in page


@pytest.mark.parametrize(
    "spoilt",
    [{"is_active": False}, {"kind": "client"}, {"ended": True}],
    ids=["disabled", "a program", "left"],
)
def test_a_role_counts_when_somebody_works_in_it_today(client, spoilt):
    place = HospitalFactory()
    signed_in(client, "administrator", place)
    ended = spoilt.pop("ended", False)
    nurse = employ("nurse", place, **spoilt)
    if ended:
        nurse.memberships.update(valid_from="2020-01-01", valid_to="2020-02-01")
    employ("nurse", HospitalFactory())
    assert 'role=nurse"' in client.get("/").content.decode()
    employ("nurse", place)
    assert 'role=nurse"' not in client.get("/").content.decode()


def test_the_administrators_start_costs_the_same_however_much_there_is(
    client, django_assert_num_queries
):
    place = HospitalFactory()
    signed_in(client, "administrator", place)
    client.get("/")
    with CaptureQueriesContext(connection) as few:
        client.get("/")
    BedFactory.create_batch(5, ward=WardFactory(hospital=place))
    for role in ("receptionist", "doctor", "nurse"):
        employ(role, place)
    with django_assert_num_queries(len(few)):
        client.get("/")


def test_an_auditor_starts_at_what_others_did_and_the_look_is_booked(client):
    place = HospitalFactory()
    other, stranger = Client(), Client()
    signed_in(other, "nurse", place, full_name="Nora Nurse")
    signed_in(stranger, "nurse", HospitalFactory(), full_name="A Stranger")
    for browser in (other, stranger):
        browser.get("/departments/new/")
    signed_in(client, "auditor", place)
    page = client.get("/").content.decode()
    assert "hospital.department.create" in page
    assert "Refused" in page
    assert "Nora Nurse" in page
    assert "A Stranger" not in page
    assert AuditEvent.objects.filter(act="hospital.audit.list", reason="home").count() == 1


@pytest.mark.parametrize("role", ["pharmacist", "lab", "cashier", "receptionist", "integrator"])
def test_everybody_else_starts_at_the_place_without_a_list_of_staff(client, role):
    place = HospitalFactory(name="Quay Hospital")
    signed_in(client, role, place)
    page = client.get("/").content.decode()
    assert "Getting ready" not in page
    assert 'href="/staff/"' not in page


def test_the_figures_are_the_own_hospitals(client):
    place = HospitalFactory()
    DepartmentFactory.create_batch(2, hospital=place)
    WardFactory(retired_at="2026-01-01T00:00Z", hospital=place)
    DepartmentFactory()
    signed_in(client, "nurse", place)
    tiles = {str(tile["label"]): tile["value"] for tile in client.get("/").context["tiles"]}
    assert (tiles["Departments"], tiles["Wards"]) == (3, 0)


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
