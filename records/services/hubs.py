"""What of a chart stands now, whenever it was written down: the first page about a patient tells it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import F, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce

from hospital.kit import policy
from hospital.kit.actors import Actor
from records import vitals
from records.codings import LOINC_SYSTEM
from records.models import Appointment, Diagnosis, MedicalHistory, Observation, Treatment

from .chart_rows import Row, branch, newest, observed, read, reads_all

# A problem is named again at each visit: so many are looked through for different ones.
NAMED = 200
PLANNED = 6


@dataclass(frozen=True, slots=True)
class Standing:
    """``next`` is the appointment that comes next, ``problems`` has each once, ``vitals`` the last of each sign."""

    next: Row | None
    problems: Sequence[Row]
    planned: Sequence[Row]
    vitals: Sequence[Observation]


def load(actor: Actor, patient_id: UUID) -> Standing:
    """What stands, as far as the actor may read it, with one query."""
    found = read(branch for kind in _KINDS for branch in kind(actor, patient_id))
    planned = [row for row in found if row.kind == "planned"]
    return Standing(
        next=next((row for row in found if row.kind == "next"), None),
        problems=_once(found),
        planned=sorted(planned, key=lambda row: (row.at is None, row.at or 0, row.id)),
        vitals=[observed(row) for row in found if row.kind == "vital"],
    )


def _next(actor: Actor, patient_id: UUID) -> Iterable[QuerySet]:
    if policy.allows(actor, "records.appointment.list"):
        rows = Appointment.objects.visible_to(actor, "list").live().filter(patient=patient_id)
        coming = newest(rows.to_come().order_by("starts_at", "id"), 1)
        yield branch(
            "next", coming, at="starts_at", until="ends_at", title="clinic__name", mark="status",
            detail=Coalesce(F("kind__name"), Value("")), doctor="doctor",
        )  # fmt: skip


def _histories(actor: Actor, patient_id: UUID) -> Iterable[QuerySet]:
    """What the patient has, not what the family has."""
    if reads_all(actor, MedicalHistory.resource):
        rows = MedicalHistory.objects.visible_to(actor, "list").live().filter(patient=patient_id)
        active = rows.filter(clinical_status=MedicalHistory.ClinicalStatus.ACTIVE)
        own = active.exclude(category=MedicalHistory.Category.FAMILY)
        yield branch(
            "history", own, title="description", since="onset", system="code_system", code="code"
        )


def _diagnoses(actor: Actor, patient_id: UUID) -> Iterable[QuerySet]:
    """Those that somebody treats: the main ones, and whatever else is certain."""
    if reads_all(actor, Diagnosis.resource):
        certainty = Diagnosis.Certainty
        rows = Diagnosis.objects.visible_to(actor, "list").live().filter(patient=patient_id)
        active = rows.filter(clinical_status=Diagnosis.ClinicalStatus.ACTIVE)
        standing = active.filter(
            Q(certainty=certainty.CONFIRMED) | Q(is_main=True) & ~Q(certainty=certainty.REFUTED)
        )
        yield branch(
            "diagnosis", newest(standing.order_by("-id"), NAMED), title="description",
            mark="certainty", since="onset", system="code_system", code="code",
        )  # fmt: skip


def _planned(actor: Actor, patient_id: UUID) -> Iterable[QuerySet]:
    if reads_all(actor, Treatment.resource):
        rows = Treatment.objects.visible_to(actor, "list").live().filter(patient=patient_id)
        first = newest(
            rows.planned().order_by(F("planned_for").asc(nulls_last=True), "id"), PLANNED
        )
        yield branch("planned", first, at="planned_for", title="procedure__name", doctor="doctor")


def _vitals(actor: Actor, patient_id: UUID) -> Iterable[QuerySet]:
    """The last of each sign, by one step into the index each."""
    if reads_all(actor, Observation.resource):
        rows: Any = Observation.objects.visible_to(actor, "list").live()
        signs = rows.filter(patient=patient_id, code_system=LOINC_SYSTEM)
        last = signs.order_by("-taken_at", "-id").values("pk")
        found: Any = [Subquery(last.filter(code=code)[:1]) for code in vitals.BY_CODE]
        yield branch(
            "vital", Observation.objects.filter(pk__in=found), at="taken_at", title="name",
            detail="category", mark="interpretation", system="code_system", code="code",
            value="value",
        )  # fmt: skip


_KINDS = (_next, _histories, _diagnoses, _planned, _vitals)


def _once(found: Sequence[Row]) -> list[Row]:
    """The problems, those of the history first, then the diagnoses, the newest first; each code and name once."""
    named = [row for row in found if row.kind == "diagnosis"]
    named.sort(key=lambda row: row.id, reverse=True)
    problems: list[Row] = []
    told: set[Any] = set()
    for row in [*(row for row in found if row.kind == "history"), *named]:
        names: set[Any] = {row.title.strip().casefold()}
        if row.code:
            names.add((row.system, row.code))
        if not names & told:
            problems.append(row)
        told |= names
    return problems
