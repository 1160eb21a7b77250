"""Registering a patient: as somebody new, or here too when another hospital knows them."""

from copy import deepcopy
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from hospital.kit import audit, drafts, policy
from hospital.kit.actors import Actor
from hospital.kit.errors import RuleError, problem_of
from hospital.kit.web import begun
from hospital.kit.web.forms import answer
from hospital.kit.web.pages import page
from hospital.kit.web.reasons import OTHER, ReasonForm
from hospital.kit.web.submitting import sent_before, submit
from hospital.services import searches
from records.models import Patient, PatientIdentifier
from records.services import matching, patients, typed

from . import patient_forms
from . import patient_rows as shown
from .patient_forms import PatientForm
from .patient_reasons import FOR_SURE, HERE, NEW, TWIN

TEMPLATE = "records/patients/register.html"
AGREES = {
    "name": _("Same name"),
    "similar_name": _("Similar name"),
    "former_name": _("Former name"),
    "birth_date": _("Same birth date"),
    "similar_birth_date": _("Similar birth date"),
    "phone": _("Same phone"),
    "address": _("Same address"),
}


@dataclass
class Suspects:
    """Who the person at the desk may be: charts of this hospital, and strangers' in minimal form."""

    here: list[dict[str, Any]] = field(default_factory=list)
    likely: list[matching.Likely] = field(default_factory=list)
    elsewhere: list[matching.MinimalMatch] = field(default_factory=list)
    is_certain: bool = False

    def __bool__(self) -> bool:
        return bool(self.here or self.elsewhere)

    @property
    def ids(self) -> set[str]:
        """The charts of this hospital among them, as a form names them."""
        return {str(each.patient.pk) for each in self.likely}

    def apart(self, answered: str) -> list[matching.Likely]:
        """Who is somebody else for sure by this answer. Of two born that day nobody said which is the twin."""
        if answered != TWIN:
            return self.likely if answered in FOR_SURE else []
        twins = [each for each in self.likely if "birth_date" in each.agrees]
        return twins if len(twins) == 1 else []


@page("records.patient.create", methods="GET POST")
def register(request: HttpRequest) -> HttpResponse:
    """The form of a new patient. Likely matches are shown beside it when it opens filled in, while it is filled in,
    and once when it is sent; one key says who this is.
    """
    actor: Actor = request.actor  # type: ignore[attr-defined]
    form = patient_forms.of_request(request, "create", initial=_known(request, actor))
    is_sent = form.is_bound and form.is_valid()
    is_typing = request.POST.get("find") == "suspects"
    described = form if is_sent or is_typing else None
    if request.method != "POST":
        described = form.as_if_sent()
    suspects = _suspects(actor, described) if described else Suspects()
    context: dict[str, Any] = {"suspects": suspects, "reasons_new": NEW.items(), "reasons": HERE}
    context |= {"is_unasked": not is_sent or is_typing, "search": begun.search_of(request)}
    if is_typing:
        return render(request, f"{TEMPLATE}#suspects", context)
    answered = request.POST.get("not_them", "")
    # Who came up since the answer was given has not been looked at.
    is_of_all = suspects.ids <= set(request.POST.getlist("shown"))
    why_new, apart_from = NEW.get(answered), suspects.apart(answered)
    if is_sent and suspects and not (why_new and is_of_all):
        # The person found may be the very one that the first of two clicks registered.
        return sent_before(request, to=_chart) or render(
            request, TEMPLATE, {"form": form, **context}, status=409
        )
    try:
        return answer(
            request, form, template=TEMPLATE, context=context, to=_chart,
            act=lambda: _register(
                request, actor, form, not_duplicate=str(why_new or ""), apart_from=apart_from,
                seen=[each.patient.pk for each in suspects.likely],
            ),
        )  # fmt: skip
    except matching.Unseen:  # registered at another desk at this very moment
        context["suspects"] = _suspects(actor, form)
        return render(request, TEMPLATE, {"form": form, **context}, status=409)


