"""Stays in a ward: planned, admitted, moved, on leave, discharged. Beds are given by ``bed_places``.

Every act takes ``at``, when it happened: now, or up to 72 hours ago as it is entered late. When it was
entered is kept in the history and the audit.
"""

from __future__ import annotations

import datetime as dt

from django.db.models import Q

from hospital.kit import audit, clock, facts, policy, series
from hospital.kit.actors import Actor
from hospital.kit.acts import act
from hospital.kit.errors import RuleError
from hospital.kit.records import stamp_retired
from hospital.models import Bed, ExternalId, Ward
from records.models import Encounter, InPatient, Leave, Patient

from . import bed_places, deaths, discharge_blockers, stays, tasks
from .bed_places import moment
from .placing import lock_rows
from .wanted_times import invalid

S = Encounter.Status
IN = stays.IN


@act("records.inpatient.create")
def plan(actor: Actor, *, stay: InPatient, external_id: str = "") -> InPatient:
    """Note that a patient is to come at ``stay.starts_at``; no bed is taken."""
    stay.status = S.PLANNED
    return _enter(actor, stay, external_id)


@act("records.inpatient.create")
def admit(
    actor: Actor,
    *,
    stay: InPatient,
    ward: Ward | None = None,
    bed: Bed | None = None,
    extra: str = "",
    at: dt.datetime | None = None,
    reason: str = "",
    external_id: str = "",
) -> InPatient:
    """Take a patient in who was not planned, in a bed, or in a ward to wait for one; with ``extra``, "bed" or
    "cot", in one that is put up in the ward.

    BedConflict (409) when the bed is used, or not for this patient and no ``reason`` is given why it is
    all the same. RuleError ``patient_deceased``; ValidationError ``stay_open`` for a second stay.
    """
    stay.starts_at, stay.status = moment(at), S.IN_PROGRESS
    where = bed_places.place_of(ward, bed, extra)
    _enter(actor, stay, external_id, bed=where[1], is_now=at is None)
    bed_places.occupy(actor, stay, *where, stay.starts_at, reason=reason.strip(), extra=extra)
    tasks.stay_began(actor, stay)
    return stay


@act("records.inpatient.admit")
def admit_planned(
    actor: Actor,
    *,
    stay: InPatient,
    ward: Ward | None = None,
    bed: Bed | None = None,
    extra: str = "",
    at: dt.datetime | None = None,
    reason: str = "",
    expected_version: int | None = None,
) -> InPatient:
    """The patient of a planned stay has come; refusals as for ``admit``."""
    where = bed_places.place_of(ward, bed, extra)
    stays.hold(actor, stay, "admit", (S.PLANNED,), expected_version, beds=[where[1]])
    stays.refuse_deceased(stay.patient)
    begins = moment(at)
    stay.starts_at, stay.status = begins, S.IN_PROGRESS
    stays.save(stay, {"status", "starts_at"})
    bed_places.occupy(actor, stay, *where, begins, reason=reason.strip(), extra=extra)
    tasks.stay_began(actor, stay)
    return stay


@act("records.inpatient.update")
def change(
    actor: Actor, *, stay: InPatient, expected_version: int | None = None, forced: bool = False
) -> InPatient:
    """Store changes of a stay's facts. Of whom it is, and when it began, is not changed: it is another stay."""
    if stay.status != S.PLANNED:
        for name in stay.changed_fields() & {"patient", "starts_at"}:
            raise invalid(name, "read_only")
    return facts.change(actor, stay, expected_version=expected_version, forced=forced)


@act("records.inpatient.transfer")
def transfer(
    actor: Actor,
    *,
    stay: InPatient,
    ward: Ward | None = None,
    bed: Bed | None = None,
    extra: str = "",
    at: dt.datetime | None = None,
    reason: str = "",
    expected_version: int | None = None,
) -> InPatient:
    """Move a patient to another bed, or to another ward to wait for one; the old bed is to be cleaned.

    ``extra`` as for ``admit``.
    """
    where = bed_places.place_of(ward, bed, extra)
    here = stays.place(stay)
    stays.hold(actor, stay, "transfer", IN, expected_version, beds=[where[1], here.bed])
    here, when = stays.place(stay), moment(at)
    to = (where[0].pk, where[1].pk if where[1] else None)
    if (here.ward_id, here.bed_id) == to and not extra:
        raise RuleError("same_place")
    bed_places.leave_place(here, when)
    bed_places.occupy(actor, stay, *where, when, reason=reason.strip(), extra=extra)
    stays.save(stay, {"ward", "bed"}, reason=reason.strip())
    return stay


@act("records.inpatient.transfer")
def swap(
    actor: Actor, *, stay: InPatient, other: InPatient, at: dt.datetime | None = None,
    reason: str = "", expected_version: int | None = None,
) -> InPatient:  # fmt: skip
    """Two patients change places at one moment, without either bed being free in between."""
    if stay.pk == other.pk:
        raise invalid("other", "invalid_choice")
    lock_rows(Patient, [stay.patient_id, other.patient_id])
    lock_rows(Encounter, [stay.pk, other.pk])
    beds = [stays.place(each).bed for each in (stay, other)]
    bed_places.lock(beds)
    stays.hold(actor, stay, "transfer", IN, expected_version)
    stays.hold(actor, other, "transfer", IN, None)
    when, places = moment(at), [stays.place(stay), stays.place(other)]
    if places[0].bed_id is None and places[0].ward_id == places[1].ward_id and not places[1].bed_id:
        raise RuleError("same_place")
    for here in places:
        bed_places.leave_place(here, when, is_cleaned=False)
    for each, to in zip((stay, other), reversed(places), strict=True):
        bed_places.occupy(actor, each, to.ward, to.bed, when, reason=reason.strip())
        stays.save(each, {"ward", "bed"}, reason=reason.strip())
    return stay


