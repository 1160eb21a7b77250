"""Pages of one appointment: what it is, what has been done, and the acts on it."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext

from hospital.kit import policy
from hospital.kit.actors import Actor
from hospital.kit.errors import RuleError, StaleError, problem_of
from hospital.kit.web import histories
from hospital.kit.web.forms import RecordForm, answer
from hospital.kit.web.pages import page
from hospital.kit.web.reasons import ReasonForm
from hospital.kit.web.submitting import sent_before, submit
from records.models import Appointment
from records.services import appointment_steps, appointments, charts
from records.services.clashes import TimeConflict

from . import appointment_rows as shown
from . import appointment_slots as slots
from . import visit_rows
from .appointment_reasons import ERROR
from .appointment_rows import RESOURCE, STEPS, zone_of
from .usual_reasons import CALLED_OFF

# What acts alone set, and the history tells.
TOLD_TOO = ("status", "attention", "cancel_reason", "overbook_reason", "lane_reason")


class DetailsForm(RecordForm):
    """What may be changed without touching the time."""

    class Meta:
        model = Appointment
        fields = ("kind", "caller_name", "caller_phone", "note")


@page("records.appointment.read")
def detail(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Whose, where, when and how far it has come; its history below."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    appointment = shown.one(actor, pk)
    shown.look(actor, [appointment], object_id=pk)
    return render(request, "records/appointments/detail.html", _context(actor, appointment))


@page("records.appointment.update", methods="GET POST")
def edit(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Its kind, its note, and a caller's name and phone."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    appointment = shown.one(actor, pk, "update")
    appointments.refuse_retired_or(appointment, appointment.is_open, "appointment_over")
    data = request.POST if request.method == "POST" else None
    form = DetailsForm(data, actor=actor, instance=appointment)
    if appointment.patient_id:
        del form.fields["caller_name"], form.fields["caller_phone"]
    shown.look(actor, [appointment], object_id=pk, detail="edit")
    return answer(
        request, form, template="records/appointments/edit.html", to=_to,
        act=lambda: _changed(request, actor, form), context=_context(actor, appointment),
    )  # fmt: skip


@page("records.appointment.cancel", methods="GET POST")
def cancel(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Call it off, for a reason picked with one key."""

    def act(actor: Actor, appointment: Appointment, form: ReasonForm) -> Appointment:
        return appointments.cancel(
            actor,
            appointment=appointment,
            reason=form.words,
            expected_version=form.expected_version,
        )

    return _with_reason(request, pk, "cancel", CALLED_OFF, act, gettext("Cancelled."))


