"""Patients in the one search box."""

from typing import Any

from hospital.kit.actors import Actor
from hospital.kit.search import Finder
from hospital.kit.search import register as add


def register() -> None:
    add(Finder("patients", "records.patient.list", "records/patients/list.html#hits", _find))


def _find(actor: Actor, text: str, limit: int) -> list[Any]:
    from .services import finding
    from .services.charts import in_order

    return in_order(actor, finding.find(actor, text, limit=limit).patient_ids)
