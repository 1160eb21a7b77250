"""A round is about today: it is a quarter past ten in the hospital, whenever the tests are run."""

import datetime as dt

import pytest
import time_machine


@pytest.fixture(autouse=True)
def morning():
    with time_machine.travel(dt.datetime(2026, 11, 10, 9, 15, tzinfo=dt.UTC), tick=False):
        yield
