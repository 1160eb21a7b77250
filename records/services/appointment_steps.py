"""The steps of an appointment on its day: check in, start, complete, missed, and each of them taken back."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.core.exceptions import ValidationError

from hospital.kit import audit, clock, facts, localtimes, policy
from hospital.kit.actors import Actor
from hospital.kit.acts import act
from hospital.kit.codes import sentence
from hospital.kit.errors import RuleError
from hospital.models import Resource
from records.models import Appointment, Patient

from . import appointments, placing, settling, visits, wanted_times

S = Appointment.Status

# From -> to, and the moment that the step is kept in.
STEPS = {
    "check_in": (S.SCHEDULED, S.CHECKED_IN, "checked_in_at"),
    "start": (S.CHECKED_IN, S.IN_PROGRESS, "started_at"),
    "complete": (S.IN_PROGRESS, S.COMPLETED, "completed_at"),
    "miss": (S.SCHEDULED, S.MISSED, ""),
}
# What taking a step back leads to.
BEFORE = {
    S.CHECKED_IN: S.SCHEDULED,
    S.IN_PROGRESS: S.CHECKED_IN,
    S.COMPLETED: S.IN_PROGRESS,
    S.MISSED: S.SCHEDULED,
}
MOMENT_OF = {to: moment for _from, to, moment in STEPS.values() if moment}


@act("records.appointment.check_in")
def check_in(
    actor: Actor, *, appointment: Appointment, expected_version: int | None = None
) -> Appointment:
    """The patient has come, on the day of the appointment. A caller without a chart needs one first."""
    return _step(actor, appointment, "check_in", expected_version)


@act("records.appointment.start")
def start(
    actor: Actor, *, appointment: Appointment, expected_version: int | None = None
) -> Appointment:
    """Somebody has begun with the patient."""
    return _step(actor, appointment, "start", expected_version)


@act("records.appointment.complete")
def complete(
    actor: Actor, *, appointment: Appointment, expected_version: int | None = None
) -> Appointment:
    """It is done."""
    return _step(actor, appointment, "complete", expected_version)


@act("records.appointment.miss")
def miss(
    actor: Actor, *, appointment: Appointment, expected_version: int | None = None
) -> Appointment:
    """The patient did not come; the rest of its time is free. Not before it has begun."""
    return _step(actor, appointment, "miss", expected_version)


@act("records.appointment.undo")
def undo(
    actor: Actor, *, appointment: Appointment, expected_version: int | None = None
) -> Appointment:
    """Take the last step back, until the end of the day on which it was made; what was called off
    until its own day is over. TimeConflict when the time was given to somebody else meanwhile.
    """
    policy.require(actor, "records.appointment.undo", appointment)
    return step_back(actor, appointment, expected_version)


def step_back(
    actor: Actor, appointment: Appointment, expected_version: int | None = None
) -> Appointment:
    """Take the last step back as ``undo`` does, within an act that has asked for its own permission."""
    _hold(appointment, expected_version)
    facts.hold_parents(appointment)
    before = _before(appointment)
    if before is None:
        raise RuleError("nothing_to_undo")
    _refuse_late(appointment)
    was_taking = appointment.is_taking
    if moment := MOMENT_OF.get(S(appointment.status)):
        setattr(appointment, moment, None)
    # Of the step that is the last one now: it is taken back by its own day.
    since = getattr(appointment, MOMENT_OF[before]) if before in MOMENT_OF else clock.now()
    appointment.status, appointment.status_at, appointment.cancel_reason = before, since, ""
    if not was_taking:
        appointments.take_back(actor, appointment)
    elif before == S.SCHEDULED:
        settling.look_again(actor, appointment)
    _save(appointment, {"status"})
    visits.follow(actor, appointment)
    return appointment


@act("records.appointment.walk_in")
def walk_in(actor: Actor, *, appointment: Appointment, **options: Any) -> Appointment:
    """Somebody has come without an appointment: booked like any other, and here from the start."""
    chosen = appointment.changed_fields() - {"hospital"}
    policy.require(actor, "records.appointment.walk_in", appointment, fields=chosen)
    if appointment.patient_id is None:
        raise RuleError("chart_needed")
    wanted_times.refuse_unplaceable(appointment)
    if not wanted_times.is_on(appointment, clock.now()):
        raise RuleError("not_its_day")
    appointment.is_walk_in = True
    appointment.status = S.CHECKED_IN
    appointment.checked_in_at = appointment.status_at = clock.now()
    appointments.enter(actor, appointment, **options)
    visits.follow(actor, appointment)
    return appointment


@act("records.appointment.identify")
def identify(
    actor: Actor,
    *,
    appointment: Appointment,
    patient: Patient,
    expected_version: int | None = None,
) -> Appointment:
    """Say whose appointment a caller's is, once the chart is found or made; its time stays as it was
    given. TimeConflict when the patient is elsewhere then.
    """
    policy.require(actor, "records.appointment.identify", appointment)
    facts.refuse_stale(appointment, expected_version)
    if appointment.patient_id is not None:
        raise RuleError("has_chart")
    appointments.refuse_retired_or(appointment, appointment.is_open, "appointment_over")
    appointment.patient = patient
    facts.hold_parents(appointment)
    appointment.full_clean(validate_constraints=False)
    placing.refuse_patient_busy(actor, appointment)
    return _save(appointment, {"patient"})


@act("records.appointment.reassign")
def reassign(
    actor: Actor, *, appointment: Appointment, to: Resource, expected_version: int | None = None
) -> Appointment:
    """Give it to another doctor at the same time; TimeConflict when that doctor cannot take it."""
    policy.require(actor, "records.appointment.reassign", appointment)
    if to.doctor is None:
        raise ValidationError({"doctor": ValidationError(sentence("required"), "required")})
    appointment.doctor = to.doctor
    return appointments.amend(actor, appointment, expected_version=expected_version)


def _step(
    actor: Actor, appointment: Appointment, word: str, expected_version: int | None
) -> Appointment:
    policy.require(actor, f"records.appointment.{word}", appointment)
    return take(actor, appointment, word, expected_version)


def take(
    actor: Actor, appointment: Appointment, word: str, expected_version: int | None = None,
    *, at: dt.datetime | None = None,
) -> Appointment:  # fmt: skip
    """Take a step, at a moment that is not over for long, within an act that has asked for its own
    permission."""
    before, after, moment = STEPS[word]
    when = at or clock.now()
    _hold(appointment, expected_version)
    if appointment.status == after:
        raise RuleError("done_already", status=appointment.get_status_display())
    appointments.refuse_retired_or(appointment, appointment.status == before, "wrong_step")
    _refuse_unready(appointment, word)
    appointment.status, appointment.status_at = after, clock.now()
    if moment:
        setattr(appointment, moment, when)
    if word == "miss":
        appointment.attention = ""
        placing.give_back(actor, list(appointment.bookings.live()), reason="missed")
        return _save(appointment, {"status"})
    _save(appointment, {"status"})
    visits.follow(actor, appointment)
    return appointment


def _refuse_unready(appointment: Appointment, word: str) -> None:
    if word == "check_in" and appointment.patient_id is None:
        raise RuleError("chart_needed")
    if word == "check_in" and not wanted_times.is_on(appointment, clock.now()):
        raise RuleError("not_its_day")
    if word == "miss" and appointment.starts_at > clock.now():
        raise RuleError("not_yet")


def _refuse_late(appointment: Appointment) -> None:
    """A step is taken back on the day it was made; what was called off also while its day is not over."""
    zone = appointment.clinic.hospital.zone
    last = appointment.status_at.astimezone(zone).date()
    if appointment.status == S.CANCELLED:
        last = max(last, appointment.starts_at.astimezone(zone).date())
    if clock.now() >= localtimes.day_bounds(last, zone)[1]:
        raise RuleError("undo_too_late")


def _before(appointment: Appointment) -> S | None:
    """The status that taking the last step back leads to; None where there is no step."""
    status = S(appointment.status)
    if status == S.CANCELLED:  # who was here when it was called off is here again
        return S.CHECKED_IN if appointment.checked_in_at else S.SCHEDULED
    if status == S.CHECKED_IN and appointment.is_walk_in:
        return None
    return BEFORE.get(status)


def _hold(appointment: Appointment, expected_version: int | None) -> None:
    placing.hold(appointment)
    facts.refuse_stale(appointment, expected_version)
    facts.refuse_retired(appointment)


def _save(appointment: Appointment, changed: set[str]) -> Appointment:
    appointment.full_clean()
    facts.save(appointment)
    audit.wrote(appointment, changed=changed)
    return appointment
