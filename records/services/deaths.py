"""A patient has died: what is still to come at this hospital is listed, and then called off."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from hospital.kit import audit, clock, facts
from hospital.kit.actors import Actor
from hospital.kit.errors import Consequences
from hospital.kit.records import Record
from hospital.kit.web.links import url_of
from hospital.kit.web.values import day_text
from records.models import Appointment, InPatient, Patient

from . import appointments, stays

LINKED = 20


class BookingsToCancel(Consequences):
    """Appointments and planned stays would be called off; they are listed, and nothing was changed."""

    def __init__(self, bookings: Sequence[Appointment | InPatient]):
        self.bookings = tuple(bookings)
        count = len(self.bookings)
        told = ngettext(
            "%(count)s booking of this patient is still to come. Look at it, then save again to cancel it.",
            "%(count)s bookings of this patient are still to come. Look at them, then save again to "
            "cancel them.",
            count,
        )
        links = tuple(row.as_link() for row in self.bookings[:LINKED])
        super().__init__("bookings_to_cancel", links=links, detail=told % {"count": count})

    def told_to(self, _actor: Any) -> dict[str, Any]:
        return {
            "title": _("Bookings that are cancelled"),
            "columns": [{"label": _("When")}, {"label": _("What")}],
            "rows": [_line(row) for row in self.bookings[:LINKED]],
            "more": max(0, len(self.bookings) - LINKED),
            "accept": _("Save and cancel them"),
        }


def to_come(actor: Actor, patient: Patient) -> list[Appointment | InPatient]:
    """What the actor's hospital still expects the patient for, in the order of time."""
    about = {"patient": patient.pk, "hospital": actor.here}
    booked = Appointment.objects.live().filter(**about, status=Appointment.Status.SCHEDULED)
    planned = InPatient.objects.live().filter(**about, status=InPatient.Status.PLANNED)
    return sorted([*booked, *planned], key=lambda row: row.starts_at)


def refuse_unlisted(actor: Actor, patient: Patient) -> None:
    """BookingsToCancel, so that somebody looks at what a death calls off."""
    if found := to_come(actor, patient):
        raise BookingsToCancel(found)


def call_off(actor: Actor, patient: Patient) -> None:
    """Cancel what is to come, within an act that has asked for its own permission."""
    reason = _("The patient has died")
    for row in to_come(actor, patient):
        if isinstance(row, Appointment):
            appointments.call_off(actor, row, reason)
        else:
            stays.call_off(actor, row, reason)


def note(actor: Actor, patient: Patient, at: dt.datetime) -> None:
    """Write a death down that another act tells of, such as a discharge, and call off what is to come."""
    if patient.is_deceased:
        return
    patient.is_deceased, patient.deceased_on = True, clock.local(at).date().isoformat()
    patient.full_clean()
    facts.save(patient)
    audit.wrote(patient, changed={"is_deceased", "deceased_on"})
    call_off(actor, patient)


def _line(row: Appointment | InPatient) -> dict[str, Any]:
    local = clock.local(row.starts_at)
    what: Record | None = row.clinic if isinstance(row, Appointment) else None
    return {
        "url": url_of(row.as_link()),
        "label": [day_text(local.date(), with_weekday=True), f"{local:%H:%M}"],
        "cells": [str(what or _("Planned stay"))],
    }
