"""The first page about a patient: what happened, what stands, what comes next; to the desk first of all who it is."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from hospital.kit import addresses, audit, clock, partialdates, policy
from hospital.kit.actors import Actor
from hospital.kit.web import asides
from hospital.kit.web.pages import page
from hospital.web import texts
from records.models import Diagnosis, MedicalHistory, Observation, Patient, Treatment
from records.services import charts, hubs, timelines
from records.services.briefs import Brief, Line
from records.services.chart_rows import Row, reads_all

from . import appointment_rows, patients, vital_rows
from . import timelines as happened

# How much of the timeline is shown; the desk is told the last visits and stays.
EVENTS, VISITS = 10, 5
PROBLEMS = 8
CLINICAL = (MedicalHistory, Diagnosis, Treatment, Observation)
PAGES = {
    "history": "history-detail",
    "diagnosis": "diagnosis-detail",
    "planned": "treatment-detail",
}


@page("records.patient.read")
def overview(request: HttpRequest, pk: UUID) -> HttpResponse:
    """To who reads what is clinical the timeline and what stands; to others who, where and whom to call."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    patient = charts.counted(actor, pk)
    policy.require(actor, "records.patient.read", patient)
    is_clinical = any(reads_all(actor, model.resource) for model in CLINICAL)
    found = timelines.load(actor, pk, most=EVENTS if is_clinical else VISITS)
    standing = hubs.load(actor, pk)
    told = {} if is_clinical else patients.known(actor, patient)
    around = patients.around(actor, patient, "detail")
    audit.looked(
        actor, "records.patient.read", object_id=pk, patient_ids=[pk],
        detail="overview" if is_clinical else "",
    )  # fmt: skip
    context = {
        **around, **told,
        "is_clinical": is_clinical,
        "has_timeline": timelines.is_open_to(actor),
        "rows": [happened.row(event) for event in found.events],
        "earlier_url": happened.address(pk, found.before) if found.before else "",
        "acts": _acts(actor, patient) if is_clinical and not around["is_retired"] else [],
        "lists_appointments": policy.allows(actor, "records.appointment.list"),
        "next": _next(standing.next) if standing.next else None,
        "reactions": _reactions(around["brief"]),
        "problems": [_problem(row) for row in standing.problems[:PROBLEMS]],
        "planned": [_planned(row) for row in standing.planned],
        "vitals": _vitals(standing.vitals),
        "asides": asides.drawn(request, patient),
    }  # fmt: skip
    return render(request, "records/patients/detail.html", context)


def _acts(actor: Actor, patient: Patient) -> list[dict[str, Any]]:
    """What is written down from here, each act for who may."""
    acts = (
        ("diagnosis", _("Add diagnosis"), "d"),
        ("observation", _("Record vitals"), "v"),
    )
    return [
        {"label": label, "key": key, "url": reverse(f"records:{kind}-create", args=[patient.pk])}
        for kind, label, key in acts
        if policy.allows(actor, f"records.{kind}.create")
    ]  # fmt: skip


def _next(row: Row) -> dict[str, Any]:
    assert row.at is not None  # an appointment has its time
    assert row.until is not None
    local, minutes = clock.local(row.at), int((row.until - row.at).total_seconds() // 60)
    length = ngettext("%(count)s minute", "%(count)s minutes", minutes) % {"count": minutes}
    status = appointment_rows.S(row.mark)
    tone, icon = appointment_rows.FACES[status]
    day = f"{appointment_rows.weekday(local.date())} {texts.day_text(local)}"
    return {
        "url": appointment_rows.page_of(row.id), "when": f"{day}, {local:%H:%M}", "who": row.who,
        "detail": " · ".join(filter(None, (row.title, row.detail, length))),
        "badge": None if status == status.SCHEDULED else {"label": status.label, "tone": tone, "icon": icon},
    }  # fmt: skip


def _reactions(brief: Brief) -> list[Line]:
    """What the banner does not tell of the allergies it names."""
    return [line for line in brief.standing if line.detail] if brief.reads_all else []


def _problem(row: Row) -> dict[str, Any]:
    began = partialdates.spoken(row.since)
    since = gettext("since %(date)s") % {"date": began} if began else ""
    badge = happened.certainty(row) if row.kind == "diagnosis" else None
    return {
        "url": _page_of(row), "title": row.title, "detail": " · ".join(filter(None, (row.code, since))),
        "badge": badge or {"label": _("Active"), "tone": "info"},
    }  # fmt: skip


def _planned(row: Row) -> dict[str, Any]:
    when = texts.moment_text(row.at) if row.at else ""
    return {
        "url": _page_of(row), "title": row.title,
        "detail": " · ".join(filter(None, (when, row.who))),
    }  # fmt: skip


def _page_of(row: Row) -> str:
    return addresses.of(f"records:{PAGES[row.kind]}", row.id)


def _vitals(last: Sequence[Observation]) -> dict[str, Any]:
    """The last value of each sign; when they were taken stands beside those that are older than the newest."""
    if not last:
        return {}
    newest = max(row.taken_at for row in last)
    lines = []
    for sign in vital_rows.signs_of(row.code for row in last):
        mine = [row for row in last if row.code in sign.codes]
        at = max(row.taken_at for row in mine)
        cell = vital_rows.cell(sign, {row.code: row for row in mine if row.taken_at == at})
        when = "" if at == newest else texts.moment_text(at)
        lines.append({"name": sign.name, "unit": sign.unit, "when": when, **(cell or {})})
    return {"when": texts.moment_text(newest), "lines": lines}
