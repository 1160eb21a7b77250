"""Signing in and out, and for which hospital one works."""

from datetime import timedelta

import pytest

from hospital.kit import clock
from hospital.models import AuditEvent
from hospital.tests.factories import (
    PASSWORD,
    DepartmentFactory,
    HospitalFactory,
    MembershipFactory,
    employ,
    signed_in,
)
from hospital.tests.filling import form_on, send

pytestmark = pytest.mark.django_db
LOGIN = "/accounts/login/"


def events(act):
    return AuditEvent.objects.filter(act=act)


def test_a_sign_in_is_booked_on_the_person(client):
    place = HospitalFactory()
    user = employ("nurse", place, username="elif")
    answer = client.post(LOGIN, {"login": "ELIF", "password": PASSWORD})
    assert answer["Location"] == "/"
    event = events("hospital.session.start").get()
    assert (event.user_id, event.hospital_id, event.outcome) == (user.pk, place.pk, "ok")


def test_a_failed_sign_in_is_booked_without_what_was_typed(client):
    employ("nurse", HospitalFactory(), username="elif")
    client.post(LOGIN, {"login": "elif", "password": "wrong horse battery"})
    event = events("hospital.session.start").get()
    assert (event.user_id, event.outcome, event.ip) == (None, "denied", "127.0.0.1")
    assert "elif" not in repr(event.__dict__)


def test_signing_out_is_booked_once(client):
    user = signed_in(client, "nurse", HospitalFactory())
    client.post("/accounts/logout/")
    client.post("/accounts/logout/")
    assert events("hospital.session.end").get().user_id == user.pk


def test_a_session_ends_after_13_hours_whatever_was_done_in_it(client, monkeypatch):
    signed_in(client, "nurse", HospitalFactory())
    client.get("/")
    later = clock.now() + timedelta(hours=13, minutes=1)
    monkeypatch.setattr("hospital.web.middleware.clock.now", lambda: later)
    assert client.get("/")["Location"].startswith(LOGIN)
    assert events("hospital.session.end").get().reason == "expired"


def test_a_changed_password_is_booked(client):
    user = signed_in(client, "nurse", HospitalFactory())
    new = "seven quiet boats at dawn"
    client.post(
        "/accounts/password/change/",
        {"oldpassword": PASSWORD, "password1": new, "password2": new},
    )
    user.refresh_from_db()
    assert user.check_password(new)
    event = events("hospital.account.password").get()
    assert (event.user_id, event.object_id) == (user.pk, user.pk)


def test_a_part_asked_for_too_late_leads_the_whole_page_to_signing_in(client):
    headers = {"HX-Request": "true", "HX-Current-URL": "http://testserver/wards/?order=code"}
    answer = client.get("/wards/", headers=headers)
    assert answer["HX-Redirect"] == f"{LOGIN}?next=/wards/%3Forder%3Dcode"


def test_a_form_sent_too_late_leads_back_to_the_page_it_was_on(client):
    answer = client.post("/search/", {"q": "x"}, headers={"referer": "http://testserver/wards/"})
    assert answer["Location"] == f"{LOGIN}?next=/wards/"
    answer = client.post("/search/", {"q": "x"}, headers={"referer": "http://elsewhere/wards/"})
    assert "elsewhere" not in answer["Location"]


def test_one_works_for_one_hospital_until_one_switches(client):
    first, second = HospitalFactory(name="Arbour"), HospitalFactory(name="Bridge")
    user = signed_in(client, "nurse", first)
    MembershipFactory(user=user, hospital=second, role="doctor")
    theirs = DepartmentFactory(hospital=second)
    assert str(theirs.pk) not in client.get("/departments/").content.decode()

    answer = client.post("/switch/", {"hospital": str(second.pk)})
    assert answer["Location"] == "/"
    assert str(theirs.pk) in client.get("/departments/").content.decode()
    event = events("hospital.account.switch").get()
    assert (event.hospital_id, event.object_id) == (first.pk, second.pk)


def test_switching_to_where_one_is_books_nothing(client):
    place = HospitalFactory()
    signed_in(client, "nurse", place)
    client.post("/switch/", {"hospital": str(place.pk)})
    assert not events("hospital.account.switch").exists()


def test_one_cannot_switch_to_where_one_does_not_work(client):
    signed_in(client, "nurse", HospitalFactory())
    stranger = HospitalFactory()
    assert client.post("/switch/", {"hospital": str(stranger.pk)}).status_code == 404
    assert not events("hospital.account.switch").filter(outcome="ok").exists()


def test_a_form_opened_before_switching_is_refused_and_saves_nothing(client):
    first, second = HospitalFactory(), HospitalFactory()
    user = signed_in(client, "administrator", first)
    MembershipFactory(user=user, hospital=second, role="administrator")
    form = form_on(client.get("/departments/new/"))
    client.post("/switch/", {"hospital": str(second.pk)})
    answer = send(client, form, "/departments/new/", code="CARD", name="Cardiology")
    assert answer.status_code == 409
    assert answer.context["form"].errors.as_data()["__all__"][0].code == "other_hospital"
    assert 'value="Cardiology"' in answer.content.decode()
    assert not first.departments.exists()
    assert not second.departments.exists()


def test_pages_speak_the_hospitals_language_where_they_are_translated(client, settings):
    settings.LANGUAGES = [("en", "English"), ("ar", "Arabic")]
    signed_in(client, "nurse", HospitalFactory(language="ar-EG", country="EG"))
    assert '<html lang="ar" dir="rtl"' in client.get("/").content.decode()
    signed_in(client, "nurse", HospitalFactory(language="de"))
    assert '<html lang="en" dir="ltr"' in client.get("/").content.decode()
