"""What weekly hours keep as every plain record does."""

from hospital.tests.entity import PageTests
from hospital.tests.factories import ClinicFactory, DoctorFactory
from records.services import schedules
from records.tests.factories import SessionFactory


class TestSessions(PageTests):
    factory = SessionFactory
    topic = "sessions"
    change = ("capacity", 3)
    reader = "nurse"
    broken = [
        ("slot_minutes", 4, "slot_length"),
        ("capacity", 0, "capacity_range"),
        ("overbook_limit", 21, "overbook_range"),
        ("valid_to", "2025-12-31", "days_reversed"),
        ("weekday", "", "required"),
    ]

    def facts(self, hospital):
        return {
            "bookable": DoctorFactory(hospital=hospital).as_resource,
            "clinic": ClinicFactory(hospital=hospital),
            "weekday": "mon", "opens_at": "09:00", "closes_at": "12:00", "valid_from": "2026-01-01",
        }  # fmt: skip

    def store(self, who, record):
        schedules.save(who, record)

    def _typed(self, values):
        """A new session is typed for several weekdays at once."""
        typed = super()._typed(values)
        return typed | {"weekdays": typed.pop("weekday") or None}

    def _shown_at(self, name):
        return "weekdays" if name == "weekday" else name
