"""Pages of one stay: where the patient is, what has been, the acts; and the stays of a patient."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, path
from django.utils.translation import gettext, gettext_lazy

from hospital.kit import policy
from hospital.kit.actors import Actor
from hospital.kit.web import asides
from hospital.kit.web.forms import answer
from hospital.kit.web.pages import page
from hospital.kit.web.reasons import ReasonForm
from records.models import InPatient
from records.services import charts, inpatient_undo, inpatients
from records.services.bed_places import BedConflict

from . import patients, stay_acts, stay_admitting, stay_history, stay_moves, task_rows
from . import stay_rows as shown
from .stay_admitting import refuse_unless
from .stay_forms import EditForm
from .usual_reasons import CALLED_OFF, ERROR

SHOWN = 100


@page("records.inpatient.read")
def detail(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Whose, where, since when and what has been; the acts that are open."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    stay = shown.one(actor, pk)
    shown.look(actor, [stay.patient_id], object_id=pk)
    return render(request, "records/inpatients/detail.html", _context(request, stay))


@page("records.inpatient.update", methods="GET POST")
def edit(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Who is responsible, why the patient came, until when, and the summary."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    stay = shown.one(actor, pk, "update")
    refuse_unless(stay, "update")
    data = request.POST if request.method == "POST" else None
    form = EditForm(data, actor=actor, instance=stay)
    shown.look(actor, [stay.patient_id], object_id=pk, detail="edit")

    def act() -> InPatient:
        changed = inpatients.change(
            actor, stay=form.record(), expected_version=form.expected_version
        )
        messages.success(request, gettext("Saved."))
        return changed

    return answer(
        request, form, template="records/inpatients/edit.html", to=shown.to_stay, act=act,
        context=stay_acts.around(actor, shown.one(actor, pk)),
    )  # fmt: skip


@page("records.inpatient.cancel", methods="GET POST")
def cancel(request: HttpRequest, pk: UUID) -> HttpResponse:
    """A planned stay does not take place."""

    def act(actor: Actor, stay: InPatient, form: ReasonForm) -> InPatient:
        return inpatients.cancel(
            actor, stay=stay, reason=form.words, expected_version=form.expected_version
        )

    return _with_reason(request, pk, "cancel", CALLED_OFF, act, gettext("Cancelled."))


@page("records.inpatient.retire", methods="GET POST")
def retire(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Take away what was entered in error."""

    def act(actor: Actor, stay: InPatient, form: ReasonForm) -> None:
        inpatients.retire(
            actor, stay=stay, reason=form.words, expected_version=form.expected_version
        )

    return _with_reason(request, pk, "retire", ERROR, act, gettext("Taken away."))


