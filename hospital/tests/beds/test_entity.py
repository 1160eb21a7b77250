"""What beds keep as every plain record does."""

from hospital.tests.entity import EntityTests
from hospital.tests.factories import BedFactory, WardFactory


class TestBeds(EntityTests):
    factory = BedFactory
    topic = "beds"
    change = ("label", "12B")
    broken = [
        ("label", "", "required"),
        ("label", "x" * 21, "max_length"),
        ("kind", "sofa", "invalid_choice"),
        ("sex_policy", "men", "invalid_choice"),
    ]
    reader = "doctor"

    def facts(self, hospital):
        return {"ward": WardFactory(hospital=hospital), "label": "12A"}
