"""Appointments judged again by the hours as they are now: which have lost their time, and which go over."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from django.db.models import Prefetch

from hospital.kit import audit, clock, facts, localtimes
from hospital.kit.actors import Actor
from hospital.models import Hospital, Resource
from records.models import Absence, Appointment, Booking, Holiday, Session

from . import clashes, hours, placing
from .clashes import Place, Plan
from .hours import ONE_DAY, Hours


def settle(actor: Actor, resources: Sequence[Resource]) -> list[Appointment]:
    """Look at every appointment to come of ``resources`` by the hours as they are now.

    One that fits other hours of the same resource goes over to them. Returns those that have lost
    their time by this: they are marked, and stand on the list of those to move. One that has its
    time again loses the mark.
    """
    rows = list(_with_bookings(_to_come(resources).select_for_update(no_key=True, of=("self",))))
    if not rows:
        return []
    known, held = _known(rows), {row.pk for row in resources}
    return [row for row in rows if _judge(actor, row, known, held)]


def look_again(actor: Actor, appointment: Appointment) -> None:
    """The same for one appointment to come, what it takes up being locked; it is not saved."""
    if appointment.ends_at <= clock.now():
        return
    appointment.live_bookings = list(_bookings().filter(appointment=appointment))  # type: ignore[attr-defined]
    held = {row.bookable_id for row in appointment.live_bookings}  # type: ignore[attr-defined]
    appointment.attention = _attention(actor, appointment, _known([appointment]), held)


def to_move_because_of(actor: Actor, record: Session | Absence | Holiday) -> Any:
    """The appointments that have to be moved because of what ``record`` says now."""
    rows: Any = Appointment.objects.visible_to(actor, "list").live().to_move()
    if isinstance(record, Holiday):
        zone = record.hospital.zone
        begins = localtimes.day_bounds(record.first_on, zone)[0]
        ends = localtimes.day_bounds(record.last_on, zone)[1]
        rows = rows.filter(attention=Appointment.Attention.CLOSED)
        rows = rows.filter(clinic=record.clinic_id) if record.clinic_id else rows
        return rows.filter(starts_at__lt=ends, ends_at__gt=begins)
    mine = Booking.objects.live().filter(bookable=record.bookable_id)
    rows = rows.filter(pk__in=mine.values("appointment"))
    if isinstance(record, Session):
        return rows.filter(attention=Appointment.Attention.HOURS)
    rows = rows.filter(attention=Appointment.Attention.ABSENCE)
    return rows.filter(starts_at__lt=record.ends_at, ends_at__gt=record.starts_at)


def to_come(resources: Iterable[Resource]) -> list[Appointment]:
    """The scheduled appointments to come of these resources, each with ``live_bookings``, in time's order."""
    return list(_with_bookings(_to_come(resources)))


def _to_come(resources: Iterable[Resource]) -> Any:
    mine = Booking.objects.live().filter(bookable__in=list(resources))
    return Appointment.objects.live().filter(
        status=Appointment.Status.SCHEDULED,
        ends_at__gt=clock.now(),
        pk__in=mine.values("appointment"),
    )


def _with_bookings(rows: Any) -> Any:
    held = Prefetch("bookings", _bookings(), to_attr="live_bookings")
    rows = rows.select_related("clinic", "doctor", "kind").prefetch_related(held)
    return rows.order_by("starts_at", "id")


def _bookings() -> Any:
    return Booking.objects.live().select_related("bookable__doctor", "session")


def _known(rows: Sequence[Any]) -> Hours:
    """The hours of everything that these appointments, in time's order, take up."""
    first, last = rows[0].starts_at, max(row.ends_at for row in rows)
    hospital = Hospital.objects.get(pk=rows[0].hospital_id)
    needed = {booking.bookable_id for row in rows for booking in row.live_bookings}
    return hours.load(hospital, needed, first - ONE_DAY, last)


def _judge(actor: Actor, appointment: Any, known: Hours, held: set[UUID]) -> bool:
    """Mark the appointment by the hours; whether it has lost its time by this."""
    attention = _attention(actor, appointment, known, held)
    if attention == appointment.attention:
        return False
    was_right = not appointment.attention
    appointment.attention = attention
    facts.save(appointment)
    audit.wrote(appointment, changed={"attention"})
    return was_right and bool(attention)


def _attention(actor: Actor, appointment: Any, known: Hours, held: set[UUID]) -> str:
    when = (appointment.starts_at, appointment.ends_at)
    bookings = appointment.live_bookings
    if any(known.absence(row.bookable_id, *when) for row in bookings):
        return Appointment.Attention.ABSENCE
    if known.holiday(appointment.clinic_id, *when):
        return Appointment.Attention.CLOSED
    unfit = [row for row in bookings if not _still_fits(row, appointment, known)]
    # What is not locked is left as it is: others may be booking it right now.
    if all(row.bookable_id in held for row in unfit) and _goes_over(
        actor, appointment, unfit, known
    ):
        return ""
    return Appointment.Attention.HOURS


def _still_fits(booking: Booking, appointment: Appointment, known: Hours) -> bool:
    """Whether the session it was booked in still holds it; outside of any it was booked on purpose."""
    if booking.session_id is None:
        is_on_purpose = bool(appointment.overbook_reason)
        return is_on_purpose or not known.has_hours(booking.bookable_id)
    occurrence = known.covering(booking.bookable_id, appointment.starts_at, appointment.ends_at)
    if occurrence is None or occurrence.session.pk != booking.session_id:
        return False
    is_elsewhere = clashes.is_elsewhere(booking.bookable, occurrence, appointment.clinic)
    takes = clashes.taken_by(occurrence, appointment.starts_at, appointment.ends_at)
    is_within = booking.overbook_seat > 0 or booking.lane <= occurrence.session.capacity
    return not is_elsewhere and is_within and takes == (booking.starts_at, booking.ends_at)


def _goes_over(actor: Actor, appointment: Any, unfit: Sequence[Booking], known: Hours) -> bool:
    """Take what does not fit any more to the hours as they are now, where they have a place for it."""
    if not unfit:
        return True
    plan = Plan(
        clinic=appointment.clinic,
        resources=[row.bookable for row in unfit],
        starts_at=appointment.starts_at,
        ends_at=appointment.ends_at,
        may_overbook=any(row.overbook_seat for row in unfit),
        appointment_id=appointment.pk,
    )
    verdict = clashes.judged(actor, plan, known.without(appointment.pk, plan.resources))
    if verdict.clashes or verdict.is_outside_hours:
        return False
    kept = [_place_of(row) for row in appointment.live_bookings if row not in unfit]
    placing.take(actor, [*kept, *verdict.places], appointment=appointment)
    known.take(appointment.pk, verdict.places)
    return True


def _place_of(booking: Booking) -> Place:
    return Place(
        booking.bookable, booking.starts_at, booking.ends_at, booking.session, booking.held_on,
        booking.lane, booking.overbook_seat,
    )  # fmt: skip
