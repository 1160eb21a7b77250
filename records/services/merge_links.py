"""What forbids a merge, each as a link that says what it is and which: by its number or time, never by a name."""

from dataclasses import replace
from typing import Any

from django.utils.translation import gettext

from hospital.kit import policy
from hospital.kit.actors import Actor
from hospital.kit.errors import Link
from hospital.kit.web.values import shown
from records.models import Allergy, AllergyStatement, Appointment, InPatient, Patient


def to(actor: Actor, row: Any) -> Link:
    """A link to a stay, an appointment or an entry; who may not read it is told the kind alone, without an address."""
    link: Link = row.as_link()
    if policy.allows(actor, f"{row.resource}.read"):
        return replace(link, label=_which(row))
    return replace(link, may_read=False)


def charts(survivor: Patient, merged: Patient) -> tuple[Link, Link]:
    """Links to the two, by what becomes of each."""
    return (
        Link(survivor.resource, survivor.pk, gettext("The chart that stays")),
        Link(merged.resource, merged.pk, gettext("The chart that goes into it")),
    )


def _which(row: Any) -> str:
    if isinstance(row, InPatient):
        told = {
            "number": row.number,
            "begun": shown(row, "starts_at"),
            "end": shown(row, "ends_at"),
        }
        if row.ends_at:
            return gettext("Stay %(number)s, %(begun)s to %(end)s") % told
        return gettext("Stay %(number)s, since %(begun)s") % told
    if isinstance(row, Appointment):
        return gettext("Appointment, %(when)s") % {"when": shown(row, "starts_at")}
    recorded = {"when": shown(row, "created_at")}
    if isinstance(row, Allergy):
        return gettext("Allergy, recorded %(when)s") % recorded
    if isinstance(row, AllergyStatement):
        return gettext("No known allergies, stated %(when)s") % recorded
    raise TypeError(type(row))
