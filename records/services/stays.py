"""What the acts on a stay have in common: lock and look afresh, where the patient lies, a step on record."""

from __future__ import annotations

import datetime as dt
from typing import Any

from hospital.kit import audit, clock, facts, policy
from hospital.kit.actors import Actor
from hospital.kit.errors import RuleError
from hospital.models import Bed
from records.models import BedPeriod, Encounter, InPatient, Patient

from . import bed_places
from .placing import lock_rows

S = Encounter.Status
IN = (S.IN_PROGRESS, S.ON_LEAVE)


def hold(
    actor: Actor, stay: InPatient, word: str, statuses: tuple[str, ...],
    expected_version: int | None, *, beds: Any = (),
) -> None:  # fmt: skip
    """Lock patient, stay and beds in that order, look afresh, and refuse what cannot be.

    Without a ``word`` the act has asked for its permission already.
    """
    if word:
        policy.require(actor, f"records.inpatient.{word}", stay)
    lock_rows(Patient, [stay.patient_id])
    facts.lock(stay)
    stay.refresh_from_db()
    bed_places.lock(beds)
    facts.refuse_stale(stay, expected_version)
    facts.refuse_retired(stay)
    if stay.status not in statuses:
        raise RuleError("stay_step", status=stay.get_status_display())


def save(stay: Encounter, changed: set[str], *, reason: str = "") -> None:
    """Store a stay's step, on record."""
    stay.full_clean()
    facts.save(stay)
    audit.wrote(stay, changed=changed, reason=reason)


def refuse_deceased(patient: Patient) -> None:
    if patient.is_deceased:
        raise RuleError("patient_deceased")


def place(stay: Encounter) -> BedPeriod:
    """Where a patient who is in lies or waits."""
    place = bed_places.current(stay)
    if place is None:
        raise RuleError("stay_step", status=stay.get_status_display())
    return place


def beds_of(stay: Encounter) -> list[Bed]:
    return list(Bed.objects.filter(pk__in=stay.periods.exclude(bed=None).values("bed")))


def end_leave(stay: Encounter, at: dt.datetime) -> None:
    away = stay.leaves.live().get(ends_at=None)
    if at <= away.starts_at:
        raise RuleError("already_changed_since")
    away.ends_at = at
    bed_places.write(away, {"ends_at"})


def step(stay: InPatient, status: S) -> InPatient:
    stay.status = status
    save(stay, {"status"})
    return stay


def call_off(
    actor: Actor, stay: InPatient, reason: str, expected_version: int | None = None
) -> InPatient:
    """Cancel as ``cancel`` does, within an act that has asked for its own permission."""
    facts.require_reason(reason)
    kept = stay.periods.live().filter(kind=BedPeriod.Kind.RESERVED)
    beds = [each.bed for each in kept.select_related("bed")]
    hold(actor, stay, "", (S.PLANNED,), expected_version, beds=beds)
    bed_places.take_away(actor, kept.all(), "cancelled", clock.now())
    stay.status, stay.cancel_reason = S.CANCELLED, reason.strip()
    save(stay, {"status", "cancel_reason"}, reason=reason.strip())
    return stay
