"""What holidays keep as every plain record does."""

from hospital.tests.entity import PageTests
from hospital.tests.factories import ClinicFactory
from records.services import schedules
from records.tests.factories import HolidayFactory


class TestHolidays(PageTests):
    factory = HolidayFactory
    topic = "holidays"
    change = ("name", "Carnival")
    broken = [
        ("name", "", "required"),
        ("name", "x" * 81, "max_length"),
        ("last_on", "2027-02-27", "days_reversed"),
    ]

    def facts(self, hospital):
        clinic = ClinicFactory(hospital=hospital)
        days = {"first_on": "2027-02-28", "last_on": "2027-03-01"}
        return {"name": "Fair", "clinic": clinic, **days}

    def store(self, who, record):
        schedules.save(who, record)
