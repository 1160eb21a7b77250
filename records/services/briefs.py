"""A chart in brief: what everybody who treats the patient must know, read with one query."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.db import Error
from django.db.models import CharField, QuerySet, Value

from hospital.kit import policy
from hospital.kit.actors import Actor
from records.models import Allergy, AllergyStatement, Patient

log = logging.getLogger("openward.records")

# What the banner says of allergies.
KNOWN, NONE, UNRECORDED, UNAVAILABLE = "known", "none", "unrecorded", "unavailable"
_HIGH = Allergy.Criticality.HIGH


@dataclass(frozen=True, slots=True)
class Line:
    """One live entry, as far as a brief look goes."""

    kind: str
    id: UUID
    title: str
    status: str = ""
    verification: str = ""
    criticality: str = ""
    detail: str = ""
    since: str = ""

    @property
    def is_high(self) -> bool:
        return self.criticality == _HIGH

    @property
    def is_standing(self) -> bool:
        """As AllergyQuerySet.standing()."""
        return (
            self.status == Allergy.ClinicalStatus.ACTIVE
            and self.verification != Allergy.VerificationStatus.REFUTED
        )


@dataclass(frozen=True, slots=True)
class Brief:
    """``allergies`` is what the banner says of them, "" for who is not shown it; ``standing`` are the
    allergies it names, the most dangerous first. ``counts`` has one number for each kind of entry that
    the actor may list, None when it could not be read."""

    allergies: str = ""
    standing: Sequence[Line] = ()
    counts: dict[str, int | None] = field(default_factory=dict)


def of(actor: Actor, patient: Patient) -> Brief:
    """The brief of a chart that ``actor`` has opened; without a query for who may see none of it.

    A database that does not answer makes it unavailable, never the page around it.
    """
    is_shown = policy.allows(actor, "records.allergy.banner", Allergy(patient=patient))
    listed = [
        str(model._meta.model_name)
        for model in LISTED
        if policy.allows(actor, f"{model.resource}.list", model(patient=patient))
    ]
    wanted = {*listed, *(("allergy", "allergystatement") if is_shown else ())}
    try:
        lines = _read(patient, wanted) if wanted else []
    except Error:
        log.exception("a brief of a chart could not be read")
        return Brief(UNAVAILABLE if is_shown else "", counts=dict.fromkeys(listed))
    return Brief(
        allergies=_said(lines) if is_shown else "",
        standing=_standing(lines) if is_shown else (),
        counts={kind: sum(line.kind == kind for line in lines) for kind in listed},
    )


def _read(patient: Patient, wanted: set[str]) -> list[Line]:
    first, *others = [
        model.objects.live()
        .filter(patient=patient.pk)
        .order_by()
        .values_list(Value(name, CharField()), "id", *columns)
        for name, (model, columns) in READ.items()
        if name in wanted
    ]
    rows: QuerySet = first.union(*others, all=True) if others else first
    return [Line(*row) for row in rows]


def _said(lines: Sequence[Line]) -> str:
    if _standing(lines):
        return KNOWN
    is_stated = any(line.kind == "allergystatement" for line in lines)
    # Resolved and refuted ones alone say nothing of others: only a statement does.
    return NONE if is_stated else UNRECORDED


def _standing(lines: Sequence[Line]) -> list[Line]:
    found = [line for line in lines if line.kind == "allergy" and line.is_standing]
    return sorted(found, key=lambda line: (not line.is_high, line.title.casefold()))


_NOTHING = Value("", CharField())
# Each kind of entry, and its columns in the order of Line's.
READ: dict[str, tuple[Any, tuple[Any, ...]]] = {
    "allergy": (
        Allergy,
        ("substance", "clinical_status", "verification_status", "criticality", "reaction", "onset"),
    ),
    "allergystatement": (AllergyStatement, (_NOTHING,) * 6),
}
LISTED = (Allergy,)
