"""How an appointment reads on a page: in a list, in the grid, among its facts; and what may be done with it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from django.urls import reverse
from django.utils.dates import WEEKDAYS_ABBR
from django.utils.functional import Promise
from django.utils.http import url_has_allowed_host_and_scheme, urlencode
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from hospital.kit import audit, clock, phones, policy
from hospital.kit.actors import Actor
from hospital.kit.errors import NotVisible
from hospital.web import texts
from records.models import Appointment, Patient
from records.services import briefs

from . import patient_rows

RESOURCE = "records.appointment"
S = Appointment.Status
WORDS = dict(S.choices)
# Colour and sign of each status; the word always stands beside them.
FACES = {
    S.SCHEDULED: ("info", "circle"),
    S.CHECKED_IN: ("warn", "circle-dot"),
    S.IN_PROGRESS: ("accent", "play"),
    S.COMPLETED: ("ok", "check"),
    S.MISSED: ("bad", "x"),
    S.CANCELLED: ("", "ban"),
}


@dataclass(frozen=True, slots=True)
class Step:
    """An act that one button does: its word in addresses, what it is called, its key, and where it is open."""

    word: str
    label: str | Promise
    icon: str
    key: str
    statuses: frozenset[str]
    done: str | Promise


STEPS = (
    Step("check_in", _("Check in"), "log-in", "c", frozenset({S.SCHEDULED}), _("Checked in.")),
    Step("start", _("Start"), "play", "s", frozenset({S.CHECKED_IN}), _("Started.")),
    Step("complete", _("Complete"), "check", "f", frozenset({S.IN_PROGRESS}), _("Completed.")),
    Step("miss", _("Missed"), "user-x", "", frozenset({S.SCHEDULED}), _("Marked as missed.")),
    Step("undo", _("Undo"), "undo-2", "u",
         frozenset({S.CHECKED_IN, S.IN_PROGRESS, S.COMPLETED, S.MISSED, S.CANCELLED}),
         _("Taken back.")),
)  # fmt: skip


def zone_of(request: HttpRequest) -> Any:
    """The zone of the hospital that is worked at."""
    return request.workplace.hospital.zone  # type: ignore[attr-defined]


def address(page: str, **query: Any) -> str:
    """The address of one of the calendar's pages, with what is given of ``query``."""
    told_ = {name: str(value) for name, value in query.items() if value}
    url = reverse(f"records:appointment-{page}")
    return f"{url}?{urlencode(told_)}" if told_ else url


def page_of(pk: UUID | None) -> str:
    """The appointment's own page."""
    return reverse("records:appointment-detail", args=[pk])


def back(request: HttpRequest, pk: UUID | None) -> str:
    """Where the person came from, in this house; else the appointment's own page."""
    return came_from(request, page_of(pk))


def came_from(request: HttpRequest, usual: str) -> str:
    """Where the person came from, in this house; else the usual page."""
    after, hosts = request.POST.get("next", ""), {request.get_host()}
    if after and url_has_allowed_host_and_scheme(after, hosts, require_https=request.is_secure()):
        return after
    return usual


def one(actor: Actor, pk: UUID, action: str = "read") -> Appointment:
    """The appointment with what a page tells of it. NotVisible, or Denied when it may be read only."""
    rows = Appointment.objects.visible_to(actor)
    if not policy.allows(actor, f"{RESOURCE}.restore"):
        rows = rows.live()
    found = told(rows.filter(pk=pk)).first()
    if found is None:
        raise NotVisible
    policy.require(actor, f"{RESOURCE}.{action}", found)
    return found


def told(rows: Any) -> Any:
    """The same rows with everything that a line tells, in one query."""
    return rows.select_related("patient", "clinic", "doctor", "kind")


def look(actor: Actor, rows: Iterable[Appointment], **about: Any) -> None:
    """Book that these appointments were looked at, on their patients."""
    seen = [row.patient_id for row in rows if row.patient_id]
    audit.looked(actor, f"{RESOURCE}.read", patient_ids=seen, **about)


def around(actor: Actor, patient: Patient | None) -> dict[str, Any]:
    """The banner of the page's patient."""
    if patient is None:
        return {}
    return {"banner": patient_rows.banner(actor, patient, briefs.of(actor, patient))}


def lines(actor: Actor, rows: Iterable[Appointment]) -> list[dict[str, Any]]:
    """The lines of a list."""
    return [line(actor, row) for row in rows]


