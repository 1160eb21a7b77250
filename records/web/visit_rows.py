"""How a visit reads on a page: its status and since when, its facts; and what may be done with it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from hospital.kit import audit, clock, policy
from hospital.kit.actors import Actor
from hospital.kit.errors import NotVisible
from hospital.web import texts
from records.models import Appointment, Encounter, OutPatient, Patient
from records.services.bed_places import LATEST

RESOURCE = "records.outpatient"
S = Encounter.Status
WORDS = {**dict(S.choices), S.ARRIVED: _("Waiting"), S.CANCELLED: _("Left without being seen")}
# Colour and sign of each status; the word always stands beside them.
FACES = {
    S.ARRIVED: ("warn", "circle-dot"),
    S.IN_PROGRESS: ("accent", "play"),
    S.FINISHED: ("ok", "check"),
    S.CANCELLED: ("", "ban"),
}
# Every act a page may offer, and the statuses in which it makes sense.
OPEN_IN: dict[str, tuple[str, ...]] = {
    "start": (S.ARRIVED,),
    "finish": (S.IN_PROGRESS,),
    "undo": (S.IN_PROGRESS, S.FINISHED, S.CANCELLED),
    "cancel": (S.ARRIVED,),
    "update": tuple(S),
    "retire": tuple(S),
}


def address(word: str, pk: UUID | None) -> str:
    """The address of one of a visit's pages."""
    return reverse(f"records:outpatient-{word}", args=[pk])


def to_visit(pk: UUID | None) -> str:
    """The visit's own page, for ``submit``."""
    return address("detail", pk)


def of_patient(patient_id: UUID) -> str:
    """The visits of a patient."""
    return reverse("records:outpatient-of-patient", args=[patient_id])


def one(actor: Actor, pk: UUID, action: str = "read") -> OutPatient:
    """The visit with what a page tells of it. NotVisible, or Denied when it may be read only."""
    rows: Any = OutPatient.objects.visible_to(actor)
    if not policy.allows(actor, f"{RESOURCE}.restore"):
        rows = rows.live()
    found: OutPatient | None = told(rows.filter(pk=pk)).first()
    if found is None:
        raise NotVisible
    policy.require(actor, f"{RESOURCE}.{action}", found)
    return found


def told(rows: Any) -> Any:
    """The same rows with everything that a line tells, in one query."""
    return rows.select_related("patient", "clinic", "attending", "appointment")


def look(
    actor: Actor, patients: Iterable[Patient | UUID], *, act: str = "read", **about: Any
) -> None:
    """Book that visits of these patients were looked at."""
    seen = [each if isinstance(each, UUID) else each.pk for each in patients]
    audit.looked(actor, f"{RESOURCE}.{act}", patient_ids=seen, **about)


def reads_notes(actor: Actor) -> bool:
    """Whether the doctor's notes are for this person's eyes."""
    return policy.touches(actor, f"{RESOURCE}.read", "summary")


def line(visit: Encounter) -> dict[str, Any]:
    """One visit, everything formatted."""
    tone, icon = FACES[S(visit.status)]
    return {
        "id": visit.pk,
        "version": visit.version,
        "url": address("detail", visit.pk),
        "number": visit.number,
        "when": texts.moment_text(visit.starts_at),
        "status": visit.status,
        "status_words": str(WORDS[visit.status]),
        "tone": tone,
        "icon": icon,
        "is_emergency": visit.kind == Encounter.Kind.EMERGENCY,
        "complaint": visit.complaint,
        "clinic": str(visit.clinic or ""),
        "doctor": str(visit.attending or ""),
    }


def title(visit: Encounter) -> str:
    """What the page of a visit is headed by: how far it has come, and since when."""
    since: dict[str, Any] = {S.IN_PROGRESS: visit.seen_at, S.FINISHED: visit.ends_at}
    said = {
        "when": time_text(since.get(visit.status) or visit.starts_at),
        "doctor": str(visit.attending or ""),
    }
    if visit.status == S.ARRIVED:
        return gettext("Waiting since %(when)s") % said
    if visit.status == S.IN_PROGRESS and visit.attending:
        return gettext("With %(doctor)s since %(when)s") % said
    if visit.status == S.IN_PROGRESS:
        return gettext("Being seen since %(when)s") % said
    if visit.status == S.FINISHED:
        return gettext("Finished %(when)s") % said
    return str(WORDS[visit.status])


