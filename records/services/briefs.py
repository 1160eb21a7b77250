"""A chart in brief: what everybody who treats the patient must know of allergies, read with one query."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import Error
from django.db.models import CharField, Value

from hospital.kit import policy
from hospital.kit.actors import Actor
from records.models import Allergy, AllergyStatement, Patient

from .chart_rows import reads_all

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
    allergies it names, the most dangerous first. ``reads_all`` is whether what they say may be read too."""

    allergies: str = ""
    standing: Sequence[Line] = ()
    reads_all: bool = False


def of(actor: Actor, patient: Patient) -> Brief:
    """The brief of a chart that ``actor`` has opened; without a query for who may see none of it.

    A database that does not answer makes it unavailable, never the page around it.
    """
    if not policy.allows(actor, "records.allergy.banner", Allergy(patient=patient)):
        return Brief()
    try:
        lines = _read(patient)
    except Error:
        log.exception("a brief of a chart could not be read")
        return Brief(UNAVAILABLE)
    return Brief(_said(lines), _standing(lines), reads_all(actor, Allergy.resource))


def allergies_of(actor: Actor, patients: Sequence[Patient]) -> dict[UUID, Brief]:
    """What the banner says of the allergies of each of many patients, by the patient's id: one query.

    Nothing for who is not shown them.
    """
    permission = "records.allergy.banner"
    if not patients or not policy.allows(actor, permission, Allergy(patient=patients[0])):
        return {}
    first, second = (
        READ[kind][0].objects.live().filter(policy.scope_q(actor, permission), patient__in=patients)
        .order_by().values_list("patient_id", Value(kind, CharField()), "id", *READ[kind][1])
        for kind in ("allergy", "allergystatement")
    )  # fmt: skip
    found: dict[UUID, list[Line]] = {patient.pk: [] for patient in patients}
    for patient_id, *row in first.union(second, all=True):
        found[patient_id].append(Line(*row))
    return {pk: Brief(_said(lines), _standing(lines)) for pk, lines in found.items()}


def _read(patient: Patient) -> list[Line]:
    first, *others = [
        model.objects.live()
        .filter(patient=patient.pk)
        .order_by()
        .values_list(Value(name, CharField()), "id", *columns)
        for name, (model, columns) in READ.items()
    ]
    return [Line(*row) for row in first.union(*others, all=True)]


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
        ("substance", "clinical_status", "verification_status", "criticality", "reaction"),
    ),
    "allergystatement": (AllergyStatement, (_NOTHING,) * 5),
}  # fmt: skip
