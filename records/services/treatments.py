"""Treatments: planned, done, cancelled; each with the medications and the consumables that go into it.

An act takes ``at``, when it happened: now, or up to 72 hours ago as it is entered late.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from hospital.kit import audit, clock, facts, parts, policy
from hospital.kit.actors import Actor
from hospital.kit.acts import act
from hospital.kit.errors import RuleError
from hospital.models import ExternalId
from records.models import Encounter, Patient, Treatment, TreatmentConsumable, TreatmentMedication
from records.models.treatments import Use

from .bed_places import LATEST, moment
from .placing import lock_rows
from .wanted_times import invalid

S = Treatment.Status
Uses = dict[str, Sequence[Any] | None]


@act("records.treatment.create")
def plan(
    actor: Actor,
    *,
    treatment: Treatment,
    medications: Sequence[TreatmentMedication] = (),
    consumables: Sequence[TreatmentConsumable] = (),
    external_id: str = "",
) -> Treatment:
    """Store a treatment that is to be done; whose it is, when that is not told, its encounter says.

    ValidationError for broken facts, and on ``medications`` and ``consumables`` with the row's number,
    ``listed_twice`` among them.
    """
    if treatment.encounter and not treatment.patient_id:
        treatment.patient_id = treatment.encounter.patient_id
    chosen = treatment.changed_fields() - {"hospital"}
    policy.require(actor, "records.treatment.create", treatment, fields=chosen)
    if external_id:
        ExternalId.objects.refuse_taken(actor, treatment.resource, external_id)
    treatment.status = S.PLANNED
    facts.hold_parents(treatment)
    treatment.full_clean()
    rows = prepared(treatment, {"medications": medications, "consumables": consumables})
    facts.save(treatment)
    if external_id:
        ExternalId.objects.claim(actor, treatment, external_id)
    audit.wrote(treatment, changed=chosen | {name for name, uses in rows.items() if uses})
    for uses in rows.values():
        parts.add(uses)
    return treatment


@act("records.treatment.update")
def change(
    actor: Actor,
    *,
    treatment: Treatment,
    medications: Sequence[TreatmentMedication] | None = None,
    consumables: Sequence[TreatmentConsumable] | None = None,
    expected_version: int | None = None,
    forced: bool = False,
) -> Treatment:
    """Store changes; a given list replaces the whole list, None leaves it, and the version moves with it.

    RuleError ``treatment_fixed`` for anything but notes once it is done or cancelled.
    """
    policy.require(actor, "records.treatment.update", treatment)
    facts.refuse_stale(treatment, expected_version)
    facts.refuse_retired(treatment)
    given = {"medications": medications, "consumables": consumables}
    rows = prepared(treatment, {name: uses for name, uses in given.items() if uses is not None})
    new_lists = {name for name, uses in rows.items() if parts.differ(treatment, name, uses)}
    changed = treatment.changed_fields() | new_lists
    policy.require(actor, "records.treatment.update", treatment, fields=changed)
    if not changed:
        return treatment
    if not treatment.is_planned and changed - Treatment.NOTES:
        raise RuleError("treatment_fixed", status=treatment.get_status_display())
    facts.hold_parents(treatment)
    treatment.full_clean()
    facts.save(treatment)
    audit.wrote(treatment, changed=changed, forced=forced)
    for name in new_lists:
        parts.replace(actor, treatment, name, rows[name])
    return treatment


@act("records.treatment.perform")
def perform(
    actor: Actor, *, treatment: Treatment, at: dt.datetime | None = None,
    expected_version: int | None = None,
) -> Treatment:  # fmt: skip
    """It has been done.

    RuleError ``consent_refused``, ``encounter_cancelled`` when the visit was called off meanwhile,
    ``before_encounter`` when nobody was there yet.
    """
    _hold(actor, treatment, "perform", (S.PLANNED,), expected_version)
    when = moment(at)
    if treatment.consent == Treatment.Consent.REFUSED:
        raise RuleError("consent_refused")
    assert treatment.encounter is not None
    if treatment.encounter.status == Encounter.Status.CANCELLED:
        raise RuleError("encounter_cancelled")
    if when < treatment.encounter.starts_at:
        raise RuleError("before_encounter")
    treatment.status, treatment.done_at = S.DONE, when
    return _save(treatment, {"status", "done_at"})


@act("records.treatment.cancel")
def cancel(
    actor: Actor, *, treatment: Treatment, reason: str, expected_version: int | None = None
) -> Treatment:
    """It is not to be done."""
    facts.require_reason(reason)
    _hold(actor, treatment, "cancel", (S.PLANNED,), expected_version)
    treatment.status, treatment.cancel_reason = S.CANCELLED, reason.strip()
    return _save(treatment, {"status", "cancel_reason"}, reason=reason.strip())


@act("records.treatment.undo")
def undo(actor: Actor, *, treatment: Treatment, expected_version: int | None = None) -> Treatment:
    """It is planned again: it was not done, or is to be done after all. Up to 72 hours later."""
    if treatment.is_planned:
        raise RuleError("nothing_to_undo")
    _hold(actor, treatment, "undo", (S.DONE, S.CANCELLED), expected_version)
    if (treatment.done_at or treatment.updated_at) < clock.now() - LATEST:
        raise RuleError("undo_too_late")
    treatment.status, treatment.done_at, treatment.cancel_reason = S.PLANNED, None, ""
    return _save(treatment, {"status"})


def _hold(
    actor: Actor, treatment: Treatment, word: str, statuses: tuple[str, ...],
    expected_version: int | None,
) -> None:  # fmt: skip
    policy.require(actor, f"records.treatment.{word}", treatment)
    lock_rows(Patient, [treatment.patient_id])
    facts.lock(treatment)
    treatment.refresh_from_db()
    facts.refuse_stale(treatment, expected_version)
    facts.refuse_retired(treatment)
    if treatment.status not in statuses:
        raise RuleError("treatment_step", status=treatment.get_status_display())


def _save(treatment: Treatment, changed: set[str], *, reason: str = "") -> Treatment:
    facts.hold_parents(treatment)
    treatment.full_clean()
    facts.save(treatment)
    audit.wrote(treatment, changed=changed, reason=reason)
    return treatment


def prepared(treatment: Treatment, lists: Uses) -> dict[str, list[Any]]:
    """The given lists, checked, each use in the unit of its entry; a standing use keeps its own."""
    checked = {}
    for name, given in lists.items():
        rows = list(given or ())
        _refuse_twice(name, rows)
        standing = {getattr(row, f"{row.ITEM}_id") for row in getattr(treatment, name).live()}
        for number, row in enumerate(rows, 1):
            item = getattr(row, row.ITEM, None) if getattr(row, f"{row.ITEM}_id") else None
            if item is not None and item.is_retired and item.pk not in standing:
                raise parts.numbered(invalid(row.ITEM, "retired_choice"), name, number)
            row.unit = item.unit if item else ""
        checked[name] = parts.prepare(treatment, name, rows, hospital=treatment.hospital)
    return checked


def _refuse_twice(name: str, rows: Sequence[Use]) -> None:
    """Equal rows of a list would count once, and one of two equal doses would be lost."""
    seen = set()
    for number, row in enumerate(rows, 1):
        item = getattr(row, f"{row.ITEM}_id")
        if item in seen:
            raise parts.numbered(invalid("quantity", "listed_twice"), name, number)
        seen.add(item)
