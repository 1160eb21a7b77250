"""What departments keep as every plain record does."""

from hospital.tests.entity import EntityTests
from hospital.tests.factories import DepartmentFactory


class TestDepartments(EntityTests):
    factory = DepartmentFactory
    topic = "departments"
    change = ("name", "Heart")
    broken = [
        ("name", "", "required"),
        ("code", "w 1", "code_invalid"),
        ("phone", "12", "phone_invalid"),
        ("description", "x" * 1001, "max_length"),
    ]

    def facts(self, hospital):
        return {"code": "CARD", "name": "Cardiology"}
