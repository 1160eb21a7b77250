"""Visits without a bed: the patient arrives, is seen, leaves.

Every act takes ``at``, when it happened: now, or up to 72 hours ago as it is entered late. The visit of
an appointment takes its steps with the appointment (see ``visits``).
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from hospital.kit import clock, facts, policy
from hospital.kit.actors import Actor
from hospital.kit.acts import act
from hospital.kit.errors import RuleError
from hospital.kit.records import stamp_retired
from hospital.models import Doctor, ExternalId
from hospital.services import overview
from records.models import Appointment, Encounter, OutPatient, Patient

from . import appointment_steps, appointments, placing, stays, visits
from .bed_places import LATEST, moment
from .wanted_times import invalid

S = Encounter.Status


@act("records.outpatient.create")
def arrive(
    actor: Actor, *, visit: OutPatient, at: dt.datetime | None = None, external_id: str = ""
) -> OutPatient:
    """A patient has come without an appointment, to a clinic or in an emergency.

    RuleError ``patient_deceased``; ValidationError ``clinic_required`` for an out-patient without one.
    """
    chosen = visit.changed_fields() - {"hospital"}
    policy.require(actor, "records.outpatient.create", visit, fields=chosen)
    if external_id:
        ExternalId.objects.refuse_taken(actor, visit.resource, external_id)
    facts.hold_parents(visit)
    visit.starts_at, visit.status = moment(at), S.ARRIVED
    if visit.patient_id:
        stays.refuse_deceased(visit.patient)
    visits.give_number(visit)
    visits.save(visit, chosen | {"kind", "status", "starts_at"})
    if external_id:
        ExternalId.objects.claim(actor, visit, external_id)
    return visit


@act("records.outpatient.create")
def arrive_for(
    actor: Actor, *, appointment: Appointment, patient: Patient | None = None, external_id: str = ""
) -> OutPatient:
    """The patient of an appointment has come: its visit is opened, and it goes along as by a check-in at the
    desk, whose own permission is not asked for.

    RuleError ``visit_exists`` when it has one, and whatever forbids the check-in; ValidationError
    ``other_patient`` when ``patient`` is given and it is not theirs.
    """
    policy.require(actor, "records.appointment.read", appointment)
    if patient and patient.pk != appointment.patient_id:
        raise invalid("patient", "other_patient")
    if external_id:
        ExternalId.objects.refuse_taken(actor, OutPatient.resource, external_id)
    placing.hold(appointment)
    if visits.of(appointment):
        raise RuleError("visit_exists")
    if appointment.status == Appointment.Status.SCHEDULED:
        appointment_steps.take(actor, appointment, "check_in")
    else:
        visits.follow(actor, appointment)
    visit = visits.of(appointment)
    if visit is None:
        raise RuleError("wrong_step", status=appointment.get_status_display())
    policy.require(actor, "records.outpatient.create", visit)
    if external_id:
        ExternalId.objects.claim(actor, visit, external_id)
    return visit


@act("records.outpatient.update")
def change(
    actor: Actor, *, visit: OutPatient, expected_version: int | None = None, forced: bool = False
) -> OutPatient:
    """Store changes of a visit's facts: whose it is and when the patient came is not changed."""
    for name in visit.changed_fields() & {"patient", "starts_at", "appointment"}:
        raise invalid(name, "read_only")
    return facts.change(actor, visit, expected_version=expected_version, forced=forced)


@act("records.outpatient.start")
def start(
    actor: Actor, *, visit: OutPatient, attending: Doctor | None = None,
    at: dt.datetime | None = None, expected_version: int | None = None,
) -> OutPatient:  # fmt: skip
    """The patient is with the doctor; ``attending`` takes the visit over from whoever had it. One that nobody
    has is the doctor's who begins.
    """
    visits.hold(actor, visit, "start", (S.ARRIVED,), expected_version)
    if visit.attending_id is None and attending is None and "doctor" in actor.roles:
        attending = overview.own_doctor(actor)
    when = _after(visit.starts_at, at)
    if visit.appointment:
        appointment_steps.take(actor, visit.appointment, "start", at=when)
        visit.refresh_from_db()
    else:
        visit.status, visit.seen_at = S.IN_PROGRESS, when
    if attending:
        visit.attending = attending
        facts.hold_parents(visit)
    if not visit.appointment or attending:
        visits.save(visit, {"status", "seen_at"} | ({"attending"} if attending else set()))
    return visit


