"""Roles in the admin."""

from urllib.parse import unquote

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from hospital.kit.errors import errors_of
from hospital.models import Membership
from hospital.tests.factories import HospitalFactory, MembershipFactory, employ, signed_in
from hospital.tests.filling import fill

pytestmark = pytest.mark.django_db

ADD = "/admin/hospital/membership/add/"


@pytest.fixture
def place():
    return HospitalFactory()


@pytest.fixture
def admin(client, place):
    client.user = signed_in(client, "administrator", place)
    return client


def at(membership, page="change"):
    return reverse(f"admin:hospital_membership_{page}", args=[membership.pk])


def codes(answer, name):
    errors = errors_of(ValidationError(answer.context["adminform"].form.errors.as_data()))
    return [code for code, sentence in errors.get(name, [])]


def test_a_role_is_given_at_the_own_hospital(admin, place):
    nurse = employ("nurse", place)
    answer = fill(admin, f"{ADD}?user={nurse.pk}", role="receptionist")
    given = Membership.objects.get(user=nurse, role="receptionist")
    assert (answer["Location"], given.hospital) == (at(given), place)


def test_the_same_role_twice_is_refused_with_its_code(admin, place):
    nurse = employ("nurse", place)
    answer = fill(admin, f"{ADD}?user={nurse.pk}", role="nurse")
    assert codes(answer, "role") == ["membership_taken"]


def test_an_auditor_gets_no_other_role(admin, place):
    auditor = employ("auditor", place)
    answer = fill(admin, f"{ADD}?user={auditor.pk}", role="nurse")
    assert codes(answer, "") == ["role_conflict"]


def test_a_stranger_cannot_be_given_a_role(admin):
    stranger = employ("nurse", HospitalFactory())
    answer = fill(admin, ADD, user=str(stranger.pk), role="nurse")
    assert codes(answer, "user") == ["invalid_choice"]


def test_who_what_and_where_are_fixed_and_the_dates_are_not(admin, place):
    membership = MembershipFactory(hospital=place, role="nurse")
    fields = admin.get(at(membership)).context["adminform"].form.fields
    assert set(fields) == {"valid_from", "valid_to", "version"}
    fill(admin, at(membership), having="valid_to", valid_to="2030-01-01")
    membership.refresh_from_db()
    assert str(membership.valid_to) == "2030-01-01"


def test_a_role_is_taken_away_with_a_reason(admin, place):
    membership = MembershipFactory(hospital=place, role="nurse")
    fill(admin, at(membership, "retire"), reason="Left the hospital")
    membership.refresh_from_db()
    assert membership.retired_reason == "Left the hospital"


def test_the_last_administrator_stays(client, place):
    membership = MembershipFactory(hospital=place, role="administrator")
    signed_in(client, "operator")
    answer = fill(client, at(membership, "retire"), reason="Left the hospital")
    assert answer.context["form"].errors.as_data()["__all__"][0].code == "last_administrator"
    answer = fill(client, at(membership), having="valid_to", valid_to=str(membership.valid_from))
    membership.refresh_from_db()
    assert not membership.is_retired


def test_the_last_administrator_does_not_end_by_a_date_either(client, place):
    membership = MembershipFactory(hospital=place, role="administrator", valid_from="2026-01-01")
    signed_in(client, "operator")
    answer = fill(client, at(membership), having="valid_to", valid_to="2026-01-02")
    membership.refresh_from_db()
    assert (answer.status_code, codes(answer, "")) == (409, ["last_administrator"])
    assert membership.valid_to is None


def test_an_administrator_takes_no_administrator_away(admin, place):
    other = MembershipFactory(hospital=place, role="administrator")
    assert admin.get(at(other, "retire")).status_code == 403
    assert admin.get(at(MembershipFactory(role="nurse"), "retire")).status_code == 404


def test_giving_and_taking_asks_for_a_password_shown_just_now(client, place):
    client.force_login(employ("administrator", place))
    membership = MembershipFactory(hospital=place, role="nurse")
    for url in (ADD, at(membership, "retire")):
        assert unquote(client.get(url)["Location"]) == f"/accounts/reauthenticate/?next={url}"
    assert client.post(at(membership), {"valid_to": "2020-01-01"}).status_code == 403
