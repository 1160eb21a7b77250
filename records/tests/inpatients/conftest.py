"""What tests of stays begin with: a hospital with a ward, its nurse, and a way to admit."""

import pytest

from hospital.tests.factories import HospitalFactory, WardFactory, actor
from records.models import InPatient
from records.services import inpatients
from records.tests.factories import PatientFactory


@pytest.fixture
def here(db):
    return HospitalFactory()


@pytest.fixture
def ward(here):
    return WardFactory(hospital=here)


@pytest.fixture
def nurse(here):
    return actor("nurse", here)


@pytest.fixture
def admit(here, nurse, ward):
    """Admit somebody, new unless given, into a bed (or the ward)."""

    def admitted(bed=None, *, at=None, reason="", **facts):
        about = {"sex": facts.pop("sex", "female")}
        patient = facts.pop("patient", None) or PatientFactory(at=here, **about)
        stay = InPatient(hospital=here, patient=patient, **facts)
        where = {"bed": bed} if bed else {"ward": ward}
        return inpatients.admit(nurse, stay=stay, at=at, reason=reason, **where)

    return admitted