@page("records.appointment.retire", methods="GET POST")
def retire(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Take away what was entered in error."""

    def act(actor: Actor, appointment: Appointment, form: ReasonForm) -> None:
        appointments.retire(
            actor,
            appointment=appointment,
            reason=form.words,
            expected_version=form.expected_version,
        )

    return _with_reason(request, pk, "retire", ERROR, act, gettext("Taken away."))


@page("records.appointment.restore", methods="GET POST")
def restore(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Bring back what was no error after all."""
    if request.method != "POST":
        return redirect("records:appointment-detail", pk)
    actor: Actor = request.actor  # type: ignore[attr-defined]
    appointment = shown.one(actor, pk, "restore")
    return _stepped(
        request, appointment, lambda: appointments.restore(actor, appointment=appointment),
        gettext("Brought back."),
    )  # fmt: skip


def step(word: str, done: Any) -> Any:
    """The page of one step: nothing to read, one act, and back to where the person came from."""

    @page(f"{RESOURCE}.{word}", methods="GET POST")
    def run(request: HttpRequest, pk: UUID) -> HttpResponse:
        if request.method != "POST":  # come back to by signing in again
            return redirect("records:appointment-detail", pk)
        actor: Actor = request.actor  # type: ignore[attr-defined]
        appointment = shown.one(actor, pk, word)
        act = getattr(appointment_steps, word)
        seen = request.POST.get("version", "")
        version = int(seen) if seen.isdecimal() else None
        return _stepped(
            request, appointment,
            lambda: act(actor, appointment=shown.one(actor, pk, word), expected_version=version),
            str(done),
        )  # fmt: skip

    return run


def _stepped(request: HttpRequest, appointment: Appointment, act: Any, done: str) -> HttpResponse:
    """Do it once and go back; when somebody else was first, or the time is gone, say so there."""

    def work() -> Appointment:
        made: Appointment = act()
        messages.success(request, f"{done} {gettext('It can be undone until the end of the day.')}")
        return made

    try:
        return submit(request, work, to=lambda _pk: shown.back(request, appointment.pk))
    except StaleError:
        messages.warning(
            request, gettext("Somebody else was working on this too. This is how it stands now.")
        )
    except TimeConflict as exc:
        return _gone(request, appointment, exc)
    except RuleError as exc:
        messages.warning(request, exc.detail)
    return redirect(shown.back(request, appointment.pk))


def _gone(request: HttpRequest, appointment: Appointment, exc: TimeConflict) -> HttpResponse:
    """The time was given away meanwhile: what stands against it, and times that are free."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    context = {
        **_context(actor, shown.one(actor, appointment.pk)),
        "conflict": exc,
        "free": slots.by_day(list(exc.free), zone_of(request)),
    }
    return render(request, "records/appointments/detail.html", context, status=409)


def _with_reason(
    request: HttpRequest, pk: UUID, word: str, reasons: Any, act: Any, done: str
) -> HttpResponse:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    appointment = shown.one(actor, pk, word)
    data = request.POST if request.method == "POST" else None
    to = _to if word == "cancel" else _list

    def work() -> Any:
        made = act(actor, shown.one(actor, pk, word), form)
        messages.success(request, done)
        return made

    if data and (again := sent_before(request, to=to)):
        return again
    form = ReasonForm(data, reasons=reasons, initial={"version": appointment.version})
    status = 200 if data is None else 400
    if form.is_valid():
        try:
            return submit(request, work, to=to)
        except ValidationError as exc:
            form.add_error(None, exc.messages[0])
        except RuleError as exc:
            form.refuse(exc)
            status = problem_of(exc).status  # type: ignore[union-attr]
    shown.look(actor, [appointment], object_id=pk, detail=word)
    context = {"form": form, **_context(actor, appointment)}
    return render(request, f"records/appointments/{word}.html", context, status=status)


def _changed(request: HttpRequest, actor: Actor, form: DetailsForm) -> Appointment:
    changed = appointments.change(
        actor, appointment=form.record(), expected_version=form.expected_version
    )
    messages.success(request, gettext("Saved."))
    return changed


def _context(actor: Actor, appointment: Appointment) -> dict[str, Any]:
    chart = _chart(actor, appointment)
    words = ("update", "cancel", "retire", "restore", "identify")
    may = {word: policy.allows(actor, f"{RESOURCE}.{word}", appointment) for word in words}
    return {
        **shown.around(actor, chart),
        "appointment": appointment,
        "row": shown.line(actor, appointment),
        "facts": shown.facts_of(appointment),
        "may": may,
        "visit_url": visit_rows.of_appointments(actor, [appointment]).get(appointment.pk, ""),
        "come_url": visit_rows.come_url(actor, appointment),
        "entries": histories.entries(appointment, tell_too=TOLD_TOO),
    }


def _chart(actor: Actor, appointment: Appointment) -> Any:
    """The chart, where this person may see charts: of the banner."""
    if appointment.patient_id is None or not policy.allows(actor, "records.patient.read"):
        return None
    return charts.one(actor, appointment.patient_id)


def _to(pk: UUID | None) -> str:
    return reverse("records:appointment-detail", args=[pk])


def _list(_pk: UUID | None) -> str:
    return reverse("records:appointment-list")


def urls() -> list[URLPattern]:
    """The addresses of one appointment."""
    at = "appointments/<uuid:pk>/"
    pages = {"edit": edit, "cancel": cancel, "retire": retire, "restore": restore}
    steps = [
        path(f"{at}{word}/", step(each.word, each.done), name=f"appointment-{word}")
        for each in STEPS
        for word in [each.word.replace("_", "-")]
    ]
    return [
        path(at, detail, name="appointment-detail"),
        *(path(f"{at}{word}/", view, name=f"appointment-{word}") for word, view in pages.items()),
        *steps,
    ]
