"""Charts as lists need them."""

from collections.abc import Sequence
from uuid import UUID

from hospital.kit.actors import Actor
from records.models import Patient


def in_order(actor: Actor, patient_ids: Sequence[UUID]) -> list[Patient]:
    """The visible charts among ``patient_ids``, in that order, with one query."""
    rows = Patient.objects.visible_to(actor, "list").filter(pk__in=patient_ids)
    by_id = {row.pk: row for row in rows}
    return [by_id[pk] for pk in patient_ids if pk in by_id]