@page("records.inpatient.restore", methods="GET POST")
def restore(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Bring back what was no error after all."""
    return _pressed(
        request, pk, "restore", inpatients.restore, gettext_lazy("Brought back with its places.")
    )


@page("records.inpatient.undo", methods="GET POST")
def undo(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Take back the last discharge, transfer, leave or return."""
    return _pressed(request, pk, "undo", inpatient_undo.undo, gettext_lazy("Taken back."))


@page("records.inpatient.list")
def of_patient(request: HttpRequest, patient_id: UUID) -> HttpResponse:
    """The stays of one patient at this hospital, the newest first."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    patient = charts.counted(actor, patient_id)
    policy.require(actor, "records.patient.read", patient)
    rows: Any = InPatient.objects.visible_to(actor, "list").live().filter(patient=patient_id)
    found = list(shown.told(rows).order_by("-starts_at", "-id")[:SHOWN])
    now = next((stay for stay in found if stay.is_under_way), None)
    shown.look(actor, [patient_id], act="list")
    around = patients.around(actor, patient, "stays")
    is_free = now is None and not around["is_retired"] and not patient.is_deceased
    context = {
        **around, "rows": [shown.line(stay) for stay in found],
        "now": shown.line(now, shown.place_of(now)) if now else None,
        "may_admit": is_free and policy.allows(actor, "records.inpatient.create"),
    }  # fmt: skip
    return render(request, "records/inpatients/of_patient.html", context)


def _pressed(request: HttpRequest, pk: UUID, word: str, act: Any, done: Any) -> HttpResponse:
    """One press: nothing to read. When the bed is used meanwhile, who is there."""
    if request.method != "POST":  # come back to by signing in again
        return redirect("records:inpatient-detail", pk)
    actor: Actor = request.actor  # type: ignore[attr-defined]
    shown.one(actor, pk, word)

    def refused(exc: BedConflict) -> HttpResponse:
        stay = shown.one(actor, pk)
        shown.look(actor, [stay.patient_id], object_id=pk, detail=word)
        context = {**_context(request, stay), "told": stay_acts.told_of(actor, exc)}
        return render(request, "records/inpatients/detail.html", context, status=409)

    return stay_acts.press(
        request, to=lambda _pk: shown.to_stay(pk), done=done, refused=refused,
        act=lambda: act(
            actor, stay=shown.one(actor, pk, word), expected_version=stay_acts.version_of(request)
        ),
    )  # fmt: skip


def _with_reason(
    request: HttpRequest, pk: UUID, word: str, reasons: Any, act: Any, done: str
) -> HttpResponse:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    stay = shown.one(actor, pk, word)
    data = request.POST if request.method == "POST" else None
    if data is None:
        refuse_unless(stay, word)
    form = ReasonForm(data, reasons=reasons, actor=actor, initial={"version": stay.version})
    shown.look(actor, [stay.patient_id], object_id=pk, detail=word)
    to = shown.to_stay if word == "cancel" else lambda _pk: shown.of_patient(stay.patient_id)
    return stay_acts.run(
        request, form, template=f"records/inpatients/{word}.html", done=done,
        act=lambda: act(actor, shown.one(actor, pk, word), form),
        to=lambda pk_: to(pk_ or pk), context=stay_acts.around(actor, stay),
    )  # fmt: skip


def _context(request: HttpRequest, stay: InPatient) -> dict[str, Any]:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    places, leaves = shown.places(stay), shown.leaves(stay)
    reads_notes = shown.reads_notes(actor)
    may = shown.may(actor, stay)
    # An admission is not taken back: it is entered in error, then.
    is_moved = len(places) > 1 or bool(leaves) or stay.ends_at is not None
    return {
        **stay_acts.around(actor, stay),
        "facts": shown.facts_of(stay),
        "reads_notes": reads_notes,
        "may": {**may, "undo": bool(may.get("undo")) and is_moved},
        "places": places,
        "leaves": leaves,
        "asides": asides.drawn(request, stay),
        "tasks": task_rows.of_stay(actor, stay),
        "entries": stay_history.entries(stay, reads_notes=reads_notes),
    }


def urls() -> list[URLPattern]:
    """The addresses of stays."""
    at = "inpatients/<uuid:pk>/"
    pages = {
        "edit": edit, "cancel": cancel, "retire": retire, "restore": restore, "undo": undo,
        "admit": stay_admitting.admit_planned, "transfer": stay_moves.transfer,
        "swap": stay_moves.swap, "leave": stay_moves.leave, "back": stay_moves.back,
        "discharge": stay_moves.discharge,
    }  # fmt: skip
    of_patients = "patients/<uuid:patient_id>"
    return [
        path(f"{of_patients}/stays/", of_patient, name="inpatient-of-patient"),
        path(f"{of_patients}/admit/", stay_admitting.admit, name="inpatient-create"),
        path("inpatients/admit/", stay_admitting.find, name="inpatient-find"),
        path(at, detail, name="inpatient-detail"),
        *(path(f"{at}{word}/", view, name=f"inpatient-{word}") for word, view in pages.items()),
    ]
