"""What clinics keep as every plain record does."""

from hospital.tests.entity import EntityTests
from hospital.tests.factories import ClinicFactory, DepartmentFactory


class TestClinics(EntityTests):
    factory = ClinicFactory
    topic = "clinics"
    change = ("room", "1.204")
    broken = [
        ("name", "", "required"),
        ("code", "c 1", "code_invalid"),
        ("phone", "12", "phone_invalid"),
        ("opening_hours", "x" * 201, "max_length"),
    ]

    def facts(self, hospital):
        department = DepartmentFactory(hospital=hospital)
        return {"department": department, "code": "C1", "name": "Clinic 1"}
