"""Lists of appointments: of a patient, those that have to be moved, those that were overbooked; and the slip."""

import datetime as dt
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from hospital.kit import audit, clock, localtimes, phones, policy
from hospital.kit.actors import Actor
from hospital.kit.web.neardates import NearDateField
from hospital.kit.web.pages import page
from hospital.kit.web.submitting import submit
from hospital.models import Doctor
from records.models import Appointment
from records.services import availability, charts, reassigning
from records.services.availability import Wish

from . import appointment_rows as shown
from . import appointment_slots as slots
from . import barcodes, patients
from .appointment_rows import zone_of

SHOWN = 100
LAST_DAYS = 30


@page("records.appointment.list")
def of_patient(request: HttpRequest, patient_id: UUID) -> HttpResponse:
    """The appointments of one patient at this hospital: to come, and gone by."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    patient = charts.counted(actor, patient_id)
    policy.require(actor, "records.patient.read", patient)
    rows = shown.told(
        Appointment.objects.visible_to(actor, "list").live().filter(patient=patient_id)
    )
    to_come = rows.to_come().order_by("starts_at", "id")[:SHOWN]
    past = rows.exclude(Appointment.is_to_come()).order_by("-starts_at", "-id")[:SHOWN]
    audit.looked(actor, shown.RESOURCE + ".list", patient_ids=[patient_id])
    context = {
        **patients.around(actor, patient, "appointments"),
        "to_come": shown.lines(actor, to_come), "past": shown.lines(actor, past),
        "here": request.path,
    }  # fmt: skip
    return render(request, "records/appointments/of_patient.html", context)


@page("records.appointment.update")
def to_move(request: HttpRequest) -> HttpResponse:
    """Whom somebody has to call: a change of hours has taken their time away. Each with the next free times."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    rows = to_be_moved(actor)
    found = list(rows[:SHOWN])
    shown.look(actor, found, detail="to move")
    lines = [
        {**shown.line(actor, row), "free": _next_free(actor, request, row)} for row in found[:20]
    ]
    lines += shown.lines(actor, found[20:])
    context = {"rows": lines, "count": rows.count(), "days": _days_to_reassign(request, rows)}
    return render(request, "records/appointments/to_move.html", context)


def to_be_moved(actor: Actor) -> Any:
    """The appointments that have lost their time, in its order."""
    rows = Appointment.objects.visible_to(actor, "list").to_move().filter(ends_at__gt=clock.now())
    return shown.told(rows).order_by("starts_at", "id")


class Period(forms.Form):
    """From one day to another."""

    first = NearDateField(label=_("From"), required=False, help_text=" ")
    last = NearDateField(label=_("Until"), required=False, help_text=" ")


@page("records.appointment.list")
def overbooked(request: HttpRequest) -> HttpResponse:
    """What was booked on top of the hours or outside of them, and why, of the last month and all to come."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    form = Period(request.GET, initial={})
    form.is_valid()
    zone, today = zone_of(request), clock.today()
    first = form.cleaned_data.get("first") or today - dt.timedelta(days=LAST_DAYS)
    rows = Appointment.objects.visible_to(actor, "list").overbooked()
    rows = rows.filter(starts_at__gte=localtimes.day_bounds(first, zone)[0])
    if last := form.cleaned_data.get("last"):
        rows = rows.filter(starts_at__lt=localtimes.day_bounds(last, zone)[1])
    found = list(shown.told(rows).order_by("-starts_at", "-id")[:SHOWN])
    shown.look(actor, found, detail="overbooked")
    context = {
        "form": form, "first": first,
        "rows": [{**shown.line(actor, row), "why": row.overbook_reason} for row in found],
        "by_doctor": _by_doctor(rows), "count": rows.count(),
    }  # fmt: skip
    return render(request, "records/appointments/overbooked.html", context)


@page("records.appointment.read")
def slip(request: HttpRequest, pk: UUID) -> HttpResponse:
    """What the patient takes home: when, where, with whom, two identifiers and the number as a barcode."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    appointment = shown.one(actor, pk)
    shown.look(actor, [appointment], object_id=pk, detail="slip")
    hospital = request.workplace.hospital  # type: ignore[attr-defined]
    context = {
        "appointment": appointment, "row": shown.line(actor, appointment),
        "barcode": barcodes.code128(appointment.patient.mrn) if appointment.patient else None,
        "hospital": hospital, "phone": phones.spaced(hospital.phone), "printed_at": clock.now(),
    }  # fmt: skip
    return render(request, "records/appointments/slip.html", context)


