"""Pages of one visit: how far it has come, the acts, what was written down; and the visits of a patient."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, path
from django.utils.http import urlencode
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from hospital.kit import keyset, policy
from hospital.kit.actors import Actor
from hospital.kit.errors import RuleError
from hospital.kit.web import asides, histories
from hospital.kit.web.forms import answer
from hospital.kit.web.pages import page
from hospital.kit.web.reasons import ReasonForm
from hospital.kit.web.values import heading
from records.models import OutPatient
from records.services import charts, outpatients

from . import appointment_rows, patients, stay_acts
from . import visit_rows as shown
from .usual_reasons import ERROR
from .visit_forms import ArriveForm, VisitForm
from .visit_reasons import CANCEL

SHOWN = 20
# What acts alone set, and the history tells.
TOLD_TOO = ("status", "cancel_reason", "seen_at", "ends_at")


@page("records.outpatient.read")
def detail(request: HttpRequest, pk: UUID) -> HttpResponse:
    """How far it has come and since when, what was written down in it; the acts that are open."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    visit = shown.one(actor, pk)
    shown.look(actor, [visit.patient_id], object_id=pk)
    reads_notes = shown.reads_notes(actor)
    context = {
        **_around(actor, visit), "facts": shown.facts_of(visit), "may": shown.may(actor, visit),
        "reads_notes": reads_notes, "asides": asides.drawn(request, visit),
        "appointment": _appointment(actor, visit), "entries": _entries(visit, reads_notes),
    }  # fmt: skip
    return render(request, "records/outpatients/detail.html", context)


@page("records.outpatient.create", methods="GET POST")
def arrive(request: HttpRequest, patient_id: UUID) -> HttpResponse:
    """Somebody has come without an appointment."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    patient = charts.one(actor, patient_id)
    policy.require(actor, "records.patient.read", patient)
    if patient.here_retired_at is not None:
        raise RuleError("retired")
    data = request.POST if request.method == "POST" else None
    form = ArriveForm(
        data, actor=actor, server={"hospital_id": actor.hospital_id, "patient": patient}
    )
    shown.look(actor, [patient], detail="arrive")

    def act() -> OutPatient:
        made = outpatients.arrive(actor, visit=form.record(), at=form.cleaned_data.get("at"))
        return stay_acts.said(request, made, _("The patient waits now."))

    return answer(
        request, form, template="records/outpatients/arrive.html", act=act, to=shown.to_visit,
        context={
            **appointment_rows.around(actor, patient), "back_url": shown.of_patient(patient.pk),
        },
    )  # fmt: skip


@page("records.outpatient.create", methods="GET POST")
def come(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The patient of an appointment has come, and whoever sees patients opens the visit."""
    if request.method != "POST":  # come back to by signing in again
        return redirect("records:appointment-detail", pk)
    actor: Actor = request.actor  # type: ignore[attr-defined]
    appointment_rows.one(actor, pk)
    return stay_acts.press(
        request, to=lambda made: shown.to_visit(made) if made else appointment_rows.page_of(pk),
        act=lambda: outpatients.arrive_for(actor, appointment=appointment_rows.one(actor, pk)),
        done=_("The patient waits now."),
    )  # fmt: skip


