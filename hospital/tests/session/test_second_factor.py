"""Who can do most works only with a second factor."""

from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret

from hospital.settings import signin
from hospital.tests.factories import PASSWORD, HospitalFactory, api, employ, signed_in

pytestmark = pytest.mark.django_db
ACTIVATE = "/accounts/2fa/totp/activate/"


@pytest.fixture(autouse=True)
def as_in_production(settings: Any) -> None:
    settings.SECOND_FACTOR_ROLES = signin.SECOND_FACTOR_ROLES


@pytest.mark.parametrize("role", ["operator", "administrator", "auditor"])
def test_without_one_every_page_leads_to_setting_it_up(client, role):
    user = employ(role, None if role == "operator" else HospitalFactory())
    client.post("/accounts/login/", {"login": user.username, "password": PASSWORD})
    for path in ("/", "/admin/", "/account/", "/departments/new/"):
        assert client.get(path)["Location"] == ACTIVATE
    answer = client.get("/departments/", headers={"HX-Request": "true"})
    assert answer["HX-Redirect"] == ACTIVATE
    assert "needs a second factor" in client.get(ACTIVATE).content.decode()


def test_a_form_sent_without_one_has_no_effect(client):
    here = HospitalFactory()
    signed_in(client, "administrator", here)
    answer = client.post("/departments/new/", {"code": "CARD", "name": "Cardiology"})
    assert answer["Location"] == ACTIVATE
    assert not here.departments.exists()


def test_with_one_the_way_is_open_and_without_it_again_closed(client):
    user = signed_in(client, "administrator", HospitalFactory())
    TOTP.activate(user, generate_totp_secret())
    assert client.get("/").status_code == 200
    Authenticator.objects.all().delete()
    assert client.get("/")["Location"] == ACTIVATE


def test_others_and_programs_are_not_asked(client):
    here = HospitalFactory()
    signed_in(client, "receptionist", here)
    assert client.get("/").status_code == 200
    assert api("integrator", here).get("/api/v1/departments").status_code == 200


def test_signing_out_stays_possible(client):
    signed_in(client, "administrator", HospitalFactory())
    assert client.post("/accounts/logout/")["Location"] != ACTIVATE
