"""What allergies keep as every entry of a chart does."""

from records.tests.entries import EntryTests
from records.tests.factories import AllergyFactory


class TestAllergies(EntryTests):
    factory = AllergyFactory
    topic = "allergies"
    named_by = "substance"
    secret = ("substance", "Zymoglucin")
    change = ("reaction", "Hives")
    broken = [
        ("substance", "", "required"),
        ("substance", "x" * 201, "max_length"),
        ("criticality", "deadly", "invalid_choice"),
        ("onset", "yesterday", "date_invalid"),
        ("onset", "2999", "date_in_future"),
        ("code", "J01", "code_incomplete"),
    ]

    def said(self):
        return {"substance": "Penicillin", "criticality": "high", "onset": "1998"}