def line(actor: Actor, row: Appointment) -> dict[str, Any]:
    """One line, everything formatted; ``acts`` are those that are open to this person now."""
    local = clock.local(row.starts_at)
    tone, icon = FACES[S(row.status)]
    return {
        "id": row.pk,
        "version": row.version,
        "url": page_of(row.pk),
        "who": who(row),
        "born": patient_rows.born(row.patient) if row.patient else gettext("No chart yet"),
        "has_chart": row.patient_id is not None,
        "time": f"{local:%H:%M}",
        "until": f"{clock.local(row.ends_at):%H:%M}",
        "day": local.date(),
        "doctor": str(row.doctor or ""),
        "clinic": str(row.clinic),
        "kind": str(row.kind or ""),
        "phone": phones.spaced(row.patient.phone if row.patient else row.caller_phone),
        "status": row.status,
        "status_words": status_words(row),
        "tone": tone,
        "icon": icon,
        "note": waiting(row),
        "is_overbooked": bool(row.overbook_reason),
        "attention": row.get_attention_display() if row.attention else "",
        "acts": acts(actor, row),
        "may_move": row.is_open and policy.allows(actor, f"{RESOURCE}.update", row),
    }


def acts(actor: Actor, row: Appointment) -> list[dict[str, Any]]:
    """The steps that are open, in their order."""
    if row.is_retired:
        return []
    return [
        {
            "word": step.word,
            "label": step.label,
            "icon": step.icon,
            "key": step.key,
            "url": reverse(f"records:appointment-{step.word.replace('_', '-')}", args=[row.pk]),
        }
        for step in STEPS
        if row.status in step.statuses and _makes_sense(step.word, row)
        and policy.allows(actor, f"{RESOURCE}.{step.word}", row)
    ]  # fmt: skip


def _makes_sense(word: str, row: Appointment) -> bool:
    """Whether the step is worth a button now; the service judges it all the same."""
    today, day = clock.today(), clock.local(row.starts_at).date()
    if word == "check_in":
        return day == today and row.patient_id is not None
    if word == "miss":
        return row.starts_at <= clock.now()
    if word == "undo":
        is_fresh = clock.local(row.status_at).date() == today
        is_walk_ins = row.is_walk_in and row.status == S.CHECKED_IN
        return not is_walk_ins and (is_fresh or (row.status == S.CANCELLED and day >= today))
    return True


def who(row: Appointment) -> str:
    """FAMILY, Given; of a caller the name that was given."""
    return row.patient.display_name if row.patient else row.caller_name


def status_words(row: Appointment) -> str:
    """The status in words; who came without an appointment is a walk-in until the visit begins."""
    if row.is_walk_in and row.status == S.CHECKED_IN:
        return gettext("Walk-in")
    return str(WORDS[row.status])


def waiting(row: Appointment) -> str:
    """How long somebody who has come is waiting."""
    if row.status != S.CHECKED_IN or row.checked_in_at is None:
        return ""
    minutes = int((clock.now() - row.checked_in_at).total_seconds() // 60)
    return ngettext("%(count)s min", "%(count)s min", minutes) % {"count": minutes}


def when(row: Appointment) -> str:
    """Mon 01-Mar-2027 09:00, in the hospital's zone."""
    local = clock.local(row.starts_at)
    return f"{weekday(local.date())} {texts.day_text(local)} {local:%H:%M}"


def weekday(day: dt.date) -> str:
    """The day of the week, short."""
    return str(WEEKDAYS_ABBR[day.weekday()])


def facts_of(row: Appointment) -> list[dict[str, Any]]:
    """What the appointment's page tells."""
    minutes = int((row.ends_at - row.starts_at).total_seconds() // 60)
    length = ngettext("%(count)s minute", "%(count)s minutes", minutes) % {"count": minutes}
    told_ = [
        (_("When"), f"{when(row)}–{clock.local(row.ends_at):%H:%M} · {length}"),
        (_("Doctor"), row.doctor),
        (_("Clinic"), row.clinic),
        (_("Kind"), row.kind),
        (_("Also booked"), ", ".join(map(str, row.resources))),
        (_("Name of the caller"), "" if row.patient_id else row.caller_name),
        (_("Phone"), phones.spaced(row.patient.phone if row.patient else row.caller_phone)),
        (_("Note"), row.note),
        (_("Overbooked because"), row.overbook_reason),
        (_("Two appointments at once because"), row.lane_reason),
        (_("Cancelled because"), row.cancel_reason),
        (_("Checked in"), texts.moment_text(row.checked_in_at)),
        (_("Started"), texts.moment_text(row.started_at)),
        (_("Completed"), texts.moment_text(row.completed_at)),
    ]
    return [{"label": label, "value": value} for label, value in told_ if value]
