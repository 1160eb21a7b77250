"""Pages of one patient: who it is, the identifiers in full, the history; and what stands around each of them."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from hospital.kit import audit, masks, policy
from hospital.kit.actors import Actor
from hospital.kit.web import histories
from hospital.kit.web.pages import page
from records.models import Patient, PatientContact, PatientIdentifier
from records.services import briefs, charts

from . import patient_rows as shown
from . import patient_tabs

# What a registration's own row would tell twice, or means nothing to a reader.
NOT_TOLD = {"patient", "sort_key", "registered_at", "reason", "mrn"}


@page("records.patient.read")
def details(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Who the patient is, how to reach them and what others know them by, as far as this person's role goes."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    patient = charts.counted(actor, pk)
    policy.require(actor, "records.patient.read", patient)
    audit.looked(
        actor, "records.patient.read", object_id=pk, patient_ids=[pk], detail="details"
    )  # fmt: skip
    context = {**around(actor, patient, "details"), **known(actor, patient)}
    return render(request, "records/patients/details.html", context)


@page("records.patient.reveal", methods="GET POST")
def reveal(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The same page with the identifiers in full: a look of its own on record. To htmx their card alone."""
    if request.method != "POST":  # come back to by signing in again, or by Reload
        return redirect("records:patient-detail", pk)
    actor: Actor = request.actor  # type: ignore[attr-defined]
    patient = charts.counted(actor, pk)
    policy.require(actor, "records.patient.reveal", patient)
    audit.looked(actor, "records.patient.reveal", object_id=patient.pk, patient_ids=[patient.pk])
    context = {**around(actor, patient, "details"), **known(actor, patient, is_revealed=True)}
    page_or_card = "identifiers" if getattr(request, "htmx", None) else "details"
    return render(request, f"records/patients/{page_or_card}.html", context)


@page("records.patient.read")
def history(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Who changed what in the chart, and when, as far as the values may be seen."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    patient = charts.counted(actor, pk)
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


def known(actor: Actor, patient: Patient, *, is_revealed: bool = False) -> dict[str, Any]:
    """Who the patient is, how to reach them, whom to call, and their identifiers."""
    hidden = policy.masked_of(actor, shown.RESOURCE)
    may_reveal = policy.allows(actor, "records.patient.reveal", patient)
    identifiers = patient.identifiers.live()
    return {
        "facts": shown.facts_of(patient, hidden),
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
    may["merge"] = policy.allows(actor, "records.merge.create")
    is_retired = patient.here_retired_at is not None
    brief = briefs.of(actor, patient)
    return {
        "patient": patient,
        "brief": brief,
        "banner": shown.banner(actor, patient, brief, retired=_retired_because(actor, patient)),
        "may": {
            **may,
            **{act: may[act] and not is_retired for act in ("update", "retire", "book", "merge")},
        },
        "is_retired": is_retired,
        **patient_tabs.of(actor, patient, here),
    }


def _retired_because(actor: Actor, patient: Patient) -> str:
    if patient.here_retired_at is None:
        return ""
    return charts.registration(actor, patient).retired_reason
