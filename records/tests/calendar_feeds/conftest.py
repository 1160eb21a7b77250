"""What the tests of calendar addresses stand on."""

import pytest

from .feeds import doctors_ground


@pytest.fixture
def ground():
    return doctors_ground()