@page("records.patient.register_here", methods="GET POST")
def register_here(request: HttpRequest) -> HttpResponse:
    """Register a stranger's chart here too, for a reason; "other" asks for it in words."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    match = request.POST.get("match", "")
    if not match:
        return redirect("records:patient-list")
    # Come from the list of reasons, where "other" has no place for its words yet.
    is_opened = request.POST.get("reason") == OTHER and "other" not in request.POST
    form = ReasonForm(None if is_opened else request.POST, reasons=HERE, is_other=is_opened)
    status = 200 if is_opened else 400
    if form.is_valid():
        try:
            return submit(request, lambda: _register_here(request, actor, match, form), to=_chart)
        except ValidationError as exc:
            form.add_error(None, exc.messages[0])
        except RuleError as exc:
            form.refuse(exc)
            status = problem_of(exc).status  # type: ignore[union-attr]
    context = {"form": form, "match": match, "is_typed": "typed" in request.POST}
    context["search"] = begun.search_of(request)
    return render(request, "records/patients/register_here.html", context, status=status)


def _register(request: HttpRequest, actor: Actor, form: PatientForm, **why_new: Any) -> Patient:
    lists = {name: deepcopy(rows or []) for name, rows in form.changed_lists().items()}
    patient = patients.register(actor, patient=form.record(), **why_new, **lists)
    messages.success(request, gettext("The patient is registered."))
    return patient


def _register_here(request: HttpRequest, actor: Actor, match: str, form: ReasonForm) -> Patient:
    patient = patients.register_here(actor, match=match, reason=form.words)
    if "typed" in request.POST:  # the person of the form beside it
        drafts.forget(actor, begun.address(request, reverse("records:patient-register")))
    messages.success(request, gettext("The patient is registered here too."))
    return patient


def _chart(patient_id: UUID | None) -> str:
    return reverse("records:patient-detail", args=[patient_id])


def _suspects(actor: Actor, form: PatientForm) -> Suspects:
    """Likely matches of what was typed, each look at them on record."""
    patient, numbers = _understood(form), _numbers(form)
    owners = {chart.pk: chart for chart in matching.holders_here(actor, numbers)}
    likely = matching.likely_here(actor, patient)
    others = [each for each in likely if each.patient.pk not in owners]
    charts = [*owners.values(), *(each.patient for each in others)]
    if charts:
        audit.looked(actor, "records.patient.list", patient_ids=[row.pk for row in charts])
    holders = _holders_elsewhere(actor, numbers)
    strangers = holders
    if (
        not strangers
        and not patient.is_unidentified
        and policy.allows(actor, "records.patient.register_here")
    ):
        name = f"{patient.family_name} {patient.given_names}".strip()
        strangers = matching.elsewhere(actor, name=name, birth_date=patient.birth_date)
    why = [[gettext("Same number")]] * len(owners)
    why += [[str(AGREES[word]) for word in each.agrees] for each in others]
    here = [{**row, "why": said} for row, said in zip(shown.rows(actor, charts), why, strict=True)]
    return Suspects(here, likely, strangers, is_certain=bool(owners or holders))


def _understood(form: PatientForm) -> Patient:
    """Whom the form describes so far: what cannot be read, such as a day alone, says nothing about who it is."""
    patient, unsaid = form.instance, Patient()
    for name in form.errors:
        if name in form.fields:
            setattr(patient, name, getattr(unsaid, name))
    return patient


def _numbers(form: PatientForm) -> list[PatientIdentifier]:
    """What was typed of numbers that belong to one person."""
    rows = form.lists["identifiers"].rows() if "identifiers" in form.lists else None
    return [row for row in rows or [] if row.kind in PatientIdentifier.ONE_PATIENT_ONLY]


def _holders_elsewhere(
    actor: Actor, numbers: list[PatientIdentifier]
) -> list[matching.MinimalMatch]:
    """Who of another hospital has one of them."""
    if not policy.allows(actor, "records.patient.register_here"):
        return []
    found = [match for row in numbers for match in matching.elsewhere(actor, identifier=row.value)]
    return list({match.match: match for match in found}.values())


def _known(request: HttpRequest, actor: Actor) -> dict[str, Any]:
    """What a search before has told already, from the search kept under an opaque id."""
    search_id = begun.search_of(request)
    if search_id is None or request.method == "POST":  # sent, the form tells all itself
        return {}
    known = typed.understood(searches.kept(actor, search_id))
    names = ("family_name", "given_names", "birth_date", "phone")
    return {name: value for name in names if (value := getattr(known, name))}
