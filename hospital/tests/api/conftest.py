"""What the tests of the API's machinery share."""

import pytest

from hospital.tests import factories


@pytest.fixture
def here():
    return factories.HospitalFactory()


@pytest.fixture
def client(here):
    return factories.api("integrator", here)


@pytest.fixture
def quiet(client):
    """The same client, getting the 500 that a caller would get."""
    client.raise_request_exception = False
    return client
