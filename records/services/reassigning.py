"""A doctor's day goes to another doctor: everybody who fits goes over, nobody is lost."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction

from hospital.kit import localtimes, policy
from hospital.kit.actors import Actor
from hospital.kit.acts import act
from hospital.kit.codes import sentence
from hospital.kit.undo import undone_on_failure
from hospital.models import Doctor
from records.models import Appointment

from . import appointments
from .clashes import TimeConflict


@dataclass(slots=True)
class Outcome:
    """Those that went over, and those that the other doctor has no time for, each with why."""

    moved: list[Appointment] = field(default_factory=list)
    left: list[tuple[Appointment, TimeConflict]] = field(default_factory=list)


@act("records.appointment.reassign")
def reassign_day(actor: Actor, *, doctor: Doctor, day: dt.date, to: Doctor, zone: Any) -> Outcome:
    """Give every scheduled appointment that ``doctor`` has on a local day to another doctor, at its time.

    One that does not fit stays as it is and is told in ``left``.
    """
    if doctor.pk == to.pk:
        code = "same_doctor"
        raise ValidationError({"to": ValidationError(sentence(code), code)})
    begins, ends = localtimes.day_bounds(day, zone)
    rows = Appointment.objects.visible_to(actor).live().meeting(begins, ends)
    rows = rows.filter(doctor=doctor, status=Appointment.Status.SCHEDULED)
    outcome = Outcome()
    for row in rows.select_related("clinic", "kind", "patient").order_by("starts_at", "id"):
        policy.require(actor, "records.appointment.reassign", row)
        row.doctor = to
        try:
            with undone_on_failure(), transaction.atomic():
                outcome.moved.append(appointments.change(actor, appointment=row))
        except TimeConflict as exc:
            row.refresh_from_db()
            outcome.left.append((row, exc))
    return outcome
