"""Changing a chart, retiring it at this hospital, bringing it back."""

from copy import deepcopy
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext

from hospital.kit import audit, policy
from hospital.kit.actors import Actor
from hospital.kit.errors import NotVisible, RuleError, problem_of
from hospital.kit.web.forms import answer
from hospital.kit.web.pages import page
from hospital.kit.web.reasons import ReasonForm
from hospital.kit.web.submitting import sent_before, submit
from records.models import Patient
from records.services import charts, patients

from . import patient_forms
from .patient_forms import PatientForm
from .patient_reasons import RETIRE
from .patients import around

TEMPLATE = "records/patients/edit.html"


@page("records.patient.update", methods="GET POST")
def edit(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The chart's form, with the fields this person may write; what others saved first is shown beside."""
    actor, patient = _opened(request, pk, "update")
    form = patient_forms.of_request(request, "update", instance=patient)
    context = around(actor, patient, "edit")
    response = answer(
        request, form, template=TEMPLATE, context=context, to=_chart,
        act=lambda: _update(request, actor, form),
    )  # fmt: skip
    if response.status_code != 302:  # the page is drawn, but not yet given away
        audit.looked(actor, "records.patient.read", object_id=pk, patient_ids=[pk], detail="edit")
    return response


@page("records.patient.retire", methods="GET POST")
def retire(request: HttpRequest, pk: UUID) -> HttpResponse:
    """What retiring a chart at this hospital means, and why it is done."""
    data = request.POST if request.method == "POST" else None
    try:
        actor, patient = _opened(request, pk, "retire")
    except (NotVisible, RuleError):  # perhaps by the first of two clicks on this very form
        if data and (again := sent_before(request, to=_list)):
            return again
        raise
    form = ReasonForm(data, reasons=RETIRE, initial={"version": patient.version})
    status = 200 if data is None else 400
    if form.is_valid():
        try:
            return submit(request, lambda: _retire(request, actor, pk, form), to=_list)
        except ValidationError as exc:
            form.add_error(None, exc.messages[0])
        except RuleError as exc:
            form.refuse(exc)
            status = problem_of(exc).status  # type: ignore[union-attr]
    audit.looked(actor, "records.patient.read", object_id=pk, patient_ids=[pk], detail="retire")
    context = {"form": form, **around(actor, patient, "retire")}
    return render(request, "records/patients/retire.html", context, status=status)


@page("records.patient.restore", methods="GET POST")
def restore(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Bring a chart back to this hospital."""
    if request.method != "POST":  # come back to by signing in again
        return redirect("records:patient-detail", pk)
    actor, _patient = _opened(request, pk, "restore")
    return submit(request, lambda: _restore(request, actor, pk), to=_chart)


def _opened(request: HttpRequest, pk: UUID, action: str) -> tuple[Actor, Patient]:
    """The chart of this page. NotVisible, or Denied when it may only be read; RuleError when it is retired."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    patient = charts.one(actor, pk)
    policy.require(actor, f"records.patient.{action}", patient)
    if patient.here_retired_at and action != "restore":
        raise RuleError("retired")
    return actor, patient


def _update(request: HttpRequest, actor: Actor, form: PatientForm) -> Patient:
    patient = patients.update(
        actor, patient=form.record(), expected_version=form.expected_version,
        accepts_cancelling=form.accepts, **deepcopy(form.changed_lists()),
    )  # fmt: skip
    messages.success(request, gettext("Saved."))
    return patient


def _retire(request: HttpRequest, actor: Actor, pk: UUID, form: ReasonForm) -> None:
    patients.retire(
        actor, patient=charts.one(actor, pk), reason=form.words,
        expected_version=form.expected_version,
    )  # fmt: skip
    messages.success(request, gettext("The patient is retired from this hospital's lists."))


def _restore(request: HttpRequest, actor: Actor, pk: UUID) -> Patient:
    patient = patients.restore(actor, patient=charts.one(actor, pk))
    messages.success(request, gettext("The patient is back in this hospital's lists."))
    return patient


def _chart(patient_id: UUID | None) -> str:
    return reverse("records:patient-detail", args=[patient_id])


def _list(_patient_id: UUID | None) -> str:
    return reverse("records:patient-list")
