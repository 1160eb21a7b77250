"""The refusal that names the appointments which a change of hours would leave without their time."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from hospital.kit import audit, clock, policy
from hospital.kit.actors import Actor
from hospital.kit.errors import Consequences
from hospital.kit.web.links import url_of
from hospital.kit.web.values import day_text
from records.models import Appointment, Patient

LINKED = 20
SHOWN = 50


class AppointmentsAffected(Consequences):
    """Appointments would be left without their time; they are listed, and nothing was changed."""

    def __init__(self, affected: Sequence[Appointment], word: str = "update"):
        self.affected, self.word = tuple(affected), word
        count = len(affected)
        told = ngettext(
            "%(count)s appointment would lose its time. Look at it, then save again and move it.",
            "%(count)s appointments would lose their time. Look at them, then save again and move them.",
            count,
        )
        links = tuple(row.as_link() for row in affected[:LINKED])
        super().__init__("appointments_affected", links=links, detail=told % {"count": count})

    def told_to(self, actor: Any) -> dict[str, Any]:
        """The first of them, with whom and whose; how many more there are."""
        shown = self.affected[:SHOWN] if policy.allows(actor, "records.appointment.list") else ()
        names = _names(actor, shown)
        return {
            "title": _("Appointments that would lose their time"),
            "columns": [
                {"label": _("When")},
                {"label": _("Patient")},
                {"label": _("Doctor"), "is_wide_only": True},
            ],
            "rows": [_line(row, names) for row in shown],
            "more": len(self.affected) - len(shown),
            "accept": _accept(self.word, len(self.affected)),
        }


def _accept(word: str, count: int) -> str:
    """What stands on the button that does it all the same."""
    if word == "retire":
        return ngettext(
            "Retire and put it on the list to move",
            "Retire and put them on the list to move",
            count,
        )
    if word == "restore":
        return ngettext(
            "Bring back and put it on the list to move",
            "Bring back and put them on the list to move",
            count,
        )
    return ngettext(
        "Save and put it on the list to move", "Save and put them on the list to move", count
    )


def _line(row: Appointment, names: dict[Any, str]) -> dict[str, Any]:
    local = clock.local(row.starts_at)
    whose = names.get(row.patient_id, "") if row.patient_id else row.caller_name
    return {
        "url": url_of(row.as_link()),
        "label": [day_text(local.date(), with_weekday=True), f"{local:%H:%M}"],
        "cells": [whose or "—", str(row.doctor) if row.doctor else "—"],
    }


def _names(actor: Actor, rows: Sequence[Appointment]) -> dict[Any, str]:
    """What the patients are called, of those that the person may see; the look is booked."""
    if not policy.allows(actor, "records.patient.list"):
        return {}
    wanted = {row.patient_id for row in rows if row.patient_id}
    patients = Patient.objects.visible_to(actor, "list").filter(pk__in=wanted)
    names = {patient.pk: str(patient) for patient in patients}
    if names:
        audit.looked(actor, "records.appointment.list", patient_ids=list(names), detail="affected")
    return names
