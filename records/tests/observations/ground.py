"""Observations for tests: vital signs by their name, of a patient of a hospital."""

import datetime as dt
from typing import Any

from hospital.kit import clock
from hospital.kit.actors import Actor
from hospital.kit.errors import problem_of
from records import vitals
from records.models import Observation, Patient
from records.services import observations

YEAR = 365.25


def sign(by: Actor, patient: Patient, key: str = "pulse", value: Any = "72", **facts: Any) -> Any:
    """A vital sign that nobody has recorded yet."""
    facts = {"code_system": "LOINC", "code": vitals.BY_KEY[key].code, "value": value, **facts}
    return Observation(patient=patient, **Observation.recorder(by), **facts)


def taken(by: Actor, patient: Patient, key: str = "pulse", value: Any = "72", **facts: Any) -> Any:
    """The same, recorded."""
    options = {
        name: facts.pop(name) for name in ("is_preliminary", "is_confirmed") if name in facts
    }
    row = sign(by, patient, key, value, **facts)
    [made] = observations.record(by, observations=[row], **options)
    return made


def born(years: float) -> str:
    """The birth date of somebody who is so old today."""
    return (clock.now() - dt.timedelta(days=years * YEAR + 1)).date().isoformat()


def errors_of(refused: Any) -> dict[str, list[str]]:
    """Field -> codes."""
    problem = problem_of(refused.value)
    assert problem is not None
    return {name: [code for code, _ in rows] for name, rows in problem.errors.items()}
