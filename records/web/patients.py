"""Pages of one patient: the chart, its identifiers in full, its history."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from hospital.kit import audit, masks, policy
from hospital.kit.actors import Actor
from hospital.kit.web import histories
from hospital.kit.web.pages import page
from records.models import Patient, PatientContact, PatientIdentifier
from records.services import briefs, charts

from . import patient_rows as shown

# The parts of a chart: word, page, label, and the kind of entry it lists, for who may list that.
TABS = (
    ("detail", "patient-detail", _("Overview"), ""),
    ("appointments", "appointment-of-patient", _("Appointments"), "appointment"),
    ("stays", "inpatient-of-patient", _("Stays"), "inpatient"),
    ("allergies", "allergy-list", _("Allergies"), "allergy"),
    ("histories", "history-list", _("History"), "history"),
    ("history", "patient-history", _("Record history"), ""),
)
# What a registration's own row would tell twice, or means nothing to a reader.
NOT_TOLD = {"patient", "sort_key", "registered_at", "reason", "mrn"}


@page("records.patient.read")
def detail(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Who the patient is and how to reach them, as far as this person's role goes."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    patient = charts.one(actor, pk)
    policy.require(actor, "records.patient.read", patient)
    audit.looked(actor, "records.patient.read", object_id=patient.pk, patient_ids=[patient.pk])
    return render(request, "records/patients/detail.html", overview(actor, patient))


@page("records.patient.reveal", methods="GET POST")
def reveal(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The same page with the identifiers in full: a look of its own on record. To htmx their card alone."""
    if request.method != "POST":  # come back to by signing in again, or by Reload
        return redirect("records:patient-detail", pk)
    actor: Actor = request.actor  # type: ignore[attr-defined]
    patient = charts.one(actor, pk)
    policy.require(actor, "records.patient.reveal", patient)
    audit.looked(actor, "records.patient.reveal", object_id=patient.pk, patient_ids=[patient.pk])
    part = "#identifiers" if getattr(request, "htmx", None) else ""
    context = overview(actor, patient, is_revealed=True)
    return render(request, f"records/patients/detail.html{part}", context)


@page("records.patient.read")
def history(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Who changed what in the chart, and when, as far as the values may be seen."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    patient = charts.one(actor, pk)
    policy.require(actor, "records.patient.read", patient)
    registration = charts.registration(actor, patient)
    parts = {
        "identifiers": PatientIdentifier.history.filter(patient_id=patient.pk),
        "contacts": PatientContact.history.filter(patient_id=patient.pk),
    }
    entries = histories.entries(
        patient, registration, parts=parts, hide=hiding(actor), leave_out=NOT_TOLD
    )
    audit.looked(
        actor,
        "records.patient.read",
        object_id=patient.pk,
        patient_ids=[patient.pk],
        detail="history",
    )
    context = {**around(actor, patient, "history"), "entries": entries, "most": histories.MOST}
    return render(request, "records/patients/history.html", context)


def hiding(actor: Actor) -> histories.Hide:
    """Masks what the role sees masked, and every identifier: the whole number is a look of its own."""
    hidden = policy.masked_of(actor, shown.RESOURCE) | {"identifiers.value"}
    return lambda name, text: masks.masked(text) if name in hidden else text


def overview(actor: Actor, patient: Patient, *, is_revealed: bool = False) -> dict[str, Any]:
    """What the chart's page tells."""
    hidden = policy.masked_of(actor, shown.RESOURCE)
    may_reveal = policy.allows(actor, "records.patient.reveal", patient)
    identifiers = patient.identifiers.live()
    chart = around(actor, patient, "detail")
    return {
        **chart,
        "facts": shown.facts_of(patient, hidden),
        "histories": shown.history_rows(chart["brief"].histories),
        "contacts": [shown.contact_row(row, hidden) for row in patient.contacts.live()],
        "identifiers": [shown.identifier_row(row, is_revealed=is_revealed) for row in identifiers],
        "is_revealed": is_revealed,
        "may_reveal": may_reveal and not is_revealed,
        "registered_at": patient.registered_at,
    }


def around(actor: Actor, patient: Patient, here: str) -> dict[str, Any]:
    """What every page of one patient has: the banner, the tabs, and which acts are open."""
    may = {
        act: policy.allows(actor, f"records.patient.{act}", patient)
        for act in ("update", "retire", "restore")
    }
    may["book"] = policy.allows(actor, "records.appointment.create")
    is_retired = patient.here_retired_at is not None
    brief = briefs.of(actor, patient)
    counts = dict(brief.counts)
    if policy.allows(actor, "records.appointment.list"):
        counts["appointment"] = patient.to_come
    if policy.allows(actor, "records.inpatient.list"):
        counts["inpatient"] = None
    return {
        "patient": patient,
        "brief": brief,
        "banner": shown.banner(actor, patient, brief, retired=_retired_because(actor, patient)),
        "may": {**may, "update": may["update"] and not is_retired, "retire": may["retire"] and not is_retired,
                "book": may["book"] and not is_retired},
        "is_retired": is_retired,
        "tabs": [
            {"label": label, "url": reverse(f"records:{page}", args=[patient.pk]), "is_current": key == here,
             "count": counts.get(kind)}
            for key, page, label, kind in TABS if not kind or kind in counts
        ],
    }  # fmt: skip


def _retired_because(actor: Actor, patient: Patient) -> str:
    if patient.here_retired_at is None:
        return ""
    return charts.registration(actor, patient).retired_reason