@page("records.outpatient.update", methods="GET POST")
def edit(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Why the patient came, to which clinic and doctor, the notes, and what is to follow."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    visit = shown.one(actor, pk, "update")
    _refuse_unless(visit, "update")
    data = request.POST if request.method == "POST" else None
    form = VisitForm(data, actor=actor, instance=visit)
    shown.look(actor, [visit.patient_id], object_id=pk, detail="edit")

    def act() -> OutPatient:
        changed = outpatients.change(
            actor, visit=form.record(), expected_version=form.expected_version
        )
        messages.success(request, gettext("Saved."))
        return changed

    return answer(
        request, form, template="records/outpatients/edit.html", to=shown.to_visit, act=act,
        context=_around(actor, shown.one(actor, pk)),
    )  # fmt: skip


@page("records.outpatient.start", methods="GET POST")
def start(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The patient is with the doctor."""

    def act(actor: Actor, visit: OutPatient, version: int | None) -> OutPatient:
        return outpatients.start(actor, visit=visit, expected_version=version)

    return _pressed(request, pk, "start", act, _("Started."))


@page("records.outpatient.finish", methods="GET POST")
def finish(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The patient has been seen and leaves."""

    def act(actor: Actor, visit: OutPatient, version: int | None) -> OutPatient:
        return outpatients.finish(actor, visit=visit, expected_version=version)

    return _pressed(request, pk, "finish", act, _("Finished."))


@page("records.outpatient.undo", methods="GET POST")
def undo(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Take the last step back."""

    def act(actor: Actor, visit: OutPatient, version: int | None) -> OutPatient:
        return outpatients.undo(actor, visit=visit, expected_version=version)

    return _pressed(request, pk, "undo", act, _("Taken back."))


@page("records.outpatient.restore", methods="GET POST")
def restore(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Bring back what was no error after all."""

    def act(actor: Actor, visit: OutPatient, version: int | None) -> OutPatient:
        return outpatients.restore(actor, visit=visit, expected_version=version)

    return _pressed(request, pk, "restore", act, _("Brought back."))


@page("records.outpatient.cancel", methods="GET POST")
def cancel(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The patient leaves without being seen."""
    return _with_reason(request, pk, "cancel", CANCEL, outpatients.cancel, _("Written down."))


@page("records.outpatient.retire", methods="GET POST")
def retire(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Take away what was entered in error."""
    return _with_reason(request, pk, "retire", ERROR, outpatients.retire, _("Taken away."))


@page("records.outpatient.list")
def of_patient(request: HttpRequest, patient_id: UUID) -> HttpResponse:
    """The visits of one patient at this hospital, the newest first."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    patient = charts.counted(actor, patient_id)
    policy.require(actor, "records.patient.read", patient)
    found = _page(request, actor, patient_id)
    shown.look(actor, [patient_id], act="list")
    around = patients.around(actor, patient, "visits")
    is_here = not around["is_retired"] and not patient.is_deceased
    cursor = request.GET.get("cursor", "")
    context = {
        **around, "rows": [shown.line(visit) for visit in found.rows],
        "now": [
            {**shown.line(visit), "title": shown.title(visit)}
            for visit in found.rows if visit.is_under_way
        ],
        "first_url": request.path if cursor else "",
        "next_url": f"?{urlencode({'cursor': found.next})}" if found.next else "",
        "may_arrive": is_here and policy.allows(actor, "records.outpatient.create"),
    }  # fmt: skip
    return render(request, "records/outpatients/of_patient.html", context)


def _page(request: HttpRequest, actor: Actor, patient_id: UUID) -> keyset.Page:
    """The page asked for; the first one when its marker belongs to another list."""
    rows = shown.told(
        OutPatient.objects.visible_to(actor, "list").live().filter(patient=patient_id)
    )
    how: dict[str, Any] = {
        "order": ("-starts_at", "-id"), "limit": SHOWN, "bound_to": (actor.hospital_id, patient_id),
    }  # fmt: skip
    try:
        return keyset.page(rows, cursor=request.GET.get("cursor"), **how)
    except ValidationError:
        return keyset.page(rows, **how)


def _pressed(request: HttpRequest, pk: UUID, word: str, act: Any, done: Any) -> HttpResponse:
    """One press: nothing to read, one act, and back to the visit."""
    if request.method != "POST":  # come back to by signing in again
        return redirect("records:outpatient-detail", pk)
    actor: Actor = request.actor  # type: ignore[attr-defined]
    shown.one(actor, pk, word)
    return stay_acts.press(
        request, to=lambda _pk: shown.to_visit(pk), done=done,
        act=lambda: act(actor, shown.one(actor, pk, word), stay_acts.version_of(request)),
    )  # fmt: skip


def _with_reason(
    request: HttpRequest, pk: UUID, word: str, reasons: Any, act: Any, done: Any
) -> HttpResponse:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    visit = shown.one(actor, pk, word)
    data = request.POST if request.method == "POST" else None
    if data is None:
        _refuse_unless(visit, word)
    form = ReasonForm(data, reasons=reasons, actor=actor, initial={"version": visit.version})
    shown.look(actor, [visit.patient_id], object_id=pk, detail=word)
    to = shown.to_visit if word == "cancel" else lambda _pk: shown.of_patient(visit.patient_id)
    return stay_acts.run(
        request, form, template=f"records/outpatients/{word}.html", done=done,
        act=lambda: act(
            actor, visit=shown.one(actor, pk, word), reason=form.words,
            expected_version=form.expected_version,
        ),
        to=lambda pk_: to(pk_ or pk), context=_around(actor, visit),
    )  # fmt: skip


def _refuse_unless(visit: OutPatient, word: str) -> None:
    """RuleError when a page of an act is opened that makes no sense any more."""
    if visit.is_retired:
        raise RuleError("retired")
    if visit.status not in shown.OPEN_IN[word]:
        raise RuleError("visit_step", status=visit.get_status_display())


def _around(actor: Actor, visit: OutPatient) -> dict[str, Any]:
    """What every page of one visit has: the banner, and the visit in a line."""
    return {
        **appointment_rows.around(actor, charts.one(actor, visit.patient_id)),
        "visit": visit, "row": shown.line(visit), "title": shown.title(visit),
    }  # fmt: skip


def _appointment(actor: Actor, visit: OutPatient) -> dict[str, str] | None:
    """The way back to the appointment that it came of."""
    row = visit.appointment
    if row is None or not policy.allows(actor, f"{appointment_rows.RESOURCE}.read", row):
        return None
    return {"url": appointment_rows.page_of(row.pk), "when": appointment_rows.when(row)}


def _entries(visit: OutPatient, reads_notes: bool) -> list[dict[str, Any]]:
    """Its history, in which the notes are called so; to who may not read them nothing of them is told."""
    left_out = {"patient", "number", "appointment", *(() if reads_notes else ("summary",))}
    entries = histories.entries(visit, tell_too=TOLD_TOO, leave_out=left_out)
    usual = heading(OutPatient, "summary")
    for change in (change for entry in entries for change in entry["changes"]):
        if change["label"] == usual:
            change["label"] = gettext("Notes")
    return entries


def urls() -> list[URLPattern]:
    """The addresses of visits."""
    at, of = "outpatients/<uuid:pk>/", "patients/<uuid:patient_id>/visits/"
    pages = {
        "edit": edit, "start": start, "finish": finish, "undo": undo, "cancel": cancel,
        "retire": retire, "restore": restore,
    }  # fmt: skip
    return [
        path(of, of_patient, name="outpatient-of-patient"),
        path(f"{of}new/", arrive, name="outpatient-create"),
        path("appointments/<uuid:pk>/visit/", come, name="outpatient-come"),
        path(at, detail, name="outpatient-detail"),
        *(path(f"{at}{word}/", view, name=f"outpatient-{word}") for word, view in pages.items()),
    ]
