"""A chart in brief: what everybody who treats the patient must know, read with one query."""

import logging
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.db import Error
from django.db.models import CharField, QuerySet, Value

from hospital.kit import policy
from hospital.kit.actors import Actor
from records.models import Allergy, AllergyStatement, MedicalHistory, Patient

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
    the actor may list, None when it could not be read; of those in ``read`` what they say too, such as
    the past in ``histories``, what lasts first."""

    allergies: str = ""
    standing: Sequence[Line] = ()
    histories: Sequence[Line] = ()
    counts: dict[str, int | None] = field(default_factory=dict)
    read: Collection[str] = ()


def of(actor: Actor, patient: Patient) -> Brief:
    """The brief of a chart that ``actor`` has opened; without a query for who may see none of it.

    A database that does not answer makes it unavailable, never the page around it.
    """
    is_shown = policy.allows(actor, "records.allergy.banner", Allergy(patient=patient))
    listed = [
        kind
        for kind in LISTED
        if policy.allows(actor, f"records.{kind}.list", READ[kind][0](patient=patient))
    ]
    read = {kind for kind in listed if policy.fields_of(actor, f"records.{kind}", "read") is None}
    wanted = {*listed, *(("allergy", "allergystatement") if is_shown else ())}
    try:
        lines = _read(patient, wanted) if wanted else []
    except Error:
        log.exception("a brief of a chart could not be read")
        return Brief(UNAVAILABLE if is_shown else "", counts=dict.fromkeys(listed))
    return Brief(
        allergies=_said(lines) if is_shown else "",
        standing=_standing(lines) if is_shown else (),
        histories=_histories(lines) if "history" in read else (),
        counts={kind: sum(line.kind == kind for line in lines) for kind in listed},
        read=read,
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


def _histories(lines: Sequence[Line]) -> list[Line]:
    found = [line for line in lines if line.kind == "history"]
    active = MedicalHistory.ClinicalStatus.ACTIVE
    return sorted(found, key=lambda line: (line.status != active, line.title.casefold()))


_NOTHING = Value("", CharField())
# Each kind of entry, and its columns in the order of Line's.
READ: dict[str, tuple[Any, tuple[Any, ...]]] = {
    "allergy": (
        Allergy,
        ("substance", "clinical_status", "verification_status", "criticality", "reaction", "onset"),
    ),
    "allergystatement": (AllergyStatement, (_NOTHING,) * 6),
    "history": (
        MedicalHistory, ("description", "clinical_status", _NOTHING, _NOTHING, "category", "onset"),
    ),
}  # fmt: skip
LISTED = ("allergy", "history")
