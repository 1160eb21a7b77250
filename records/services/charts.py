"""Charts as pages need them."""

from collections.abc import Sequence
from functools import lru_cache
from typing import Any
from uuid import UUID

from hospital.kit import policy
from hospital.kit.actors import Actor
from hospital.kit.errors import NotVisible
from hospital.kit.prepared import EACH, HERE, SELF, PreparedRecords, shape_of
from records.models import Patient, Registration

from . import chart_counts


def one(actor: Actor, patient_id: UUID) -> Patient:
    """The chart, seen from the actor's hospital, with one query.

    NotVisible when the hospital does not know it, or has retired it and the actor may not restore; Moved when it
    was merged into one that is in reach.
    """
    return _first(actor, patient_id)


def counted(actor: Actor, patient_id: UUID) -> Patient:
    """As ``one``, with how much of each kind it holds: what ``chart_counts.of`` gives."""
    return _first(actor, patient_id, chart_counts.annotations(actor, patient_id))


def _first(actor: Actor, patient_id: UUID, more: dict[str, Any] | None = None) -> Patient:
    rows = Patient.objects.visible_to(actor)
    if not policy.allows(actor, "records.patient.restore"):
        rows = rows.live()
    chart = rows.filter(pk=patient_id).annotate(**(more or {})).first()
    if chart is None or chart.merged_into_id:
        Patient.objects.lead_on(actor, patient_id)
        raise NotVisible
    return chart


def registration(actor: Actor, chart: Patient) -> Registration:
    """The chart's registration at the actor's hospital, retired or not."""
    return chart.registrations.get(hospital_id=actor.here)


def in_order(actor: Actor, patient_ids: Sequence[UUID]) -> list[Patient]:
    """The visible charts among ``patient_ids``, in that order, with one query."""
    rows = _listed(shape_of(actor)).records(actor.hospital_id, actor.user_id, list(patient_ids))
    by_id = {row.pk: row for row in rows}
    return [by_id[pk] for pk in patient_ids if pk in by_id]


@lru_cache(maxsize=256)
def _listed(shape: Actor) -> PreparedRecords:
    rows = Patient.objects.visible_to(shape, "list").filter(pk__in=[EACH])
    return PreparedRecords(rows, [HERE, SELF, [EACH]])
