"""Giving somebody a time, and giving an appointment another one."""

import datetime as dt
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext

from hospital.kit import audit, clock, localtimes, typeddates
from hospital.kit.actors import Actor
from hospital.kit.web.begun import unchecked
from hospital.kit.web.forms import answer
from hospital.kit.web.pages import page
from records.models import Appointment, Patient
from records.services import appointment_steps, appointments, availability, charts, finding
from records.services.availability import FreeTime, Wish

from . import appointment_rows as shown
from . import appointment_slots as slots
from . import patient_rows
from .appointment_forms import BookingForm, MoveForm, TimeForm
from .appointment_rows import zone_of

OFFERED = 12
MATCHES = 8
# What the address may fill in; who the patient is stands there by an id alone.
KNOWN = ("clinic", "doctor", "kind", "day", "at")


@page("records.appointment.create", methods="GET POST")
def book(request: HttpRequest) -> HttpResponse:
    """The form of a new appointment: for whom, with whom, and one of the free times."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    patient = _patient(actor, request)
    form = _booking_form(request, actor, patient)
    context = {**_for_whom(actor, request, patient), **_times(request, actor, form, patient)}
    if request.method == "POST" and (_only_looks(request) or context["must_choose"]):
        return _shown(request, "records/appointments/new.html", unchecked(form), context)
    return answer(
        request, form, template="records/appointments/new.html", context=context, to=_to,
        act=lambda: _book(request, actor, form),
    )  # fmt: skip


@page("records.appointment.update", methods="GET POST")
def move(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Another time for an appointment; the old one is kept until the new one is taken."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    appointment = shown.one(actor, pk, "update")
    appointments.refuse_retired_or(appointment, appointment.is_open, "appointment_over")
    data = request.POST if request.method == "POST" else None
    form = MoveForm(
        data, actor=actor, instance=appointment, zone=zone_of(request),
        initial=_known(request),
    )  # fmt: skip
    patient = charts.one(actor, appointment.patient_id) if appointment.patient_id else None
    context = {
        "appointment": shown.line(actor, appointment),
        **_times(request, actor, form, patient, appointment),
        **shown.around(actor, patient),
    }
    _look(actor, appointment, "move")
    if request.method == "POST" and _only_looks(request):
        return _shown(request, "records/appointments/move.html", unchecked(form), context)
    return answer(
        request, form, template="records/appointments/move.html", context=context,
        to=lambda pk: shown.back(request, pk), act=lambda: _move(request, actor, form),
    )  # fmt: skip


def _booking_form(request: HttpRequest, actor: Actor, patient: Patient | None) -> BookingForm:
    server = {"hospital_id": actor.hospital_id, "patient": patient}
    data = request.POST if request.method == "POST" else None
    return BookingForm(
        data, actor=actor, server=server, zone=zone_of(request), initial=_known(request)
    )


def _known(request: HttpRequest) -> dict[str, Any]:
    """What the address says already, such as a free time of the grid."""
    known: dict[str, Any] = {name: request.GET[name] for name in KNOWN if name in request.GET}
    if day := typeddates.near(known.get("day", "")):
        known["day"] = day
    return known


def _patient(actor: Actor, request: HttpRequest) -> Patient | None:
    """The chart that was chosen."""
    try:
        chosen = UUID(request.POST.get("patient") or request.GET.get("patient", ""))
    except ValueError:
        return None
    return charts.one(actor, chosen)


def _for_whom(actor: Actor, request: HttpRequest, patient: Patient | None) -> dict[str, Any]:
    """The banner of the patient; without one, whom the words typed may mean."""
    words = request.POST.get("who", "").strip()
    context = {**shown.around(actor, patient), "patient": patient, "who": words, "matches": []}
    if patient:
        audit.looked(
            actor, "records.patient.read", object_id=patient.pk, patient_ids=[patient.pk],
            detail="book",
        )  # fmt: skip
        return {**context, "must_choose": False}
    found = matching(actor, words) if words else []
    if found:
        audit.looked(actor, "records.patient.list", patient_ids=[row.pk for row in found])
    # Words that mean a patient are never booked as a guess.
    return {**context, "matches": patient_rows.rows(actor, found), "must_choose": bool(words)}


def matching(actor: Actor, words: str) -> list[Patient]:
    """Registered patients that fit what was typed, the first few."""
    try:
        ids = finding.find(actor, words, limit=MATCHES).everybody
    except ValidationError:
        return []
    return charts.in_order(actor, ids)


def _times(
    request: HttpRequest,
    actor: Actor,
    form: TimeForm,
    patient: Patient | None,
    appointment: Appointment | None = None,
) -> dict[str, Any]:
    """The free times that fit what the form says so far; not looked for when all goes well and none is shown."""
    zone = zone_of(request)
    said = form.said()
    wish = Wish(
        doctor=said["doctor"], clinic=said["clinic"], minutes=_minutes(said, appointment),
        also=list(appointment.resources) if appointment else said["also"],
        patient_id=patient.pk if patient else None,
        appointment_id=appointment.pk if appointment else None,
    )  # fmt: skip
    after = localtimes.day_bounds(said["day"] or clock.today(), zone)[0]
    times = SimpleLazyObject(lambda: slots.by_day(_found(actor, wish, after), zone))
    return {"times": times, "zone": zone.key, "chosen": request.POST.get("slot")}


def _found(actor: Actor, wish: Wish, after: dt.datetime) -> list[FreeTime]:
    """The first of them; none from a day that nobody has planned, of which the form tells."""
    try:
        return availability.find(actor, wish, after=after, limit=OFFERED)
    except ValidationError:
        return []


def _minutes(said: dict[str, Any], appointment: Appointment | None) -> int | None:
    if said["kind"]:
        return int(said["kind"].minutes)
    if appointment:
        return int((appointment.ends_at - appointment.starts_at).total_seconds() // 60)
    return None


def _only_looks(request: HttpRequest) -> bool:
    """Whether the form was sent to see the free times, or whom the words mean, and not to book."""
    return "find" in request.POST or bool(getattr(request, "htmx", None))


def _shown(
    request: HttpRequest, template: str, form: TimeForm, context: dict[str, Any]
) -> HttpResponse:
    part = "#times" if getattr(request, "htmx", None) else ""
    return render(request, f"{template}{part}", {"form": form, **context})


def _book(request: HttpRequest, actor: Actor, form: BookingForm) -> Appointment:
    is_here = form.cleaned_data.get("is_here")
    book_ = appointment_steps.walk_in if is_here else appointments.book
    made = book_(actor, appointment=form.record(), resources=form.resources, **form.reasons)
    words = gettext("Here as a walk-in: %(when)s") if is_here else gettext("Booked: %(when)s")
    messages.success(request, words % {"when": shown.when(made)})
    return made


def _move(request: HttpRequest, actor: Actor, form: MoveForm) -> Appointment:
    moved = appointments.change(
        actor, appointment=form.record(), expected_version=form.expected_version, **form.reasons
    )
    messages.success(request, gettext("Moved to %(when)s") % {"when": shown.when(moved)})
    return moved


def _look(actor: Actor, appointment: Appointment, detail: str) -> None:
    shown.look(actor, [appointment], detail=detail, object_id=appointment.pk)


def _to(pk: UUID | None) -> str:
    return reverse("records:appointment-detail", args=[pk])
