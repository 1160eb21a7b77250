"""What absences keep as every plain record does."""

import datetime as dt

import time_machine

from hospital.tests.entity import PageTests
from hospital.tests.factories import DoctorFactory
from records.services import schedules
from records.tests.appointments.ground import BERLIN
from records.tests.factories import AbsenceFactory


class TestAbsences(PageTests):
    factory = AbsenceFactory
    topic = "absences"
    change = ("note", "Back on Tuesday")
    writer = "receptionist"
    broken = [
        ("ends_at", dt.datetime(2027, 3, 1, 7, tzinfo=BERLIN), "interval_reversed"),
        ("cause", "bored", "invalid_choice"),
        ("note", "x" * 201, "max_length"),
    ]

    def facts(self, hospital):
        return {
            "bookable": DoctorFactory(hospital=hospital).as_resource,
            "starts_at": dt.datetime(2027, 3, 1, 8, tzinfo=BERLIN),
            "ends_at": dt.datetime(2027, 3, 1, 12, tzinfo=BERLIN),
            "cause": "illness",
        }

    def store(self, who, record):
        schedules.save(who, record)

    def _typed(self, values):
        """Moments are typed as day and time."""
        typed = super()._typed(values)
        for name in ("starts_at", "ends_at"):
            if value := typed.pop(name, None):
                typed |= {f"{name}_day": f"{value:%Y-%m-%d}", f"{name}_time": f"{value:%H:%M}"}
        return typed

    def test_it_is_listed_added_and_changed_in_the_administration(self, client):
        """The administration is the administrator's; everything else of this is reception's too."""
        self.writer = "administrator"
        # Its list hides what is over.
        with time_machine.travel(dt.datetime(2027, 3, 1, 8, tzinfo=BERLIN), tick=False):
            super().test_it_is_listed_added_and_changed_in_the_administration(client)
