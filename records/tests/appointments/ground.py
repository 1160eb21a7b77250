"""A cardiology with one doctor who sees people on Mondays, and the people who book."""

import datetime as dt
from dataclasses import dataclass, field
from typing import Any
from zoneinfo import ZoneInfo

import time_machine

from hospital.kit.errors import problem_of
from hospital.tests.factories import ClinicFactory, DoctorFactory, HospitalFactory, actor
from records.models import Appointment, Hold
from records.services import appointments, holds
from records.tests.factories import PatientFactory, SessionFactory

BERLIN = ZoneInfo("Europe/Berlin")
# The Monday that everything is about, and the Friday before it, on which tests begin.
MONDAY = dt.date(2027, 3, 1)
FRIDAY = dt.datetime(2027, 2, 26, 9, tzinfo=BERLIN)


def at(text: str, day: dt.date = MONDAY) -> dt.datetime:
    """A time of that Monday in Berlin: "09:20"."""
    return dt.datetime.combine(day, dt.time.fromisoformat(text), BERLIN)


def it_is(moment: dt.datetime) -> Any:
    """The clock stands at this moment."""
    return time_machine.travel(moment, tick=False)


def on_friday() -> Any:
    """It is the Friday before."""
    return it_is(FRIDAY)


def on_monday(text: str) -> Any:
    """It is that Monday, at this time in Berlin."""
    return it_is(at(text))


@dataclass
class Ground:
    """The place; ``book`` gives a new patient of it a time."""

    here: Any = field(default_factory=HospitalFactory)

    def __post_init__(self) -> None:
        self.clinic = ClinicFactory(hospital=self.here)
        self.doctor = DoctorFactory(hospital=self.here)
        self.hours = SessionFactory(
            hospital=self.here, bookable=self.doctor.as_resource, clinic=self.clinic
        )
        self.reception = actor("receptionist", self.here)

    def plan(self, text: str, **facts: Any) -> Appointment:
        """An appointment that nobody has booked yet."""
        facts = {"doctor": self.doctor, "clinic": self.clinic, "hospital": self.here, **facts}
        starts_at = at(text, facts.pop("day", MONDAY))
        facts.setdefault("ends_at", starts_at + dt.timedelta(minutes=facts.pop("minutes", 20)))
        if "caller_name" not in facts and "patient" not in facts:
            facts["patient"] = PatientFactory(at=self.here)
        return Appointment(starts_at=starts_at, **facts)

    def book(self, text: str = "09:00", **facts: Any) -> Appointment:
        """The same, booked by ``by`` or by reception."""
        names = ("resources", "hold", "overbook_reason", "lane_reason", "external_id")
        options = {name: facts.pop(name) for name in names if name in facts}
        by = facts.pop("by", self.reception)
        return appointments.book(by, appointment=self.plan(text, **facts), **options)

    def hold(self, text: str = "09:00", **facts: Any) -> Hold:
        """A hold on a time of the doctor."""
        facts = {"doctor": self.doctor, "clinic": self.clinic, "hospital": self.here, **facts}
        starts_at = at(text)
        ends_at = starts_at + dt.timedelta(minutes=facts.pop("minutes", 20))
        hold = Hold(starts_at=starts_at, ends_at=ends_at, **facts)
        return holds.keep(self.reception, hold=hold)


def code_of(refused: Any) -> str:
    """The code that every door tells."""
    problem = problem_of(refused.value)
    assert problem is not None
    return problem.code


def clashes_of(refused: Any) -> set[str]:
    """The codes of everything that stood against a time."""
    return {clash.code for clash in refused.value.clashes}


def times_of(refused: Any) -> list[str]:
    """The free times offered instead, in Berlin."""
    return [f"{time.starts_at.astimezone(BERLIN):%a %H:%M}" for time in refused.value.free]
