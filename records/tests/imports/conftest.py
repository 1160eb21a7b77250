import pytest

from hospital.kit import phones
from hospital.tests.factories import HospitalFactory, actor


@pytest.fixture(autouse=True)
def var(settings, tmp_path):
    settings.VAR_DIR = tmp_path
    return tmp_path


@pytest.fixture
def here():
    return HospitalFactory(country="DE")


@pytest.fixture
def boss(here):
    with phones.activated("DE"):
        yield actor("administrator", here)
