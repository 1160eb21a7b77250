"""Saying whose appointment a caller's is, once somebody has come."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext

from hospital.kit import audit
from hospital.kit.actors import Actor
from hospital.kit.errors import RuleError
from hospital.kit.web.pages import page
from hospital.kit.web.submitting import submit
from records.models import Appointment
from records.services import appointment_steps, charts

from . import appointment_rows as shown
from . import patient_rows
from .appointment_booking import matching


@page("records.appointment.identify", methods="GET POST")
def identify(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Charts that fit the caller's name or phone; one press says who it is."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    appointment = shown.one(actor, pk, "identify")
    if appointment.patient_id:
        raise RuleError("has_chart")
    chosen, error = request.POST.get("patient", ""), ""
    if chosen:
        try:
            return submit(request, lambda: _identified(request, actor, pk, chosen), to=_to)
        except ValidationError as exc:
            error = exc.messages[0]
    words = request.POST.get("who", "").strip()
    found = matching(actor, words) if words else likely(actor, appointment)
    audit.looked(actor, "records.patient.list", patient_ids=[row.pk for row in found])
    context = {
        "row": shown.line(actor, appointment), "who": words or appointment.caller_name,
        "matches": patient_rows.rows(actor, found), "error": error,
    }  # fmt: skip
    status = 400 if error else 200
    return render(request, "records/appointments/identify.html", context, status=status)


def likely(actor: Actor, appointment: Appointment) -> list[Any]:
    """Who the caller may be: by the phone, else by the name."""
    for words in (appointment.caller_phone, appointment.caller_name):
        if words and (found := matching(actor, words)):
            return found
    return []


def _identified(request: HttpRequest, actor: Actor, pk: UUID, chosen: str) -> Appointment:
    try:
        patient = charts.one(actor, UUID(chosen))
    except ValueError as exc:
        raise ValidationError(gettext("Choose one of the patients found.")) from exc
    made = appointment_steps.identify(
        actor, appointment=shown.one(actor, pk, "identify"), patient=patient
    )
    messages.success(request, gettext("The appointment has its patient now."))
    return made


def _to(pk: UUID | None) -> str:
    return reverse("records:appointment-detail", args=[pk])
