"""Everything that happened to a patient, the latest first, as far as somebody may read it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.db.models import F, Q, QuerySet, Value
from django.db.models.functions import Coalesce

from hospital.kit import policy
from hospital.kit.actors import Actor
from hospital.kit.quantities import plain
from records import vitals
from records.models import Diagnosis, Encounter, InPatient, Observation, OutPatient, Treatment

from .chart_rows import Row, branch, newest, observed, read, reads_all

PAGE = 25


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happened, as its ``row`` tells it; of vital signs all that were taken then."""

    kind: str
    at: dt.datetime
    row: Row
    values: list[Observation] = field(default_factory=list)

    @property
    def id(self) -> UUID:
        return self.row.id


@dataclass(frozen=True, slots=True)
class Timeline:
    """One page; ``before`` begins the next one, None when there is none."""

    events: list[Event]
    before: dt.datetime | None


def load(
    actor: Actor, patient_id: UUID, before: dt.datetime | None = None, *, most: int = PAGE
) -> Timeline:
    """The page of what happened before a moment, with one query however long the chart is."""
    chosen = [rows for resource, rows in _KINDS if may_read(actor, resource)]
    found = _events(read(rows(actor, patient_id, before, most + 1) for rows in chosen))
    found.sort(key=lambda event: (event.at, event.id), reverse=True)
    page = found[:most]
    if len(found) <= most:
        return Timeline(page, None)
    # A page ends between two moments, so that nothing of one moment is lost between two pages.
    last = page[-1].at
    page += [event for event in found[most:] if event.at == last]
    return Timeline(page, last if len(found) > len(page) else None)


def is_open_to(actor: Actor) -> bool:
    """Whether there is anything of it that the actor may read."""
    return any(may_read(actor, resource) for resource, _rows in _KINDS)


def may_read(actor: Actor, resource: str) -> bool:
    """Who reads outer facts alone has them in the lists; a visit or a stay says enough without its notes."""
    if resource in (InPatient.resource, OutPatient.resource):
        return policy.allows(actor, f"{resource}.list")
    return reads_all(actor, resource)


def _events(rows: list[Row]) -> list[Event]:
    """What was measured at one moment is one event."""
    taken: dict[dt.datetime, list[Row]] = {}
    found = []
    for row in rows:
        assert row.at is not None  # of what happened it is known when
        if row.kind == "vitals":
            taken.setdefault(row.at, []).append(row)
        else:
            found.append(Event(row.kind, row.at, row))
    for at, each in taken.items():
        each.sort(key=lambda row: row.id)
        found.append(Event("vitals", at, each[-1], [observed(row) for row in each]))
    return found


def _until(name: str, before: dt.datetime | None) -> Q:
    return Q(**{f"{name}__lt": before}) if before else Q()


def _stays(actor: Actor, patient_id: UUID, before: dt.datetime | None, most: int) -> QuerySet:
    return _encounters(InPatient, "stay", actor, patient_id, before, most)


def _visits(actor: Actor, patient_id: UUID, before: dt.datetime | None, most: int) -> QuerySet:
    return _encounters(OutPatient, "visit", actor, patient_id, before, most)


def _encounters(
    model: Any, kind: str, actor: Actor, patient_id: UUID, before: dt.datetime | None, most: int
) -> QuerySet:
    rows = model.objects.visible_to(actor, "list").live().filter(patient=patient_id)
    rows = rows.exclude(status__in=[Encounter.Status.PLANNED, Encounter.Status.CANCELLED])
    latest = rows.filter(_until("starts_at", before)).order_by("-starts_at", "-id")
    return branch(
        kind, newest(latest, most), at="starts_at", until="ends_at", mark="status",
        title=Coalesce(F("clinic__name"), Value("")), detail="complaint", doctor="attending",
        code="kind",
    )  # fmt: skip


def _treatments(actor: Actor, patient_id: UUID, before: dt.datetime | None, most: int) -> QuerySet:
    rows = Treatment.objects.visible_to(actor, "list").live()
    rows = rows.filter(_until("done_at", before), patient=patient_id, done_at__isnull=False)
    latest = newest(rows.order_by("-done_at", "-id"), most)
    return branch("treatment", latest, at="done_at", title="procedure__name", doctor="doctor")


def _diagnoses(actor: Actor, patient_id: UUID, before: dt.datetime | None, most: int) -> QuerySet:
    """A diagnosis stands where its visit or stay began."""
    said_at = Coalesce(F("encounter__starts_at"), F("created_at"))
    rows = Diagnosis.objects.visible_to(actor, "list").live().filter(patient=patient_id)
    rows = rows.annotate(said_at=said_at).filter(_until("said_at", before))
    latest = newest(rows.order_by("-said_at", "-id"), most)
    return branch(
        "diagnosis", latest, at=said_at, title="description", mark="certainty", code="code"
    )


def _vitals(actor: Actor, patient_id: UUID, before: dt.datetime | None, most: int) -> QuerySet:
    rows = Observation.objects.visible_to(actor, "list").live()
    rows = rows.filter(_until("taken_at", before), patient=patient_id).order_by()
    moments = rows.values("taken_at").distinct().order_by("-taken_at")[:most]
    return branch(
        "vitals", rows.filter(taken_at__in=moments), at="taken_at", title="name", detail="category",
        mark="interpretation", system="code_system", code="code", value="value",
    )  # fmt: skip


Rows = Callable[[Actor, UUID, dt.datetime | None, int], QuerySet]
_KINDS: tuple[tuple[str, Rows], ...] = (
    (InPatient.resource, _stays),
    (OutPatient.resource, _visits),
    (Treatment.resource, _treatments),
    (Diagnosis.resource, _diagnoses),
    (Observation.resource, _vitals),
)


def told(values: list[Observation]) -> str:
    """Vital signs as people write them: "128/82 mmHg, 76 /min, 36.8 °C"."""
    by_code = {row.code: row for row in values}
    upper, lower = by_code.pop(_code("systolic"), None), by_code.pop(_code("diastolic"), None)
    said = []
    if upper and lower:
        said.append(f"{plain(upper.value)}/{plain(lower.value)} mmHg")
    others = [row for row in (upper, lower) if row and not (upper and lower)]
    for row in [*others, *by_code.values()]:
        sign = vitals.of(row.code_system, row.code)
        if sign and row.value is not None:
            said.append(f"{plain(row.value)} {sign.shown}")
    return ", ".join(said)


def _code(key: str) -> str:
    return vitals.BY_KEY[key].code
