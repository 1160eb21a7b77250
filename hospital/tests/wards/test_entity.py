"""What wards keep as every plain record does."""

from hospital.tests.entity import EntityTests
from hospital.tests.factories import DepartmentFactory, WardFactory


class TestWards(EntityTests):
    factory = WardFactory
    topic = "wards"
    change = ("floor", "9")
    broken = [
        ("name", "", "required"),
        ("name", "x" * 121, "max_length"),
        ("code", "w 1", "code_invalid"),
        ("phone", "12", "phone_invalid"),
    ]

    def facts(self, hospital):
        department = DepartmentFactory(hospital=hospital)
        return {"department": department, "code": "W7", "name": "Ward 7"}
