"""Giving an appointment its time: lock, judge, take. Whoever is refused is told which times are free."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Any
from uuid import UUID

from hospital.kit import audit, clock, facts, parts, policy
from hospital.kit.actors import Actor
from hospital.kit.records import stamp_retired
from hospital.models import Doctor, Hospital, Resource
from records.models import Appointment, Booking, Hold, Patient

from . import availability, clashes, hours
from .availability import Wish
from .clashes import Place, Plan, TimeConflict, Verdict
from .wanted_times import invalid

OFFERED = 3


def resources_of(appointment: Appointment, others: Sequence[Resource]) -> list[Resource]:
    """What the appointment takes up: the doctor, and the rooms, devices and further doctors chosen beside.
    Never nothing.

    Who comes beside comes beside somebody: without a doctor another is ValidationError ``invalid_choice``.
    """
    wanted = {resource.pk: resource for resource in others}
    if appointment.doctor_id is None and any(row.doctor_id for row in wanted.values()):
        raise invalid("resources", "invalid_choice")
    if appointment.doctor_id:
        own = Resource.objects.filter(doctor=appointment.doctor_id).select_related("doctor")
        wanted |= {resource.pk: resource for resource in own}
    if not wanted:
        raise invalid("doctor", "resource_required")
    if any(row.hospital_id != appointment.hospital_id for row in wanted.values()):
        raise invalid("resources", "other_tenant")
    return list(wanted.values())


def standing(appointment: Appointment) -> list[Resource]:
    """The rooms, devices and doctors that the appointment takes up now."""
    rows = Resource.objects.filter(bookings__appointment=appointment, bookings__retired_at=None)
    return list(rows.select_related("doctor").order_by("pk"))


def hold(appointment: Appointment) -> None:
    """Lock the patient, what is taken up and then the appointment, and look at it afresh."""
    if appointment.patient_id:
        lock_rows(Patient, [appointment.patient_id])
    lock_rows(Resource, [row.pk for row in standing(appointment)])
    facts.lock(appointment)
    appointment.refresh_from_db()


def lock_rows(model: Any, ids: Sequence[UUID]) -> None:
    """Hold these rows until the transaction ends."""
    rows = model._base_manager.filter(pk__in=ids).order_by("pk")
    list(rows.select_for_update(no_key=True).values_list("pk"))


def locked(
    wanted: Sequence[Resource], *, also: Sequence[Resource] = (), doctor_id: UUID | None = None
) -> list[Resource]:
    """``wanted``, held until the transaction ends and looked at afresh; ``also`` is held as well.

    ValidationError ``retired_choice`` for one that was given up, be it a moment ago; it is told beside the field of
    the doctor when it is ``doctor_id``.
    """
    ids = {row.pk for row in (*wanted, *also)}
    found = Resource._base_manager.filter(pk__in=ids).select_related("doctor").order_by("pk")
    held = {row.pk: row for row in found.select_for_update(no_key=True, of=("self",))}
    gone = _retired_doctors(held)
    for row in (fresh := [held[pk] for pk in dict.fromkeys(row.pk for row in wanted)]):
        if row.is_retired or row.doctor_id in gone:
            is_own = row.doctor_id and row.doctor_id == doctor_id
            raise invalid("doctor" if is_own else "resources", "retired_choice")
    return fresh


def _retired_doctors(held: Mapping[UUID, Resource]) -> set[UUID]:
    """Those of several doctors who are retired, looked at once their bookings are locked; of one alone the
    appointment knows it."""
    ids = [row.doctor_id for row in held.values() if row.doctor_id]
    if len(ids) < 2:
        return set()
    return set(Doctor.objects.retired().filter(pk__in=ids).values_list("pk", flat=True))


def place(
    actor: Actor,
    appointment: Appointment,
    resources: Sequence[Resource],
    *,
    overbook_reason: str = "",
    lane_reason: str = "",
    hold: Hold | None = None,
    was_granted: bool = False,
) -> list[Place]:
    """Judge the appointment's time and note on it what was stretched; the rows must be locked.

    TimeConflict with every clash and the next free times. What may be stretched takes its own
    permission: ``overbook`` on top of the hours or outside of them, ``second_lane`` for a patient
    who is at another appointment then; not so for what ``was_granted`` before.
    """
    verdict = judge(actor, appointment, resources, overbook_reason, lane_reason, hold)
    if verdict.clashes:
        raise TimeConflict(verdict.clashes, _search(actor, appointment, resources))
    appointment.patient_lane = verdict.patient_lane
    appointment.lane_reason = lane_reason if verdict.patient_lane > 1 else ""
    appointment.overbook_reason = overbook_reason if verdict.is_overbooked else ""
    if verdict.is_overbooked and not was_granted:
        policy.require(actor, "records.appointment.overbook", appointment)
    if verdict.patient_lane > 1 and not was_granted:
        policy.require(actor, "records.appointment.second_lane", appointment)
    return verdict.places


def refuse_patient_busy(actor: Actor, appointment: Appointment) -> None:
    """TimeConflict when the patient is elsewhere then; of its time, given before, nothing else is judged."""
    resources = standing(appointment)
    verdict = Verdict()
    clashes.judge_patient(actor, _plan(appointment, resources), verdict)
    if verdict.clashes:
        raise TimeConflict(verdict.clashes, _search(actor, appointment, resources))


def judge(
    actor: Actor,
    appointment: Appointment,
    resources: Sequence[Resource],
    overbook_reason: str = "",
    lane_reason: str = "",
    hold: Hold | None = None,
) -> Verdict:
    """What stands against the appointment's time, and the places it would take."""
    plan = _plan(appointment, resources)
    plan.may_overbook, plan.may_share_patient = bool(overbook_reason), bool(lane_reason)
    hospital = Hospital.objects.get(pk=appointment.hospital_id)
    without = [appointment.pk, *([hold.pk] if hold else [])]
    known = hours.load(
        hospital, [row.pk for row in resources], plan.starts_at, plan.ends_at, without=without
    )
    return clashes.judged(actor, plan, known)


