"""What rooms and devices keep as every plain record does."""

from hospital.tests.entity import EntityTests
from hospital.tests.factories import ClinicFactory, ResourceFactory


class TestResources(EntityTests):
    factory = ResourceFactory
    topic = "resources"
    change = ("name", "Ultrasound 2")
    broken = [("name", "", "required"), ("name", "x" * 81, "max_length")]

    def facts(self, hospital):
        return {"kind": "device", "name": "ECG 1", "clinic": ClinicFactory(hospital=hospital)}
