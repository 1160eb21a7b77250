"""A desk with somebody signed in at it, for the tests of patient pages."""

from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client

from hospital.models import Hospital
from hospital.tests.factories import HospitalFactory, signed_in
from hospital.tests.filling import form_on, send

REGISTER = "/patients/register/"


@pytest.fixture
def here() -> Hospital:
    return HospitalFactory(name="St Brigid's")


@pytest.fixture
def elsewhere() -> Hospital:
    return HospitalFactory(name="St Columba's")


@pytest.fixture
def desk(client: Client, here: Hospital) -> Client:
    """Reception at ``here``."""
    client.user = signed_in(client, "receptionist", here)
    return client


def sit(role: str, hospital: Hospital) -> Client:
    """Another desk, of somebody with ``role``."""
    client = Client()
    client.user = signed_in(client, role, hospital)
    return client


def register(client: Client, **typed: Any) -> HttpResponse:
    """Fill in and send the registration form."""
    return send(client, main_form(client.get(REGISTER)), REGISTER, **typed)


def main_form(response: HttpResponse) -> dict[str, Any]:
    """The form of a patient on the page."""
    return form_on(response, having="contacts-TOTAL_FORMS")


def text(response: HttpResponse) -> str:
    return response.content.decode()
