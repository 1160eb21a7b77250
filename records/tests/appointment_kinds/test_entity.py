"""What kinds of appointments keep as every plain record does."""

import pytest

from hospital.tests.entity import EntityTests
from hospital.tests.factories import ClinicFactory, HospitalFactory, api
from records.tests.factories import AppointmentKindFactory


class TestAppointmentKinds(EntityTests):
    factory = AppointmentKindFactory
    topic = "appointment-kinds"
    change = ("minutes", 40)
    broken = [
        ("name", "", "required"),
        ("code", "f 1", "code_invalid"),
        ("minutes", 4, "out_of_range"),
        ("minutes", 721, "out_of_range"),
    ]

    def facts(self, hospital):
        clinic = ClinicFactory(hospital=hospital)
        return {"code": "FIRST", "name": "First visit", "minutes": 40, "clinic": clinic}


@pytest.mark.django_db
def test_the_api_filters_by_clinic():
    here = HospitalFactory()
    clinic = ClinicFactory(hospital=here)
    kind = AppointmentKindFactory(hospital=here, clinic=clinic)
    AppointmentKindFactory(hospital=here)
    found = api("integrator", here).get(f"/api/v1/appointment-kinds?clinic_id={clinic.pk}")
    assert [row["id"] for row in found.json()["results"]] == [str(kind.pk)]
