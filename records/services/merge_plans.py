"""What a merge of two charts would move, fill in and leave, and what forbids it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from django.apps import apps
from django.db.models import Model, Q, QuerySet

from hospital.kit import facts, partialdates
from hospital.kit.actors import Actor
from hospital.kit.errors import RuleError
from records.merging import RELATIONS
from records.models import (
    Allergy,
    AllergyStatement,
    Appointment,
    DuplicatePair,
    InPatient,
    Patient,
    Registration,
)

from . import merge_links
from .stays import IN

ADDRESS = ("address_line", "city", "state", "postal_code", "country")
# What the chart that stays may take over where it says nothing, with what belongs to it.
FILLED: dict[tuple[str, ...], tuple[str, ...]] = {
    ("family_name", "given_names"): ("is_unidentified",),
    ("sex",): (),
    ("birth_date",): ("is_birth_date_estimated",),
    ("phone",): (),
    ("email",): (),
    ADDRESS: (),
    ("language",): (),
    ("blood_group",): (),
    ("deceased_on",): (),
}
NOTHING = {"", "unknown"}
DATES = ("birth_date", "deceased_on")
# In which order rows are locked: encounters first, after the patients.
FIRST = "records.Encounter"


@dataclass
class Plan:
    """What a merge comes to: how many rows of each model go and stay, and the facts filled in."""

    moves: list[tuple[type[Model], int]] = field(default_factory=list)
    stays: list[tuple[type[Model], int]] = field(default_factory=list)
    filled: dict[str, Any] = field(default_factory=dict)
    forbidden: list[RuleError] = field(default_factory=list)


def of(actor: Actor, survivor: Patient, merged: Patient) -> Plan:
    """The plan for two charts as they are now."""
    plan = Plan(
        filled=filled(survivor, merged), forbidden=list(_forbidden(actor, survivor, merged))
    )
    for model, name in moving():
        rows = rows_of(model, name, merged)
        stay = staying(rows, survivor).count()
        if count := rows.count() - stay:
            plan.moves.append((model, count))
        if stay:
            plan.stays.append((model, stay))
    return plan


def refuse(actor: Actor, survivor: Patient, merged: Patient) -> None:
    """RuleError for the first thing that forbids the merge; both charts are locked."""
    for refusal in _forbidden(actor, survivor, merged):
        raise refusal


def moving() -> list[tuple[Any, str]]:
    """(model, its key to the patient) of everything that goes with a chart, in the order of locking."""
    labels = sorted(
        (label for label, way in RELATIONS.items() if way == "move"),
        key=lambda label: not label.startswith(f"{FIRST}."),
    )
    parts = [label.rpartition(".") for label in labels]
    return [(apps.get_model(model), name) for model, _, name in parts]


def rows_of(model: Any, name: str, patient: Patient) -> QuerySet:
    """Every row of a chart, retired ones included."""
    rows: QuerySet = model._base_manager.filter(**{name: patient.pk})
    return rows


def staying(rows: QuerySet, survivor: Patient) -> QuerySet:
    """Those of ``rows`` that the chart that stays has already: registrations, a statement of no allergies."""
    if rows.model is Registration:
        return rows.filter(hospital__in=survivor.registrations.values("hospital"))
    if rows.model is AllergyStatement:
        stated = AllergyStatement.objects.live().filter(patient=survivor.pk).exists()
        return rows.filter(retired_at__isnull=True) if stated else rows.none()
    return rows.none()


def filled(survivor: Patient, merged: Patient) -> dict[str, Any]:
    """The facts that the chart that stays takes over: only where it says nothing.

    Of an address it takes over what is missing, as long as nothing in the two contradicts: else they are two addresses.
    """
    found: dict[str, Any] = {}
    for names, also in FILLED.items():
        if any(getattr(survivor, name) not in NOTHING for name in names):
            if names == ADDRESS:
                found |= _missing(survivor, merged)
            continue
        if any(getattr(merged, name) not in NOTHING for name in names):
            found |= {name: getattr(merged, name) for name in (*names, *also)}
    born, died = (found.get(name, getattr(survivor, name)) for name in DATES)
    if partialdates.precedes(died, born):  # of two charts, the dates need not fit each other
        found = {name: value for name, value in found.items() if name not in DATES}
    return {name: value for name, value in found.items() if getattr(survivor, name) != value}


def _missing(survivor: Patient, merged: Patient) -> dict[str, Any]:
    """What of an address the one knows and the other does not; nothing where they contradict each other."""
    found: dict[str, Any] = {}
    for name in ADDRESS:
        mine, theirs = getattr(survivor, name), getattr(merged, name)
        if mine and theirs and mine.casefold() != theirs.casefold():
            return {}
        if theirs and not mine:
            found[name] = theirs
    return found


def _forbidden(actor: Actor, survivor: Patient, merged: Patient) -> Iterator[RuleError]:
    charts = {chart.pk: chart for chart in (survivor, merged)}
    for chart in charts.values():
        if chart.merged_into_id:
            yield RuleError("patient_merged", links=(Patient(pk=chart.merged_into_id).as_link(),))
            return
        if not chart.registrations.live().filter(hospital=actor.hospital_id).exists():
            yield RuleError("retired")
            return
    pairs = DuplicatePair.objects.live().between(survivor.pk, merged.pk)
    if apart := pairs.filter(status=DuplicatePair.Status.DIFFERENT).first():
        yield RuleError("merge_told_apart", links=(apart.as_link(),))
    if merged.merged.exists():
        yield RuleError("merge_chain", links=merge_links.charts(survivor, merged))
    if survivor.is_deceased != merged.is_deceased:
        yield RuleError("merge_deceased", links=merge_links.charts(survivor, merged))
    if stays := _stays(survivor, merged):
        yield _refusal(actor, "merge_stays", stays)
    if both := _overlapping(
        *(Appointment.objects.live().filter(patient=pk, status__in=Appointment.TAKING) for pk in charts),
        same="patient_lane",
    ):  # fmt: skip
        yield _refusal(actor, "merge_appointments", both)
    yield from _allergies(actor, survivor, merged)
    gone = survivor.registrations.retired().values("hospital")
    if merged.registrations.live().filter(hospital__in=gone).exists():
        yield RuleError("merge_registration")


def _stays(survivor: Patient, merged: Patient) -> list[InPatient]:
    """Stays of the two that are at one time in one hospital, and two that are open, wherever they are."""
    rows = InPatient.objects.live()
    mine, theirs = (
        rows.filter(patient=chart.pk, status__in=[*IN, InPatient.Status.FINISHED])
        for chart in (survivor, merged)
    )
    are_open = [each.filter(status__in=IN) for each in (mine, theirs)]
    if all(are_open):
        return [row for each in are_open for row in each]
    return _overlapping(mine, theirs, same="hospital_id")


def _overlapping(mine: QuerySet, theirs: QuerySet, *, same: str) -> list[Any]:
    """The rows of the two that have a moment in common and ``same`` alike. A null end is still going on."""
    found: dict[Any, Any] = {}
    for row in theirs:
        meeting = Q(ends_at__gt=row.starts_at) | Q(ends_at__isnull=True)
        if row.ends_at:
            meeting &= Q(starts_at__lt=row.ends_at)
        others = list(mine.filter(meeting, **{same: getattr(row, same)}))
        found |= {each.pk: each for each in ([*others, row] if others else [])}
    return list(found.values())


def _allergies(actor: Actor, survivor: Patient, merged: Patient) -> Iterator[RuleError]:
    mine, theirs = (Allergy.objects.live().filter(patient=chart.pk) for chart in (survivor, merged))
    alike = Q(substance_key__in=mine.values("substance_key"))
    for row in mine.exclude(code=""):
        alike |= Q(code_system=row.code_system, code=row.code)
    if same := list(theirs.filter(alike)[: facts.LINKED]):
        yield RuleError("merge_allergies", links=tuple(merge_links.to(actor, row) for row in same))
    for one, other in ((survivor, merged), (merged, survivor)):
        stated = AllergyStatement.objects.live().filter(patient=one.pk)
        if stated.exists() and Allergy.objects.standing().filter(patient=other.pk).exists():
            yield RuleError(
                "merge_no_allergies", links=tuple(merge_links.to(actor, row) for row in stated)
            )


def _refusal(actor: Actor, code: str, rows: Iterable[Any]) -> RuleError:
    """With links to what is of the actor's hospital; what another one has is told by the sentence alone."""
    here = [row for row in rows if row.hospital_id == actor.hospital_id]
    return RuleError(code, links=tuple(merge_links.to(actor, row) for row in here[: facts.LINKED]))