class ReassignForm(forms.Form):
    """Whose day goes to whom."""

    doctor = forms.ModelChoiceField(Doctor.objects.none(), label=_("From"))
    day = NearDateField(label=_("Day"))
    to = forms.ModelChoiceField(Doctor.objects.none(), label=_("To"))

    def __init__(self, *args: Any, actor: Actor, **options: Any):
        super().__init__(*args, **options)
        for name in ("doctor", "to"):
            field: Any = self.fields[name]
            field.queryset = Doctor.objects.visible_to(actor, "list").live()


@page("records.appointment.reassign", methods="GET POST")
def reassign(request: HttpRequest) -> HttpResponse:
    """Give a doctor's day to another: everybody who fits goes over, the others are listed and keep their time."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    data = request.POST if request.method == "POST" else None
    form = ReassignForm(data, actor=actor, initial=request.GET.dict() or {"day": clock.today()})
    if form.is_valid():
        try:
            return _reassigned(request, actor, form.cleaned_data)
        except ValidationError as exc:
            form.add_error("to", exc.messages[0])
    status = 400 if data else 200
    return render(request, "records/appointments/reassign.html", {"form": form}, status=status)


def _reassigned(request: HttpRequest, actor: Actor, said: dict[str, Any]) -> HttpResponse:
    """Do it once, tell how many went over, and lead to those that could not."""
    outcomes: list[reassigning.Outcome] = []

    def act() -> None:
        outcomes.append(reassigning.reassign_day(actor, zone=zone_of(request), **said))

    answer = submit(request, act, to=lambda _pk: _to_day(said["to"], said["day"]))
    for done in outcomes[-1:]:
        _tell(request, done)
        if done.left:
            return redirect(_to_day(said["doctor"], said["day"]))
    return answer


def _tell(request: HttpRequest, done: Any) -> None:
    words = ngettext(
        "%(count)s appointment moved over.", "%(count)s appointments moved over.", len(done.moved)
    )
    messages.success(request, words % {"count": len(done.moved)})
    if done.left:
        left = ngettext(
            "%(count)s could not: the other doctor has no time for it. It stands below as before.",
            "%(count)s could not: the other doctor has no time for them. They stand below as before.",
            len(done.left),
        )
        messages.warning(request, left % {"count": len(done.left)})


def _to_day(doctor: Doctor, day: dt.date) -> str:
    return shown.address("list", doctor=doctor.pk, day=day, view="list")


def _next_free(actor: Actor, request: HttpRequest, row: Appointment) -> Any:
    wish = Wish(
        doctor=row.doctor, clinic=row.clinic, also=list(row.resources),
        patient_id=row.patient_id, appointment_id=row.pk,
        minutes=int((row.ends_at - row.starts_at).total_seconds() // 60),
    )  # fmt: skip
    return slots.by_day(availability.find(actor, wish, after=row.starts_at), zone_of(request))


def _days_to_reassign(request: HttpRequest, rows: Any) -> list[dict[str, Any]]:
    """The doctors and days that most of these stand on: whole days that another doctor may take."""
    zone = zone_of(request)
    found: dict[tuple[Any, dt.date], dict[str, Any]] = {}
    for row in rows[:SHOWN]:
        if row.doctor_id:
            key = (row.doctor_id, row.starts_at.astimezone(zone).date())
            entry = found.setdefault(key, {"doctor": row.doctor, "day": key[1], "count": 0})
            entry["count"] += 1
    return [
        {**entry, "url": shown.address("reassign", doctor=key[0], day=key[1])}
        for key, entry in found.items()
    ]


def _by_doctor(rows: Any) -> list[dict[str, Any]]:
    counted = rows.order_by().values("doctor").annotate(number=Count("pk")).order_by("-number")
    names = {row.pk: row for row in Doctor.objects.filter(pk__in=[c["doctor"] for c in counted])}
    return [
        {"doctor": names.get(row["doctor"], gettext("No doctor")), "count": row["number"]}
        for row in counted
    ]
