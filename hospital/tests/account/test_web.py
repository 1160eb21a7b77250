"""My account."""

import pytest
from allauth.usersessions.models import UserSession
from django.test import Client
from django.urls import reverse

from hospital.models import AuditEvent
from hospital.tests.factories import PASSWORD, HospitalFactory, WardFactory, employ, signed_in
from hospital.tests.filling import fill, form_on, send

pytestmark = pytest.mark.django_db
ACCOUNT = "/account/"


@pytest.fixture
def place():
    return HospitalFactory()


def test_preferences_are_kept_and_shape_the_next_page(client, place):
    user = signed_in(client, "nurse", place)
    answer = fill(
        client, ACCOUNT, having="theme", theme="dark", density="compact", has_shortcuts=None
    )
    user.refresh_from_db()
    assert answer["Location"] == ACCOUNT
    assert (user.theme, user.density, user.has_shortcuts) == ("dark", "compact", False)
    page = client.get("/").content.decode()
    assert 'data-theme="dark"' in page
    assert 'data-density="compact"' in page
    assert "data-shortcuts" not in page


def test_nothing_else_of_the_account_can_be_changed(client, place):
    user = signed_in(client, "nurse", place, full_name="Elif Kaya")
    fill(client, ACCOUNT, having="theme", theme="dark", full_name="Somebody Else", is_active=None)
    user.refresh_from_db()
    assert (user.full_name, user.is_active, user.theme) == ("Elif Kaya", True, "dark")


def test_it_says_what_one_may_do(client, place):
    signed_in(client, "nurse", place)
    told = {row["label"]: row["value"] for row in client.get(ACCOUNT).context["permitted"]}
    assert told["Wards"] == "find, open"
    assert told["Patients"] == "find, open, change"
    assert "API tokens" not in told


def test_an_ended_session_is_out_with_its_next_click(place):
    user = employ("nurse", place, username="elif")
    here, there = Client(), Client()
    for browser in (here, there):
        browser.post("/accounts/login/", {"login": "elif", "password": PASSWORD})
    page = here.get(ACCOUNT)
    assert len(page.context["sessions"]) == 2
    send(here, form_on(page, action="/end/"), ACCOUNT)
    assert there.get("/")["Location"].startswith("/accounts/login/")
    assert here.get("/").status_code == 200
    ended = AuditEvent.objects.get(act="hospital.session.end")
    assert (ended.user_id, ended.object_id, ended.reason) == (user.pk, user.pk, "ended by owner")


def test_nobody_ends_somebody_elses_session(client, place):
    employ("nurse", place, username="elif")
    other = Client()
    other.post("/accounts/login/", {"login": "elif", "password": PASSWORD})
    signed_in(client, "nurse", place)
    form = form_on(client.get(ACCOUNT), having="theme")
    theirs = UserSession.objects.get(user__username="elif")
    token = {"form_token": form["data"]["form_token"]}
    assert client.post(f"/account/sessions/{theirs.pk}/end/", token).status_code == 404
    assert other.get("/").status_code == 200


@pytest.mark.parametrize(
    ("name", "kind"), [("changelist", "change-list"), ("change", "change-form")]
)
def test_the_chosen_colours_hold_on_every_page_of_the_admin(client, place, name, kind):
    ward = WardFactory(hospital=place)
    signed_in(client, "administrator", place, theme="dark")
    path = reverse(f"admin:hospital_ward_{name}", args=[ward.pk] if name == "change" else [])
    page = client.get(path).content.decode()
    classes = page.partition('<body class="')[2].partition('"')[0].split()
    assert {"theme-dark", kind} <= set(classes)