def take(actor: Actor, places: Sequence[Place], **of: Any) -> None:
    """Store the bookings of an appointment or a hold: equal ones stay, the others give their time back."""
    owner = next(iter(of.values()))
    give_back_lapsed(actor, [place.resource for place in places])
    wanted = {parts.content(row): row for row in (_booking(owner, place, of) for place in places)}
    rows = {parts.content(row): row for row in owner.bookings.live()}
    give_back(actor, [rows[key] for key in rows.keys() - wanted.keys()])
    for key in wanted.keys() - rows.keys():
        # Nobody typed any of it, and the database holds every rule about it: asking twice costs a third of a booking.
        facts.save(wanted[key])
        audit.wrote(wanted[key], changed=Booking.CONTENT)


def give_back(actor: Actor, bookings: Sequence[Booking], *, reason: str = "given back") -> None:
    """Make the time of these bookings free again, all at one moment: by it they are found together."""
    at = clock.now()
    for booking in bookings:
        stamp_retired(booking, reason=reason, at=at, by=actor.user_id)
        facts.save(booking)
        audit.wrote(booking, changed={"retired_at"}, reason=reason)


def give_back_lapsed(actor: Actor, resources: Sequence[Resource]) -> None:
    """Clear away what lapsed holds still keep: the database cannot know that their time is over."""
    rows = Booking.objects.lapsed().filter(bookable__in=[row.pk for row in resources])
    give_back(actor, list(rows), reason="lapsed")


def _plan(appointment: Appointment, resources: Sequence[Resource]) -> Plan:
    return Plan(
        clinic=appointment.clinic,
        resources=resources,
        starts_at=appointment.starts_at,
        ends_at=appointment.ends_at,
        patient_id=appointment.patient_id,
        appointment_id=appointment.pk,
    )


def _booking(owner: Any, place: Place, of: dict[str, Any]) -> Booking:
    return Booking(
        hospital_id=owner.hospital_id,
        bookable=place.resource,
        session=place.session,
        held_on=place.held_on,
        starts_at=place.starts_at,
        ends_at=place.ends_at,
        lane=place.lane,
        overbook_seat=place.overbook_seat,
        **of,
    )


def _search(
    actor: Actor, appointment: Appointment, resources: Sequence[Resource]
) -> Callable[[], list[Any]]:
    """How to find the next times that would do, from the one that was wanted on: with the same doctor or room at
    the clinic, else at any clinic, else with anybody at the clinic.

    None of them for who may not see the calendar, as some program may that only books.
    """
    if not policy.allows(actor, "records.appointment.list"):
        return list
    own = (row for row in resources if row.doctor_id and row.doctor_id == appointment.doctor_id)
    first = next(own, resources[0])
    wish = Wish(
        resource=first,
        clinic=appointment.clinic,
        minutes=int((appointment.ends_at - appointment.starts_at).total_seconds() // 60),
        also=[row for row in resources if row.pk != first.pk],
        patient_id=appointment.patient_id,
        appointment_id=appointment.pk,
    )
    wishes = [wish, replace(wish, clinic=None)]
    if first.doctor_id:
        wishes.append(replace(wish, resource=None))
    # As it was wanted: the appointment may be put back before this is asked.
    return partial(_first_found, actor, wishes, appointment.starts_at)


def _first_found(actor: Actor, wishes: Sequence[Wish], after: dt.datetime) -> list[Any]:
    for wish in wishes:
        if found := availability.find(actor, wish, after=after, limit=OFFERED):
            return found
    return []
