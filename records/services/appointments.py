"""Acts that give, move and take away an appointment's time. Its steps on the day are in ``appointment_steps``."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from hospital.kit import audit, clock, facts, policy
from hospital.kit.actors import Actor
from hospital.kit.acts import act
from hospital.kit.errors import RuleError
from hospital.kit.records import stamp_restored, stamp_retired
from hospital.models import ExternalId, Resource
from records.models import Appointment, Booking, Hold

from . import holds, placing, visits, wanted_times

# What moves an appointment, or changes who is at it: its time is then judged again.
PLACING = frozenset({"patient", "clinic", "doctor", "starts_at", "ends_at"})


@act("records.appointment.create")
def book(
    actor: Actor,
    *,
    appointment: Appointment,
    resources: Sequence[Resource] = (),
    hold: Hold | None = None,
    overbook_reason: str = "",
    lane_reason: str = "",
    external_id: str = "",
) -> Appointment:
    """Give a patient, or a caller without a chart, a time with a doctor, a room, a device, or several.

    Without an end it takes as long as its kind. ``hold`` is a hold on this very time, used up by
    this. TimeConflict (409) with every clash and the next free times; ``overbook_reason`` and
    ``lane_reason`` stretch what may be stretched, each under its permission.
    """
    chosen = appointment.changed_fields() - {"hospital"}
    policy.require(actor, "records.appointment.create", appointment, fields=chosen)
    return enter(
        actor, appointment, resources=resources, hold=hold, external_id=external_id,
        overbook_reason=overbook_reason, lane_reason=lane_reason,
    )  # fmt: skip


def enter(
    actor: Actor,
    appointment: Appointment,
    *,
    resources: Sequence[Resource] = (),
    hold: Hold | None = None,
    overbook_reason: str = "",
    lane_reason: str = "",
    external_id: str = "",
) -> Appointment:
    """Book as ``book`` does, within an act that has asked for its own permission."""
    chosen = appointment.changed_fields() - {"hospital"}
    if external_id:
        ExternalId.objects.refuse_taken(actor, appointment.resource, external_id)
    wanted_times.refuse_unplaceable(appointment)
    wanted = _locked(appointment, placing.resources_of(appointment, resources))
    if hold:
        holds.refuse_unfit(actor, hold)
    appointment.full_clean(validate_constraints=False)
    places = placing.place(
        actor, appointment, wanted,
        overbook_reason=overbook_reason.strip(), lane_reason=lane_reason.strip(), hold=hold,
    )  # fmt: skip
    if hold:
        holds.use(actor, hold)
    appointment.full_clean()
    facts.save(appointment)
    placing.take(actor, places, appointment=appointment)
    if external_id:
        ExternalId.objects.claim(actor, appointment, external_id)
    audit.wrote(appointment, changed=chosen, reason=appointment.overbook_reason)
    return appointment


@act("records.appointment.update")
def change(
    actor: Actor,
    *,
    appointment: Appointment,
    resources: Sequence[Resource] | None = None,
    hold: Hold | None = None,
    overbook_reason: str = "",
    lane_reason: str = "",
    expected_version: int | None = None,
    forced: bool = False,
) -> Appointment:
    """Store the changes made to an appointment; another time, doctor or room is taken in one go.

    The old time is free only when the new one is taken; a TimeConflict leaves everything as it was.
    ``resources`` are the rooms and devices beside the doctor; None leaves them. ``hold`` is a hold on
    the new time, used up by this. A reason that is new is judged again. RuleError ``appointment_over``
    when it is moved once somebody has begun with it, or when it does not stand any more.
    """
    changed = appointment.changed_fields()
    policy.require(actor, "records.appointment.update", appointment, fields=changed)
    return amend(
        actor, appointment, resources=resources, hold=hold, overbook_reason=overbook_reason,
        lane_reason=lane_reason, expected_version=expected_version, forced=forced,
    )  # fmt: skip


def amend(
    actor: Actor,
    appointment: Appointment,
    *,
    resources: Sequence[Resource] | None = None,
    hold: Hold | None = None,
    overbook_reason: str = "",
    lane_reason: str = "",
    expected_version: int | None = None,
    forced: bool = False,
) -> Appointment:
    """Store changes as ``change`` does, within an act that has asked for its own permission."""
    changed = appointment.changed_fields()
    facts.refuse_stale(appointment, expected_version)
    facts.refuse_retired(appointment)
    asked = _Asked(resources, hold, overbook_reason.strip(), lane_reason.strip())
    is_moved = bool(PLACING & changed) or asked.is_new(appointment)
    if not changed and not is_moved:
        return appointment
    if is_moved:
        _move(actor, appointment, asked)
    facts.hold_parents(appointment)
    appointment.full_clean()
    facts.save(appointment)
    told = appointment_changes(changed, is_moved)
    audit.wrote(appointment, changed=told, forced=forced, reason=appointment.overbook_reason)
    visits.go_along(actor, appointment, is_given=bool(changed & {"doctor", "clinic"}))
    return appointment


@dataclass(frozen=True, slots=True)
class _Asked:
    """What is asked of a change beside the appointment's own facts."""

    resources: Sequence[Resource] | None
    hold: Hold | None
    overbook_reason: str
    lane_reason: str

    def is_new(self, appointment: Appointment) -> bool:
        """Whether it says anything else than what stands."""
        reasons = {self.overbook_reason, self.lane_reason} - {""}
        standing = {appointment.overbook_reason, appointment.lane_reason}
        return bool(reasons - standing) or self.hold is not None or self._has_other(appointment)

    def _has_other(self, appointment: Appointment) -> bool:
        if self.resources is None:
            return False
        own = appointment.doctor_id
        beside = {row.pk for row in self.resources if own is None or row.doctor_id != own}
        return beside != {row.pk for row in appointment.resources}


