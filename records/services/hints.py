"""Why a search found somebody: which of the typed numbers and dates are theirs."""

from collections.abc import Sequence
from uuid import UUID

from django.db.models import Q

from hospital.kit.actors import Actor
from records.models import SearchKey

from . import finding


def matched(actor: Actor, text: str, patient_ids: Sequence[UUID]) -> dict[UUID, set[str]]:
    """Patient -> kinds of key, names left out, that begin as something typed; at most one query."""
    either = Q()
    for reading in finding.read(text):
        for clue in (reading.lead, *(clue for clues in reading.others for clue in clues)):
            if clue.kind != SearchKey.Kind.NAME:
                either |= clue.q()
    found: dict[UUID, set[str]] = {}
    if not either or not patient_ids:
        return found
    keys = SearchKey.objects.filter(
        either, hospital_id=actor.here, registration__patient_id__in=patient_ids
    )
    for patient_id, kind in keys.values_list("registration__patient_id", "kind").distinct():
        found.setdefault(patient_id, set()).add(kind)
    return found