@act("records.outpatient.finish")
def finish(
    actor: Actor, *, visit: OutPatient, at: dt.datetime | None = None,
    expected_version: int | None = None,
) -> OutPatient:  # fmt: skip
    """The patient has been seen and leaves."""
    visits.hold(actor, visit, "finish", (S.IN_PROGRESS,), expected_version)
    when = _after(visit.seen_at or visit.starts_at, at)
    if visit.appointment:
        appointment_steps.take(actor, visit.appointment, "complete", at=when)
        visit.refresh_from_db()
        return visit
    visit.status, visit.ends_at = S.FINISHED, max(when, visit.starts_at + visits.SHORTEST)
    return visits.save(visit, {"status", "ends_at"})


@act("records.outpatient.cancel")
def cancel(
    actor: Actor, *, visit: OutPatient, reason: str, expected_version: int | None = None
) -> OutPatient:
    """The patient leaves without being seen; the appointment that it came for is called off."""
    facts.require_reason(reason)
    visits.hold(actor, visit, "cancel", (S.ARRIVED,), expected_version)
    if visit.appointment:
        appointments.call_off(actor, visit.appointment, reason)
        visit.refresh_from_db()
        return visit
    visit.status, visit.cancel_reason = S.CANCELLED, reason.strip()
    return visits.save(visit, {"status", "cancel_reason"}, reason=reason.strip())


@act("records.outpatient.undo")
def undo(actor: Actor, *, visit: OutPatient, expected_version: int | None = None) -> OutPatient:
    """Take the last step back: up to 72 hours later, with an appointment until the end of that day.

    RuleError ``nothing_to_undo`` for an arrival: that is entered in error, then.
    """
    statuses = (S.IN_PROGRESS, S.FINISHED, S.CANCELLED)
    if visit.status == S.ARRIVED:
        raise RuleError("nothing_to_undo")
    visits.hold(actor, visit, "undo", statuses, expected_version)
    if visit.appointment:
        appointment_steps.step_back(actor, visit.appointment)
        visit.refresh_from_db()
        return visit
    if _since(visit) < clock.now() - LATEST:
        raise RuleError("undo_too_late")
    if visit.status == S.FINISHED:
        visit.status, visit.ends_at = S.IN_PROGRESS, None
    else:
        visit.status, visit.seen_at, visit.cancel_reason = S.ARRIVED, None, ""
    return visits.save(visit, {"status"})


@act("records.outpatient.retire")
def retire(
    actor: Actor, *, visit: OutPatient, reason: str, expected_version: int | None = None
) -> None:
    """It was entered in error: nobody came. RuleError ``in_use`` while something stands written in it."""
    facts.require_reason(reason)
    visits.hold(actor, visit, "retire", tuple(S), expected_version)
    facts.refuse_in_use(visit)
    stamp_retired(visit, reason=reason.strip(), at=clock.now(), by=actor.user_id)
    visits.save(visit, {"retired_at"}, reason=reason.strip())


@act("records.outpatient.restore")
def restore(actor: Actor, *, visit: OutPatient, expected_version: int | None = None) -> OutPatient:
    """It was no error: bring it back, to where its appointment is now.

    RuleError ``restore_conflict`` when its appointment has another visit, ``wrong_step`` when the
    patient did not come to that after all.
    """
    policy.require(actor, "records.outpatient.restore", visit)
    placing.lock_rows(Patient, [visit.patient_id])
    appointment = visit.appointment
    if appointment:
        appointment.refresh_from_db()
    if appointment and (appointment.is_retired or appointment.status not in visits.STATUS_OF):
        raise RuleError("wrong_step", status=appointment.get_status_display())
    facts.restore(actor, visit, expected_version=expected_version)
    if appointment:
        visits.follow(actor, appointment)
        visit.refresh_from_db()
    return visit


def _after(before: dt.datetime, at: dt.datetime | None) -> dt.datetime:
    when = moment(at)
    if when < before:
        raise RuleError("already_changed_since")
    return when


def _since(visit: OutPatient) -> dt.datetime:
    """When the last step was made; of one called off, when that was written down."""
    steps: dict[str, Any] = {S.FINISHED: visit.ends_at, S.IN_PROGRESS: visit.seen_at}
    return steps.get(visit.status) or visit.updated_at
