"""Roles given, dated, taken away and given back on the pages of staff."""

from urllib.parse import unquote

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse

from hospital.kit import clock
from hospital.kit.errors import errors_of
from hospital.models import Membership
from hospital.tests.factories import PASSWORD, HospitalFactory, MembershipFactory, employ, signed_in
from hospital.tests.filling import fill, form_on, send

pytestmark = pytest.mark.django_db
NEW = "/staff/roles/new/"


@pytest.fixture
def place():
    return HospitalFactory()


@pytest.fixture
def admin(client, place):
    client.user = signed_in(client, "administrator", place, full_name="Ada Admin")
    return client


def at(membership, page):
    return reverse(f"hospital:membership-{page}", args=[membership.pk])


def person(user):
    return reverse("hospital:user-detail", args=[user.pk])


def open_tab(place):
    """A browser in which a nurse has signed in, and the nurse."""
    tab, nurse = Client(), employ("nurse", place, username="elif")
    tab.post("/accounts/login/", {"login": "elif", "password": PASSWORD})
    assert tab.get("/").status_code == 200
    return tab, nurse


def codes(answer, name):
    errors = errors_of(ValidationError(answer.context["form"].errors.as_data()))
    return [code for code, sentence in errors.get(name, [])]


def test_a_role_is_given_from_and_until(admin, place):
    nurse = employ("nurse", place)
    answer = fill(
        admin, f"{NEW}?user={nurse.pk}", role="receptionist", valid_from="2030-01-01",
        valid_to="2030-02-01",
    )  # fmt: skip
    given = Membership.objects.get(user=nurse, role="receptionist")
    assert (answer["Location"], given.hospital) == (person(nurse), place)
    assert (str(given.valid_from), str(given.valid_to)) == ("2030-01-01", "2030-02-01")


def test_what_is_wrong_has_the_same_codes_as_in_the_admin(admin, place):
    nurse, auditor = employ("nurse", place), employ("auditor", place)
    stranger = employ("nurse", HospitalFactory())
    assert codes(fill(admin, f"{NEW}?user={nurse.pk}", role="nurse"), "role") == [
        "membership_taken"
    ]
    assert codes(fill(admin, f"{NEW}?user={auditor.pk}", role="nurse"), "") == ["role_conflict"]
    assert codes(fill(admin, NEW, user=str(stranger.pk), role="nurse"), "user") == [
        "invalid_choice"
    ]
    assert codes(fill(admin, f"{NEW}?user={nurse.pk}", role="administrator"), "role") == [
        "invalid_choice"
    ]
    assert Membership.objects.filter(user__in=(nurse, auditor, stranger)).count() == 3


def test_nobody_gives_themselves_a_role(admin):
    answer = fill(admin, NEW, user=str(admin.user.pk), role="doctor")
    assert answer.status_code == 403
    assert admin.user.memberships.count() == 1


def test_dates_are_changed_and_told_in_the_history(admin, place):
    role = MembershipFactory(hospital=place, role="nurse", valid_from="2026-01-01")
    answer = fill(admin, at(role, "edit"), valid_to="2031-03-04")
    assert answer["Location"] == person(role.user)
    change = admin.get(person(role.user)).context["entries"][0]
    assert change["who"] == "Ada Admin"
    assert change["changes"] == [
        {"label": "Role", "old": "Nurse · 01-Jan-2026", "new": "Nurse · 01-Jan-2026 · 04-Mar-2031"}
    ]


def test_a_date_in_the_past_ends_the_role_with_the_next_click(admin, place):
    tab, nurse = open_tab(place)
    role = nurse.memberships.get()
    fill(admin, at(role, "edit"), valid_from="2020-01-01", valid_to="2020-02-01")
    assert tab.get("/")["Location"].startswith("/accounts/login/")


def test_a_role_taken_away_with_a_reason_ends_every_session_at_once(admin, place):
    tab, nurse = open_tab(place)
    role = nurse.memberships.get()
    page = at(role, "retire")
    answer = fill(admin, page)
    assert (answer.status_code, codes(answer, "reason")) == (400, ["reason_required"])
    assert tab.get("/").status_code == 200
    assert fill(admin, page, reason="Left the hospital")["Location"] == person(nurse)
    role.refresh_from_db()
    assert role.retired_reason == "Left the hospital"
    assert tab.get("/")["Location"].startswith("/accounts/login/")


def test_a_role_is_given_back(admin, place):
    role = MembershipFactory(hospital=place, role="nurse", retired_at=clock.now())
    answer = send(admin, form_on(admin.get(person(role.user)), action="/restore/"), "")
    role.refresh_from_db()
    assert (answer["Location"], role.is_retired) == (person(role.user), False)


def test_the_last_administrator_stays(client, place):
    role = MembershipFactory(hospital=place, role="administrator", valid_from="2026-01-01")
    signed_in(client, "operator")
    answer = fill(client, at(role, "retire"), reason="Left the hospital")
    assert (answer.status_code, codes(answer, "")) == (409, ["last_administrator"])
    answer = fill(client, at(role, "edit"), valid_to="2026-01-02")
    assert (answer.status_code, codes(answer, "")) == (409, ["last_administrator"])
    role.refresh_from_db()
    assert (role.is_retired, role.valid_to) == (False, None)


def test_an_administrator_takes_no_administrator_away(admin, place):
    other = MembershipFactory(hospital=place, role="administrator")
    stranger = MembershipFactory(role="nurse")
    for page in ("edit", "retire"):
        assert admin.get(at(other, page)).status_code == 403
        assert admin.get(at(stranger, page)).status_code == 404
    assert admin.post(at(other, "restore"), {}).status_code == 403


def test_a_stale_page_takes_nothing_away(admin, place):
    role = MembershipFactory(hospital=place, role="nurse")
    form = form_on(admin.get(at(role, "retire")), having="version")
    fill(admin, at(role, "edit"), valid_to="2031-03-04")
    assert send(admin, form, at(role, "retire"), reason="Left the hospital").status_code == 412
    role.refresh_from_db()
    assert not role.is_retired


def test_giving_and_taking_asks_for_a_password_shown_just_now(client, place):
    client.force_login(employ("administrator", place))
    role = MembershipFactory(hospital=place, role="nurse")
    for url in (NEW, at(role, "edit"), at(role, "retire")):
        assert unquote(client.get(url)["Location"]) == f"/accounts/reauthenticate/?next={url}"
    assert client.post(at(role, "restore"), {}).status_code == 403