def appointment_changes(changed: set[str], is_moved: bool) -> set[str]:
    """The names that the audit tells of a change."""
    return changed | ({"resources"} if is_moved and not PLACING & changed else set())


@act("records.appointment.cancel")
def cancel(
    actor: Actor, *, appointment: Appointment, reason: str, expected_version: int | None = None
) -> Appointment:
    """Call it off: its time is free for others, the appointment stays readable as cancelled."""
    policy.require(actor, "records.appointment.cancel", appointment)
    return call_off(actor, appointment, reason, expected_version)


def call_off(
    actor: Actor, appointment: Appointment, reason: str, expected_version: int | None = None
) -> Appointment:
    """Cancel as ``cancel`` does, within an act that has asked for its own permission."""
    facts.require_reason(reason)
    placing.hold(appointment)
    facts.refuse_stale(appointment, expected_version)
    refuse_retired_or(appointment, appointment.is_open, "appointment_over")
    appointment.status = Appointment.Status.CANCELLED
    appointment.cancel_reason = reason.strip()
    appointment.status_at, appointment.attention = clock.now(), ""
    placing.give_back(actor, list(appointment.bookings.live()), reason="cancelled")
    _save(appointment, {"status", "cancel_reason"}, reason=reason.strip())
    visits.go_along(actor, appointment)
    return appointment


@act("records.appointment.retire")
def retire(
    actor: Actor, *, appointment: Appointment, reason: str, expected_version: int | None = None
) -> None:
    """It was entered in error: its time is free, and nobody sees it any more.

    RuleError ``appointment_begun`` once somebody has come; a walk-in may still be taken back.
    """
    policy.require(actor, "records.appointment.retire", appointment)
    facts.require_reason(reason)
    placing.hold(appointment)
    facts.refuse_stale(appointment, expected_version)
    refuse_retired_or(appointment, appointment.may_be_error, "appointment_begun")
    placing.give_back(actor, list(appointment.bookings.live()), reason="entered in error")
    stamp_retired(appointment, reason=reason.strip(), at=clock.now(), by=actor.user_id)
    _save(appointment, {"retired_at"}, reason=reason.strip())
    visits.go_along(actor, appointment)


