"""Today's appointments on the home page."""

from collections.abc import Collection
from typing import Any
from uuid import UUID

from hospital.kit import clock, localtimes, policy
from hospital.kit.actors import Actor
from hospital.models import Doctor, Hospital
from records.models import Appointment
from records.services import days

from . import appointment_rows as shown
from .appointment_lists import to_be_moved

SHOWN = 8
S = Appointment.Status


def today(
    actor: Actor, doctor: Doctor | None = None, *, without: Collection[UUID] = ()
) -> dict[str, Any]:
    """Who is here and who comes next, how many in all, and how many have lost their time.

    Of one doctor, when it is told which; ``without`` the appointments that are shown as visits already.
    """
    zone = Hospital.objects.get(pk=actor.here).zone
    rows = days.booked(actor, *localtimes.day_bounds(clock.today(), zone), doctor=doctor)
    statuses = list(rows.order_by().values_list("status", flat=True))
    next_ = rows.filter(status__in=(S.SCHEDULED, *Appointment.OPEN)).exclude(pk__in=without)
    next_ = next_.order_by("starts_at", "id")
    found = list(next_[:SHOWN])
    if found:
        shown.look(actor, found, detail="home")
    is_desk = policy.allows(actor, "records.appointment.create")
    return {
        "rows": shown.lines(actor, found),
        "count": len(statuses),
        "waiting": statuses.count(S.CHECKED_IN),
        "doctor": doctor,
        "may_book": is_desk,
        "to_move": to_be_moved(actor).count() if is_desk else 0,
    }
