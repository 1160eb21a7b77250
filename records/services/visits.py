"""What the acts on a visit have in common, and the visit of an appointment, which goes along with it.

An appointment that has its visit leads: whichever of the two is stepped on, the appointment takes the
step, and ``follow`` brings the visit to where the appointment is.
"""

from __future__ import annotations

import datetime as dt

from hospital.kit import audit, clock, facts, policy, series
from hospital.kit.actors import Actor
from hospital.kit.errors import RuleError
from hospital.kit.records import stamp_retired
from records.models import Appointment, Encounter, OutPatient, Patient

from .placing import lock_rows

S = Encounter.Status
A = Appointment.Status
# A visit takes a moment at least, however fast it was: an empty interval is none.
SHORTEST = dt.timedelta(microseconds=1)
STATUS_OF = {
    A.CHECKED_IN: S.ARRIVED,
    A.IN_PROGRESS: S.IN_PROGRESS,
    A.COMPLETED: S.FINISHED,
    A.CANCELLED: S.CANCELLED,
}
TOLD = {"status", "attending", "clinic", "seen_at", "ends_at", "cancel_reason"}


def hold(
    actor: Actor, visit: OutPatient, word: str, statuses: tuple[str, ...],
    expected_version: int | None,
) -> None:  # fmt: skip
    """Lock patient and visit, look afresh, and refuse what cannot be."""
    policy.require(actor, f"records.outpatient.{word}", visit)
    lock_rows(Patient, [visit.patient_id])
    facts.lock(visit)
    visit.refresh_from_db()
    facts.refuse_stale(visit, expected_version)
    facts.refuse_retired(visit)
    if visit.status not in statuses:
        raise RuleError("visit_step", status=visit.get_status_display())


def save(visit: OutPatient, changed: set[str], *, reason: str = "") -> OutPatient:
    """Store a visit's step, on record."""
    visit.full_clean()
    facts.save(visit)
    audit.wrote(visit, changed=changed, reason=reason)
    return visit


def give_number(visit: OutPatient) -> None:
    """Checked first, so that no number is taken for what is refused."""
    visit.number = "0"
    visit.full_clean()
    visit.number = series.with_check_digit(series.skipping("encounter"))


def of(appointment: Appointment) -> OutPatient | None:
    """The visit that an appointment has led to."""
    rows = OutPatient.objects.live().filter(appointment=appointment)
    return rows.select_related("patient", "clinic", "attending").first()


def go_along(actor: Actor, appointment: Appointment, *, is_given: bool = False) -> None:
    """``follow``, where the patient has come: nobody else has a visit."""
    if appointment.checked_in_at:
        follow(actor, appointment, is_given=is_given)


def follow(actor: Actor, appointment: Appointment, *, is_given: bool = False) -> None:
    """Bring the appointment's visit to where the appointment is: opened by the check-in, gone again when
    that is taken back. RuleError ``in_use`` when something was written down in it by then.

    A visit that waits is given to the appointment's doctor and clinic when those changed (``is_given``).
    When the appointment turns out to be another patient's, so does the visit: it is opened anew.
    """
    status = STATUS_OF.get(A(appointment.status))
    visit = of(appointment)
    if visit and (status is None or appointment.is_retired or _is_of_another(visit, appointment)):
        _take_back(actor, visit)
        visit = None
    if status is None:
        return
    if visit is None:
        if _is_to_be_opened(appointment):
            _open(actor, appointment, status)
        return
    facts.lock(visit)
    _bring_to(visit, appointment, status, is_given=is_given)
    if changed := TOLD & _changed(visit):
        save(visit, changed, reason=visit.cancel_reason)


def _is_of_another(visit: OutPatient, appointment: Appointment) -> bool:
    if appointment.patient_id is None:
        raise RuleError("chart_needed")
    return visit.patient_id != appointment.patient_id


def _take_back(actor: Actor, visit: OutPatient) -> None:
    facts.lock(visit)
    facts.refuse_in_use(visit)
    stamp_retired(visit, reason="undone", at=clock.now(), by=actor.user_id)
    save(visit, {"retired_at"}, reason="undone")


def _is_to_be_opened(appointment: Appointment) -> bool:
    """Whoever checks in comes; later only where the check-in is older than visits are."""
    if appointment.is_retired or appointment.status == A.CANCELLED:
        return False
    was_there = OutPatient.objects.filter(appointment=appointment).exists()
    return appointment.status == A.CHECKED_IN or not was_there


def _open(actor: Actor, appointment: Appointment, status: S) -> None:
    assert appointment.patient_id is not None
    visit = OutPatient(
        hospital_id=appointment.hospital_id, patient_id=appointment.patient_id,
        appointment=appointment, complaint=appointment.note,
        starts_at=appointment.checked_in_at or clock.now(),
    )  # fmt: skip
    _bring_to(visit, appointment, status, is_given=True)
    give_number(visit)
    save(visit, {"patient", "appointment", "complaint", "starts_at"} | TOLD)


def _bring_to(visit: OutPatient, appointment: Appointment, status: S, *, is_given: bool) -> None:
    is_back = status == S.ARRIVED and visit.status != S.ARRIVED
    # Once it has begun it stays with whoever began; until then it may be given to somebody else.
    if visit._state.adding or is_back or (is_given and status == S.ARRIVED):
        visit.clinic_id, visit.attending_id = appointment.clinic_id, appointment.doctor_id
    visit.status, visit.cancel_reason = status, appointment.cancel_reason
    visit.seen_at, visit.ends_at = appointment.started_at, None
    if status == S.FINISHED:
        assert appointment.completed_at is not None
        visit.ends_at = max(appointment.completed_at, visit.starts_at + SHORTEST)


def _changed(visit: OutPatient) -> set[str]:
    before = visit._loaded or {}
    return {
        field.name
        for field in visit._meta.concrete_fields
        if getattr(visit, field.attname) != before.get(field.attname)
    }
