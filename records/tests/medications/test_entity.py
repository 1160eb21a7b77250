"""What medications keep as every plain record does."""

from hospital.tests.entity import EntityTests
from records.tests.factories import MedicationFactory


class TestMedications(EntityTests):
    factory = MedicationFactory
    topic = "medications"
    change = ("strength", "250 mg")
    broken = [
        ("name", "", "required"),
        ("form", "potion", "invalid_choice"),
        ("unit", "", "required"),
        ("atc_code", "N02BE1", "atc_invalid"),
        ("atc_code", "paracetamol", "atc_invalid"),
    ]

    def facts(self, hospital):
        return {"name": "Doliprane", "form": "tablet", "strength": "500 mg", "unit": "tablet"}
