"""How much of each kind a chart holds, counted no further than anybody reads."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.db.models import IntegerField, Subquery

from hospital.kit import policy
from hospital.kit.actors import Actor
from records.models import (
    Allergy,
    Appointment,
    Diagnosis,
    InPatient,
    MedicalHistory,
    Observation,
    OutPatient,
    Patient,
    Treatment,
)

# What is more is "99+".
MOST = 99
PREFIX = "counted_"


class Capped(Subquery):
    """How many rows there are, of which the database looks at ``MOST`` and one more at most."""

    template = "(SELECT COUNT(*) FROM (%(subquery)s) AS counted)"

    def __init__(self, rows: Any):
        super().__init__(rows[: MOST + 1], output_field=IntegerField())


def annotations(actor: Actor, patient_id: UUID) -> dict[str, Any]:
    """To annotate the chart with: what is on each list that the actor may open."""
    return {
        f"{PREFIX}{kind}": Capped(rows(model.objects.visible_to(actor, "list").live().filter(patient=patient_id)))
        for kind, (model, rows) in COUNTED.items()
        if policy.allows(actor, f"records.{kind}.list")
    }  # fmt: skip


def of(patient: Patient) -> dict[str, int]:
    """What ``annotations`` counted, kind by kind."""
    found = vars(patient).items()
    return {name.removeprefix(PREFIX): n for name, n in found if name.startswith(PREFIX)}


def _every(rows: Any) -> Any:
    return rows.order_by().values("pk")


def _to_come(rows: Any) -> Any:
    return rows.to_come().order_by().values("pk")


def _moments(rows: Any) -> Any:
    """A round of vital signs counts once."""
    return rows.order_by("taken_at").values("taken_at").distinct()


COUNTED: dict[str, tuple[Any, Callable[[Any], Any]]] = {
    "outpatient": (OutPatient, _every),
    "inpatient": (InPatient, _every),
    "appointment": (Appointment, _to_come),
    "diagnosis": (Diagnosis, _every),
    "history": (MedicalHistory, _every),
    "observation": (Observation, _moments),
    "treatment": (Treatment, _every),
    "allergy": (Allergy, _every),
}
