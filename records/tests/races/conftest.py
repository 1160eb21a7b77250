"""What the races over time share."""

import pytest
from django.db import connection

from hospital.tests.races.harness import once

from . import controls


@pytest.fixture
def no_guards(race):
    """A control runs without the guards; a shared PostgreSQL database gets them back."""
    once(race, controls.drop_guards)
    yield
    if connection.vendor == "postgresql":
        controls.put_guards_back()
