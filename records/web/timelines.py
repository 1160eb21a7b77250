"""The timeline of a patient: everything that happened, the latest first."""

import datetime as dt
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from hospital.kit import audit, clock, policy
from hospital.kit.actors import Actor
from hospital.kit.errors import NotVisible
from hospital.kit.web.pages import page
from hospital.web import texts
from records.models import Diagnosis, Encounter
from records.services import charts, timelines
from records.services.chart_rows import Row
from records.services.timelines import Event

from . import patients

WORDS = {
    "stay": _("Stay"),
    "visit": _("Visit"),
    "treatment": _("Treatment"),
    "diagnosis": _("Diagnosis"),
    "vitals": _("Vital signs"),
    "observed": _("Observation"),
}
PAGES = {
    "stay": "inpatient-detail",
    "visit": "outpatient-detail",
    "treatment": "treatment-detail",
    "diagnosis": "diagnosis-detail",
}


@page("records.patient.read")
def timeline(request: HttpRequest, pk: UUID) -> HttpResponse:
    """One page of it; ``before`` in the address says where it begins."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    patient = charts.counted(actor, pk)
    policy.require(actor, "records.patient.read", patient)
    before = _before(request)
    found = timelines.load(actor, pk, before)
    audit.looked(actor, "records.patient.read", object_id=pk, patient_ids=[pk], detail="timeline")
    context = {
        **patients.around(actor, patient, "timeline"),
        "rows": [row(event) for event in found.events],
        "first_url": address(pk) if before else "",
        "next_url": address(pk, found.before) if found.before else "",
    }
    return render(request, "records/patients/timeline.html", context)


def address(pk: UUID, before: dt.datetime | None = None) -> str:
    """The timeline's page that begins before a moment."""
    here = reverse("records:patient-timeline", args=[pk])
    return f"{here}?before={_in_address(before)}" if before else here


def row(event: Event) -> dict[str, Any]:
    """One event, everything formatted: when, what, in which words, by whom."""
    title, detail, badge = _TOLD[event.kind](event)
    page_name = PAGES.get(event.kind)
    return {
        "when": texts.moment_text(event.at),
        "kind": WORDS[_kind(event)],
        "title": title,
        "detail": detail,
        "badge": badge,
        "url": reverse(f"records:{page_name}", args=[event.id]) if page_name else "",
        "who": event.row.who,
    }


def _kind(event: Event) -> str:
    """Answers and results are observations, but no vital signs."""
    return "observed" if event.values and not timelines.told(event.values) else event.kind


def _visit(event: Event) -> tuple[str, str, Any]:
    where = event.row.title or str(Encounter.Kind(event.row.code).label)
    return where, event.row.detail, _under_way(event)


def _stay(event: Event) -> tuple[str, str, Any]:
    title = str(Encounter.Kind(event.row.code).label)
    if event.row.until:
        nights = (clock.local(event.row.until).date() - clock.local(event.at).date()).days
        title = ngettext("%(count)s night", "%(count)s nights", nights) % {"count": nights}
    return title, event.row.detail, _under_way(event)


def _under_way(event: Event) -> Any:
    status = Encounter.Status(event.row.mark)
    return {"label": status.label, "tone": "info"} if status in Encounter.UNDER_WAY else None


def _treatment(event: Event) -> tuple[str, str, Any]:
    return event.row.title, "", {"label": _("Done"), "tone": "ok"}


def _diagnosis(event: Event) -> tuple[str, str, Any]:
    return event.row.title, event.row.code, certainty(event.row)


def certainty(row: Row) -> Any:
    """The mark of a diagnosis that is not certain."""
    found = Diagnosis.Certainty(row.mark)
    return None if found == found.CONFIRMED else {"label": found.label, "tone": ""}


def _vitals(event: Event) -> tuple[str, str, Any]:
    is_out = any(each.is_out_of_range for each in event.values)
    badge = {"label": _("Out of range"), "tone": "warn", "icon": "triangle-alert"}
    others = [each for each in event.values if each.category != each.Category.VITAL_SIGNS]
    said = timelines.told(event.values)
    return said or event.row.title, _and_more(others, said), badge if is_out else None


def _and_more(others: list[Any], said: str) -> str:
    shown = others if said else others[1:]
    return " · ".join(each.name for each in shown[:3])


_TOLD: dict[str, Any] = {
    "stay": _stay,
    "visit": _visit,
    "treatment": _treatment,
    "diagnosis": _diagnosis,
    "vitals": _vitals,
}


def _before(request: HttpRequest) -> dt.datetime | None:
    text = request.GET.get("before", "")
    if not text:
        return None
    try:
        moment = parse_datetime(text)
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None:
        raise NotVisible
    return moment


def _in_address(moment: dt.datetime) -> str:
    return moment.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
