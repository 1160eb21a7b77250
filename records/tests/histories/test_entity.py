"""What medical histories keep as every entry of a chart does."""

from records.tests.entries import EntryTests
from records.tests.factories import MedicalHistoryFactory


class TestHistories(EntryTests):
    factory = MedicalHistoryFactory
    topic = "histories"
    named_by = "description"
    secret = ("description", "Zymotic fever")
    change = ("note", "On tablets")
    broken = [
        ("description", "", "required"),
        ("description", "x" * 501, "max_length"),
        ("category", "gossip", "invalid_choice"),
        ("onset", "2999", "date_in_future"),
        ("resolved", "1997", "resolved_before_onset"),
        ("relationship", "mother", "relationship_of_family"),
        ("code", "E11.9", "code_incomplete"),
    ]

    def said(self):
        return {"description": "Diabetes", "category": "condition", "onset": "1998"}
