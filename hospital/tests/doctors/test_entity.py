"""What doctors keep as every plain record does."""

from hospital.tests.entity import EntityTests
from hospital.tests.factories import DepartmentFactory, DoctorFactory


class TestDoctors(EntityTests):
    factory = DoctorFactory
    topic = "doctors"
    change = ("speciality", "Hearts")
    broken = [
        ("family_name", "", "required"),
        ("licence_number", "", "required"),
        ("phone", "12", "phone_invalid"),
        ("email", "nobody", "invalid"),
    ]

    def facts(self, hospital):
        department = DepartmentFactory(hospital=hospital)
        return {"department": department, "family_name": "Vogel", "licence_number": "BE-1"}
