"""Who is calling: tokens in force, and nothing else."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from hospital.kit import clock, phones
from hospital.models import ApiToken, Membership
from hospital.tests import factories

pytestmark = pytest.mark.django_db


def status(client):
    return client.get("/api/v1/wards").status_code


@pytest.mark.parametrize("scheme", ["Bearer", "Token", "bearer"])
def test_both_schemes_are_understood(client, scheme):
    client.credentials(HTTP_AUTHORIZATION=f"{scheme} {client.token.secret}")
    assert status(client) == 200


def test_without_a_token_the_answer_says_how_to_sign_in(client):
    client.credentials()
    answer = client.get("/api/v1/wards")
    assert (answer.status_code, answer.json()["code"]) == (401, "not_authenticated")
    assert answer["WWW-Authenticate"].startswith("Bearer")


@pytest.mark.parametrize(
    "header",
    [
        "Basic dTpw",
        "Bearer",
        "Bearer x",
        "Bearer ow_00000000.x",
        "Bearer " + "x" * 500,
        "Bearer é",
        "Bearer a b c",
        "Bearer .",
    ],
)
def test_nonsense_is_401(client, header):
    client.credentials(HTTP_AUTHORIZATION=header)
    assert status(client) == 401


def test_a_wrong_secret_and_an_unknown_prefix_are_answered_alike(client):
    prefix, _, secret = client.token.secret.partition(".")
    bodies = set()
    for wrong in (f"{prefix}.{secret[:-1]}x", f"ow_ffffffff.{secret}"):
        client.credentials(HTTP_AUTHORIZATION=f"Bearer {wrong}")
        answer = client.get("/api/v1/wards")
        assert answer.status_code == 401
        bodies.add(answer.content)
    assert len(bodies) == 1


def test_a_session_is_no_token(here):
    browser = Client()
    factories.signed_in(browser, "administrator", here)
    assert browser.get("/api/v1/wards").status_code == 401
    assert browser.post("/api/v1/wards", "{}", content_type="application/json").status_code == 401


def end_by_expiry(client):
    ApiToken.objects.update(expires_at=clock.now())


def end_by_revoking(client):
    ApiToken.objects.update(retired_at=clock.now())


def end_by_disabling(client):
    type(client.user).objects.filter(pk=client.user.pk).update(is_active=False)


def end_by_hospital(client):
    type(client.token.hospital).objects.update(retired_at=clock.now())


@pytest.mark.parametrize("end", [end_by_expiry, end_by_revoking, end_by_disabling, end_by_hospital])
def test_a_token_that_has_ended_is_refused_on_the_very_next_request(client, end):
    assert status(client) == 200
    end(client)
    assert status(client) == 401


@pytest.mark.parametrize(
    "facts",
    [{"retired_at": clock.now()}, {"valid_from": clock.today() + timedelta(days=2)},
     {"valid_from": clock.today() - timedelta(days=9), "valid_to": clock.today() - timedelta(days=2)}],
)  # fmt: skip
def test_an_account_without_a_role_in_force_may_do_nothing(client, facts):
    Membership.objects.update(**facts)
    assert status(client) == 403


def test_a_role_elsewhere_gives_nothing_here(client):
    Membership.objects.update(hospital=factories.HospitalFactory())
    assert status(client) == 403


def test_who_is_asking_costs_one_query_and_its_use_is_noted_every_ten_minutes(client, time_machine):
    time_machine.move_to(clock.now() + timedelta(days=2), tick=False)

    def queries():
        with CaptureQueriesContext(connection) as seen:
            assert client.get("/api/v1/wards").status_code == 200
        return [row["sql"] for row in seen if "apitoken" in row["sql"]]

    assert len(queries()) == 2
    assert len(queries()) == 1
    time_machine.shift(timedelta(minutes=9))
    assert len(queries()) == 1
    time_machine.shift(timedelta(minutes=2))
    assert len(queries()) == 2
    client.token.refresh_from_db()
    assert client.token.last_used_at == clock.now()


def test_the_hospitals_zone_and_region_end_with_the_request(client, here):
    assert status(client) == 200
    assert timezone.get_current_timezone_name() == "UTC"
    assert phones.region() is None


def test_me_says_who_the_token_is(client, here):
    body = client.get("/api/v1/me").json()
    assert body["hospital"] == {
        "id": str(here.pk), "code": here.code, "name": here.name, "time_zone": here.time_zone,
    }  # fmt: skip
    assert body["roles"] == ["integrator"]
    assert body["scopes"] == sorted(client.token.scopes)
    assert client.token.secret not in str(body)
    assert factories.api("operator").get("/api/v1/me/").json()["hospital"] is None
