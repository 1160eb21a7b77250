"""The calendar address on the web: made, shown once, revoked, and only by whom it concerns."""

import re

import pytest
from django.test import Client

from hospital.kit.throttling import Buckets
from hospital.tests.factories import DoctorFactory, HospitalFactory, enter, signed_in
from hospital.tests.filling import fill, form_on, send
from records.models import CalendarFeed
from records.web import calendar_feeds as pages

from .feeds import issue

pytestmark = pytest.mark.django_db
NEW = "/calendar-feeds/new/"


@pytest.fixture(autouse=True)
def _unthrottled(monkeypatch):
    monkeypatch.setattr(pages, "BUCKETS", Buckets())


def page_of(doctor):
    return f"/doctors/{doctor.pk}/"


def shown_address(page):
    return re.search(r"http://testserver(/calendar/[\w-]{43}\.ics)<", page.content.decode())[1]


def test_a_doctor_makes_it_from_the_own_account_and_it_is_shown_this_once(client, ground):
    enter(client, ground.user, ground.here)
    account = client.get("/account/").content.decode()
    assert f"{NEW}?doctor={ground.doctor.pk}" in account
    form = form_on(client.get(NEW, {"doctor": ground.doctor.pk}))
    made = send(client, form, NEW)
    assert made.status_code == 200
    address = shown_address(made)
    assert Client().get(address).status_code == 200
    again = send(client, form, NEW)  # a double click
    assert (again.status_code, again["Location"]) == (302, page_of(ground.doctor))
    assert CalendarFeed.objects.count() == 1
    for page in ("/account/", page_of(ground.doctor)):
        told = client.get(page).content.decode()
        assert "Calendar address" in told
        assert "/calendar/" not in told
        assert f"/calendar-feeds/{CalendarFeed.objects.get().pk}/revoke/" in told


def test_it_is_revoked_with_a_reason_and_reads_nothing_more(client, ground):
    feed, secret = issue(ground)
    enter(client, ground.user, ground.here)
    page = f"/calendar-feeds/{feed.pk}/revoke/"
    assert "a new one can be made" in client.get(page).content.decode()
    assert fill(client, page).status_code == 400
    done = fill(client, page, reason="Not needed any more")
    assert (done.status_code, done["Location"]) == (302, page_of(ground.doctor))
    assert Client().get(f"/calendar/{secret}.ics").status_code == 404
    feed.refresh_from_db()
    assert (feed.retired_reason, feed.retired_by) == ("Not needed any more", ground.user.pk)
    assert client.get(page).status_code == 404


def test_an_administrator_does_both_on_the_doctors_page(client, ground):
    signed_in(client, "administrator", ground.here)
    link = f"{NEW}?doctor={ground.doctor.pk}"
    assert link in client.get(page_of(ground.doctor)).content.decode()
    shown_address(send(client, form_on(client.get(link)), NEW))
    taken = fill(client, NEW, doctor=str(ground.doctor.pk))
    assert taken.status_code == 409
    assert "Revoke it to make a new one" in taken.content.decode()
    other = DoctorFactory(hospital=ground.here)
    assert "with an account" in client.get(page_of(other)).content.decode()
    without = fill(client, NEW, doctor=str(other.pk))
    assert without.status_code == 409
    assert "Give the doctor one first" in without.content.decode()
    assert CalendarFeed.objects.count() == 1


def test_a_doctor_is_offered_nobody_elses_and_cannot_reach_it(client, ground):
    feed, _ = issue(ground)
    other = signed_in(client, "doctor", ground.here)
    own = DoctorFactory(hospital=ground.here, user=other)
    form = client.get(NEW).context["form"]
    assert list(form.fields["doctor"].queryset) == [own]
    assert fill(client, NEW, doctor=str(ground.doctor.pk)).status_code == 400
    assert client.get(f"/calendar-feeds/{feed.pk}/revoke/").status_code == 404
    assert "Calendar address" not in client.get(page_of(ground.doctor)).content.decode()
    assert CalendarFeed.objects.live().count() == 1


@pytest.mark.parametrize("role", ["receptionist", "nurse", "cashier", "auditor"])
def test_others_have_nothing_to_do_with_it(client, ground, role):
    feed, _ = issue(ground)
    signed_in(client, role, ground.here)
    assert "Calendar address" not in client.get(page_of(ground.doctor)).content.decode()
    assert client.get(NEW).status_code == 403
    assert client.get(f"/calendar-feeds/{feed.pk}/revoke/").status_code == 403


def test_another_hospitals_administrator_finds_nothing(client, ground):
    feed, _ = issue(ground)
    signed_in(client, "administrator", HospitalFactory())
    assert client.get(f"/calendar-feeds/{feed.pk}/revoke/").status_code == 404
    assert fill(client, NEW, doctor=str(ground.doctor.pk)).status_code == 400
