"""Why a search found somebody: which of the typed numbers and dates are theirs, and who was called so before."""

from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from django.db.models import Q

from hospital.kit.actors import Actor
from records.models import Patient, SearchKey

from . import search_keys
from .clues import Clue
from .readings import read


def matched(actor: Actor, text: str, patient_ids: Sequence[UUID]) -> dict[UUID, set[str]]:
    """Patient -> kinds of key, names left out, that begin as something typed; at most one query."""
    either = Q()
    for reading in read(text):
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


def by_former_name(text: str, patients: Iterable[Patient]) -> set[UUID]:
    """Those of them whose own name is not what was typed, but that of a chart which was merged into theirs; at most
    one query, and none when everybody is called so.
    """
    words = {
        clue.text
        for reading in read(text)
        for group in reading.groups
        for clue in group
        if len(group) == 1 and isinstance(clue, Clue) and clue.kind == SearchKey.Kind.NAME
    }
    left = {row.pk: unlike for row in patients if (unlike := _unlike(words, row))}
    if not left:
        return set()
    merged: Any = Patient._base_manager.filter(merged_into__in=left)
    return {row.merged_into_id for row in merged if left[row.merged_into_id] - _unlike(words, row)}


def _unlike(words: set[str], patient: Patient) -> set[str]:
    """The words that no part of the patient's name begins with."""
    names = [key for _kind, key in search_keys.names_of(patient)]
    return {word for word in words if not any(name.startswith(word) for name in names)}
