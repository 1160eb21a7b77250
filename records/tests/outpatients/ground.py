"""A hospital with a clinic, and visits to it; appointments stand on ``records.tests.appointments.ground``."""

import datetime as dt
from typing import Any

from hospital.kit import clock, facts
from hospital.kit.actors import Actor
from hospital.kit.errors import problem_of
from records.models import Observation, OutPatient
from records.services import observations, outpatients
from records.tests.factories import PatientFactory

HOUR = dt.timedelta(hours=1)


def arrived(by: Actor, clinic: Any, /, **facts: Any) -> OutPatient:
    """Somebody, new unless given, who came to a clinic; ``at`` is when."""
    options = {name: facts.pop(name) for name in ("at", "external_id") if name in facts}
    patient = facts.pop("patient", None) or PatientFactory(at=clinic.hospital)
    facts.setdefault("clinic", clinic)
    visit = OutPatient(hospital=clinic.hospital, patient=patient, **facts)
    return outpatients.arrive(by, visit=visit, **options)


def note_in(by: Actor, visit: OutPatient) -> Observation:
    """Something written down in a visit."""
    row = Observation(
        patient_id=visit.patient_id, encounter_id=visit.pk, name="Gait", value_text="Limps",
        **Observation.recorder(by),
    )  # fmt: skip
    [made] = observations.record(by, observations=[row])
    return made


def taken_back(by: Actor, row: Observation) -> None:
    facts.retire(by, row, reason="Wrong patient")


def ago(hours: float) -> dt.datetime:
    return clock.now() - hours * HOUR


def code_of(refused: Any) -> str:
    problem = problem_of(refused.value)
    assert problem is not None
    return problem.code


def errors_of(refused: Any) -> dict[str, list[str]]:
    """Field -> codes."""
    problem = problem_of(refused.value)
    assert problem is not None
    return {name: [code for code, _ in rows] for name, rows in problem.errors.items()}