def may(actor: Actor, visit: OutPatient) -> dict[str, bool]:
    """Which acts are open to this person now; the services judge them all the same."""
    if visit.is_retired:
        return {"restore": policy.allows(actor, f"{RESOURCE}.restore", visit)}
    open_now = {
        word: visit.status in statuses and policy.allows(actor, f"{RESOURCE}.{word}", visit)
        for word, statuses in OPEN_IN.items()
    }
    admits = policy.allows(actor, "records.inpatient.create") and visit.is_under_way
    return {
        **open_now, "undo": open_now["undo"] and _is_fresh(visit),
        "admit": visit.is_emergency and admits,
    }  # fmt: skip


def facts_of(visit: OutPatient) -> list[dict[str, Any]]:
    """What the visit's page tells beside the doctor's notes."""
    told_ = [
        (_("Kind"), visit.get_kind_display()),
        (_("Reason for coming"), visit.complaint),
        (_("Clinic"), str(visit.clinic or "")),
        (_("Doctor"), str(visit.attending or "")),
        (_("Came"), texts.moment_text(visit.starts_at)),
    ]
    later = [
        (_("Seen from"), texts.moment_text(visit.seen_at)),
        (_("Waited"), waited(visit)),
        (_("Until"), texts.moment_text(visit.ends_at)),
        (_("Left because"), visit.cancel_reason),
        (_("Follow-up"), visit.follow_up),
    ]
    known = [*told_, *(each for each in later if each[1])]
    number = {"label": _("Number"), "value": visit.number, "is_code": True}
    return [number, *({"label": label, "value": value} for label, value in known)]


def waited(visit: Encounter) -> str:
    """How long the patient waited, or is waiting."""
    until = visit.seen_at or (clock.now() if visit.status == S.ARRIVED else None)
    if until is None:
        return ""
    minutes = int((until - visit.starts_at).total_seconds() // 60)
    if minutes >= 120:
        hours = minutes // 60
        return ngettext("%(count)s hour", "%(count)s hours", hours) % {"count": hours}
    return ngettext("%(count)s min", "%(count)s min", minutes) % {"count": minutes}


def of_appointments(actor: Actor, rows: Iterable[Appointment]) -> dict[UUID, str]:
    """Appointment id -> the address of its visit, for those whose patient has come; one query."""
    came = [row.pk for row in rows if row.checked_in_at]
    if not came or not policy.allows(actor, f"{RESOURCE}.list"):
        return {}
    found = OutPatient.objects.visible_to(actor, "list").live().filter(appointment__in=came)
    return {of: address("detail", pk) for of, pk in found.values_list("appointment_id", "pk")}


def come_url(actor: Actor, row: Appointment) -> str:
    """Where the visit of somebody who is to come today is opened; "" for who checks in at the desk."""
    is_due = row.status == Appointment.Status.SCHEDULED and row.patient_id
    if not is_due or row.is_retired or clock.local(row.starts_at).date() != clock.today():
        return ""
    is_desk = policy.allows(actor, "records.appointment.check_in", row)
    may = not is_desk and policy.allows(actor, f"{RESOURCE}.create", row)
    return reverse("records:outpatient-come", args=[row.pk]) if may else ""


def _is_fresh(visit: OutPatient) -> bool:
    """Whether taking the last step back is worth a button; the service judges it all the same."""
    last = visit.ends_at or visit.seen_at or visit.updated_at
    if visit.appointment_id:
        return clock.local(last).date() == clock.today()
    return last >= clock.now() - LATEST


def time_text(moment: dt.datetime) -> str:
    """09:51, and the day before it when that is not today."""
    local = clock.local(moment)
    return f"{local:%H:%M}" if local.date() == clock.today() else texts.moment_text(moment)