@act("records.inpatient.leave")
def leave(
    actor: Actor, *, stay: InPatient, at: dt.datetime | None = None,
    expected_back_at: dt.datetime | None = None, expected_version: int | None = None,
) -> InPatient:  # fmt: skip
    """The patient goes home for a while; the bed is kept."""
    stays.hold(actor, stay, "leave", (S.IN_PROGRESS,), expected_version)
    when = moment(at)
    if when < stay.starts_at:
        raise RuleError("already_changed_since")
    if expected_back_at and expected_back_at <= when:
        raise invalid("expected_back_at", "interval_reversed")
    away = Leave(
        hospital_id=stay.hospital_id, encounter_id=stay.pk, starts_at=when,
        expected_back_at=expected_back_at,
    )  # fmt: skip
    bed_places.write(away, {"starts_at", "expected_back_at"})
    return stays.step(stay, S.ON_LEAVE)


@act("records.inpatient.leave")
def come_back(
    actor: Actor, *, stay: InPatient, at: dt.datetime | None = None,
    expected_version: int | None = None,
) -> InPatient:  # fmt: skip
    """The patient is back from leave."""
    stays.hold(actor, stay, "leave", (S.ON_LEAVE,), expected_version)
    stays.end_leave(stay, moment(at))
    return stays.step(stay, S.IN_PROGRESS)


@act("records.inpatient.discharge")
def discharge(
    actor: Actor, *, stay: InPatient, disposition: str, at: dt.datetime | None = None,
    override_reason: str = "", expected_version: int | None = None,
) -> InPatient:  # fmt: skip
    """The patient leaves; the bed is to be cleaned.

    RuleError ``discharge_blocked`` telling all that is missing; with ``override_reason``, and its own
    permission, the patient goes all the same.
    """
    here = stays.place(stay) if stay.status in IN else None
    stays.hold(actor, stay, "discharge", IN, expected_version, beds=[here.bed] if here else [])
    missing = discharge_blockers.of(stay)
    if missing and not override_reason.strip():
        raise RuleError(
            "discharge_blocked", blockers=", ".join(str(each["label"]) for each in missing)
        )
    if missing:
        policy.require(actor, "records.inpatient.override", stay)
    when = moment(at)
    if stay.leaves.live().filter(Q(starts_at__gte=when) | Q(ends_at__gte=when)).exists():
        raise RuleError("already_changed_since")
    if stay.status == S.ON_LEAVE:
        stays.end_leave(stay, when)
    bed_places.leave_place(stays.place(stay), when)
    stay.ends_at, stay.disposition, stay.status = when, disposition, S.FINISHED
    stays.save(stay, {"status", "ends_at", "disposition"}, reason=override_reason.strip())
    tasks.stay_ended(actor, stay)
    if stay.disposition == Encounter.Disposition.DIED:
        deaths.note(actor, stay.patient, when)
    return stay


@act("records.inpatient.cancel")
def cancel(
    actor: Actor, *, stay: InPatient, reason: str, expected_version: int | None = None
) -> InPatient:
    """A planned stay does not take place; a bed kept for it is free."""
    policy.require(actor, "records.inpatient.cancel", stay)
    return stays.call_off(actor, stay, reason, expected_version)


@act("records.inpatient.retire")
def retire(
    actor: Actor, *, stay: InPatient, reason: str, expected_version: int | None = None
) -> None:
    """It was entered in error: nobody ever lay there. RuleError ``in_use`` while something stands written in it."""
    facts.require_reason(reason)
    stays.hold(actor, stay, "retire", tuple(S), expected_version, beds=stays.beds_of(stay))
    facts.refuse_in_use(stay)
    at = clock.now()
    for rows in (stay.periods, stay.leaves):
        bed_places.take_away(actor, rows.live(), reason.strip(), at)
    stamp_retired(stay, reason=reason.strip(), at=at, by=actor.user_id)
    stays.save(stay, {"retired_at"}, reason=reason.strip())
    tasks.stay_ended(actor, stay)


@act("records.inpatient.restore")
def restore(actor: Actor, *, stay: InPatient, expected_version: int | None = None) -> InPatient:
    """It was no error: bring it back with its places. RuleError ``restore_conflict`` when one is used now."""
    lock_rows(Patient, [stay.patient_id])
    facts.lock(stay)
    stay.refresh_from_db()
    bed_places.lock(stays.beds_of(stay))
    at = stay.retired_at
    facts.restore(actor, stay, expected_version=expected_version)
    for rows in (stay.periods, stay.leaves):
        bed_places.bring_back(rows.filter(retired_at=at))
    if stay.status in IN:
        tasks.stay_began(actor, stay)
    return stay


def _enter(
    actor: Actor, stay: InPatient, external_id: str, *, bed: Bed | None = None, is_now: bool = False
) -> InPatient:
    chosen = stay.changed_fields() - {"hospital"}
    policy.require(actor, "records.inpatient.create", stay, fields=chosen)
    if external_id:
        ExternalId.objects.refuse_taken(actor, stay.resource, external_id)
    facts.hold_parents(stay)
    bed_places.lock([bed])
    if is_now:  # the bed may have been given back while this waited for it
        stay.starts_at = moment(None)
    if stay.patient_id:
        stays.refuse_deceased(stay.patient)
    # Checked first, so that no number is taken for what is refused.
    stay.number = "0"
    stay.full_clean()
    stay.number = series.with_check_digit(series.skipping("encounter"))
    facts.save(stay)
    if external_id:
        ExternalId.objects.claim(actor, stay, external_id)
    audit.wrote(stay, changed=chosen | {"status"})
    return stay