@act("records.appointment.restore")
def restore(
    actor: Actor, *, appointment: Appointment, expected_version: int | None = None
) -> Appointment:
    """Bring one back that was not an error; TimeConflict when its time was taken meanwhile."""
    policy.require(actor, "records.appointment.restore", appointment)
    placing.hold(appointment)
    facts.refuse_stale(appointment, expected_version)
    if not appointment.is_retired:
        raise RuleError("not_retired")
    facts.hold_parents(appointment)
    stamp_restored(appointment)
    take_back(actor, appointment)
    _save(appointment, {"retired_at"})
    visits.go_along(actor, appointment)
    return appointment


def take_back(actor: Actor, appointment: Appointment) -> None:
    """Take the time again that it gave back, with what it took up last; TimeConflict when that is gone."""
    if not appointment.is_taking:
        return
    last = placing.locked(_last_resources(appointment), doctor_id=appointment.doctor_id)
    places = placing.place(
        actor, appointment, last,
        overbook_reason=appointment.overbook_reason, lane_reason=appointment.lane_reason,
        was_granted=True,
    )  # fmt: skip
    appointment.attention = ""
    placing.take(actor, places, appointment=appointment)


def refuse_retired_or(appointment: Appointment, is_right: bool, code: str) -> None:
    """RuleError when the appointment was retired, or when it is not ``is_right``."""
    facts.refuse_retired(appointment)
    if not is_right:
        raise RuleError(code, status=appointment.get_status_display())


def _move(actor: Actor, appointment: Appointment, asked: _Asked) -> None:
    refuse_retired_or(appointment, appointment.is_open, "appointment_over")
    wanted_times.refuse_unplaceable(appointment, is_new="starts_at" in appointment.changed_fields())
    standing = placing.standing(appointment)
    was = (appointment._loaded or {}).get("doctor_id")
    beside = [row for row in standing if row.doctor_id is None or row.doctor_id != was]
    if asked.resources is not None:
        beside = list(asked.resources)
    wanted = _locked(appointment, placing.resources_of(appointment, beside), standing)
    if asked.hold:
        holds.refuse_unfit(actor, asked.hold)
    if appointment.status == Appointment.Status.CHECKED_IN and not wanted_times.is_on(
        appointment, clock.now()
    ):
        raise RuleError("not_its_day")
    appointment.full_clean(validate_constraints=False)
    places = placing.place(
        actor, appointment, wanted,
        overbook_reason=asked.overbook_reason, lane_reason=asked.lane_reason, hold=asked.hold,
    )  # fmt: skip
    if asked.hold:
        holds.use(actor, asked.hold)
    appointment.attention = ""
    placing.take(actor, places, appointment=appointment)


def _locked(
    appointment: Appointment, wanted: Sequence[Resource], standing: Sequence[Resource] = ()
) -> list[Resource]:
    """``wanted``, with everything the appointment leans on locked in the order kept everywhere."""
    facts.hold_parents(appointment)
    return placing.locked(wanted, also=standing, doctor_id=appointment.doctor_id)


def _last_resources(appointment: Appointment) -> list[Resource]:
    """What it took up when it last took up anything."""
    rows: Any = Booking.objects.filter(appointment=appointment)
    last = rows.order_by("-retired_at").values_list("retired_at", flat=True).first()
    found = rows.filter(retired_at=last).values("bookable")
    return list(Resource.objects.filter(pk__in=found).select_related("doctor"))


def _save(appointment: Appointment, changed: set[str], *, reason: str = "") -> None:
    appointment.full_clean()
    facts.save(appointment)
    audit.wrote(appointment, changed=changed, reason=reason)
