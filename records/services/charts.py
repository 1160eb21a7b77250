"""Charts as pages need them."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.db.models import Count, OuterRef, Subquery
from django.db.models.functions import Coalesce

from hospital.kit import policy
from hospital.kit.actors import Actor
from hospital.kit.errors import NotVisible
from records.models import Appointment, Patient, Registration


def one(actor: Actor, patient_id: UUID) -> Patient:
    """The chart, seen from the actor's hospital, with one query; ``to_come`` counts its appointments there.

    NotVisible when the hospital does not know it, or has retired it and the actor may not restore.
    """
    rows = Patient.objects.visible_to(actor)
    if not policy.allows(actor, "records.patient.restore"):
        rows = rows.live()
    counted: dict[str, Any] = {"to_come": _to_come(actor)}
    chart = rows.filter(pk=patient_id).annotate(**counted).first()
    if chart is None:
        raise NotVisible
    return chart


def _to_come(actor: Actor) -> Coalesce:
    rows = Appointment.objects.live().filter(patient=OuterRef("pk"), hospital=actor.hospital_id)
    counted = rows.to_come().order_by().values("patient").annotate(number=Count("pk"))
    return Coalesce(Subquery(counted.values("number")), 0)


def registration(actor: Actor, chart: Patient) -> Registration:
    """The chart's registration at the actor's hospital, retired or not."""
    return chart.registrations.get(hospital_id=actor.here)


def in_order(actor: Actor, patient_ids: Sequence[UUID]) -> list[Patient]:
    """The visible charts among ``patient_ids``, in that order, with one query."""
    rows = Patient.objects.visible_to(actor, "list").filter(pk__in=patient_ids)
    by_id = {row.pk: row for row in rows}
    return [by_id[pk] for pk in patient_ids if pk in by_id]
