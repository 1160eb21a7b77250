"""API tokens in the admin."""

import re
from datetime import timedelta
from urllib.parse import unquote

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from rest_framework.test import APIClient

from hospital.kit import clock
from hospital.kit.errors import errors_of
from hospital.models import ApiToken, AuditEvent
from hospital.models.tokens import digest_of
from hospital.tests.factories import HospitalFactory, TokenFactory, employ, signed_in
from hospital.tests.filling import fill, form_on, send

pytestmark = pytest.mark.django_db

ADD = "/admin/hospital/apitoken/add/"
SECRET = re.compile(r"ow_[0-9a-f]{8}\.[\w-]{43}")


@pytest.fixture
def place():
    return HospitalFactory()


@pytest.fixture
def admin(client, place):
    client.user = signed_in(client, "administrator", place)
    return client


@pytest.fixture
def program(place):
    return employ("integrator", place, kind="client", full_name="Laboratory system")


def at(token, page="change"):
    return reverse(f"admin:hospital_apitoken_{page}", args=[token.pk])


def codes(answer, name):
    errors = errors_of(ValidationError(answer.context["adminform"].form.errors.as_data()))
    return [code for code, sentence in errors.get(name, [])]


def test_a_token_is_shown_once_and_opens_the_api(admin, place, program):
    scopes = ["hospital.ward:read"]
    answer = fill(admin, ADD, having="label", user=str(program.pk), label="Lab", scopes=scopes)
    secret = SECRET.search(answer.content.decode())[0]
    token = ApiToken.objects.get()
    assert (answer.status_code, token.hospital, token.scopes) == (200, place, scopes)
    assert token.digest == digest_of(secret.partition(".")[2])
    assert secret not in admin.get(at(token)).content.decode()

    api = APIClient()
    api.credentials(HTTP_AUTHORIZATION=f"Bearer {secret}")
    assert api.get("/api/v1/wards").status_code == 200
    assert api.get("/api/v1/patients").status_code == 403


def test_the_form_sent_again_issues_no_second_token_and_shows_no_secret(admin, program):
    form = form_on(admin.get(ADD), having="label")
    typed = {"user": str(program.pk), "label": "Lab", "scopes": ["hospital.ward:read"]}
    send(admin, form, ADD, **typed)
    again = send(admin, form, ADD, **typed)
    token = ApiToken.objects.get()
    assert again["Location"] == at(token)


def test_too_long_a_life_is_refused_with_its_code(admin, program):
    far = clock.now() + timedelta(days=800)
    answer = fill(
        admin, ADD, having="label", user=str(program.pk), label="Lab", scopes=["hospital.ward:read"],
        expires_at=f"{far:%Y-%m-%dT%H:%M}",
    )  # fmt: skip
    assert (answer.status_code, codes(answer, "expires_at")) == (400, ["token_expiry"])
    assert not SECRET.search(answer.content.decode())
    assert not ApiToken.objects.exists()


def test_a_scope_nobody_may_give_is_refused(admin, program):
    answer = fill(
        admin,
        ADD,
        having="label",
        user=str(program.pk),
        label="Lab",
        scopes=["hospital.audit:read"],
    )
    assert codes(answer, "scopes") == ["invalid_choice"]
    assert not ApiToken.objects.exists()


def test_a_token_is_revoked_with_a_reason_and_stops_at_once(admin, place):
    token = TokenFactory(hospital=place, user=employ("integrator", place, kind="client"))
    api = APIClient()
    api.credentials(HTTP_AUTHORIZATION=f"Bearer {token.secret}")
    assert api.get("/api/v1/wards").status_code == 200
    fill(admin, at(token, "revoke"), reason="May be known to others")
    assert api.get("/api/v1/wards").status_code == 401
    event = AuditEvent.objects.get(act="hospital.token.retire")
    assert (event.object_id, event.reason) == (token.pk, "May be known to others")


def test_nothing_of_a_token_can_be_changed(admin, place):
    token = TokenFactory(hospital=place)
    assert 'name="_save"' not in admin.get(at(token)).content.decode()
    assert admin.post(at(token), {"label": "X"}).status_code == 403


def test_neither_secret_nor_digest_stands_on_any_page(admin, place):
    token = TokenFactory(hospital=place)
    for page in (at(token), at(token, "history"), "/admin/hospital/apitoken/"):
        shown = admin.get(page).content.decode()
        assert token.digest not in shown
        assert token.secret not in shown


def test_another_hospitals_token_is_as_if_it_never_was(admin):
    token = TokenFactory()
    assert admin.get(at(token)).status_code == admin.get(at(token, "revoke")).status_code == 404


def test_issuing_and_revoking_asks_for_a_password_shown_just_now(client, place):
    client.force_login(employ("administrator", place))
    for url in (ADD, at(TokenFactory(hospital=place), "revoke")):
        assert unquote(client.get(url)["Location"]) == f"/accounts/reauthenticate/?next={url}"
