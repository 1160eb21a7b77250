"""What most tests of appointments begin with."""

import pytest

from .ground import Ground, on_friday
from .program import Program


@pytest.fixture
def friday():
    """It is the Friday before the Monday that everything is about."""
    with on_friday() as traveller:
        yield traveller


@pytest.fixture
def ground():
    return Ground()


@pytest.fixture
def program():
    return Program()
