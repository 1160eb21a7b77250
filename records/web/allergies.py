"""Pages of a patient's allergies, and the statement that there are none."""

from typing import Any, ClassVar
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from hospital.kit import facts, partialdates, policy
from hospital.kit.actors import Actor
from hospital.kit.errors import NotVisible
from hospital.kit.web import histories
from hospital.kit.web.forms import RecordForm
from hospital.kit.web.pages import page
from hospital.kit.web.refusals import AgainForm
from hospital.kit.web.submitting import sent_before, submit
from hospital.web.forms import PartialDateWidget
from records import codings
from records.models import Allergy, AllergyStatement
from records.services import allergies, charts

from .entry_forms import EntryForm
from .entry_pages import EntryPages, Line

STATEMENT = AllergyStatement.resource


class AllergyForm(EntryForm):
    """An allergy; what is known is typed first."""

    wide = ("substance", "reaction", "onset", "note")
    unsaid = ("severity", "type")
    systems = (codings.ATC_SYSTEM, codings.SNOMED_SYSTEM, codings.RXNORM_SYSTEM)

    class Meta(EntryForm.Meta):
        model = Allergy
        fields = (
            "substance", "category", "criticality", "reaction", "severity", "type",
            "clinical_status", "verification_status", "onset", "code_system", "code", "note",
        )  # fmt: skip
        widgets: ClassVar[Any] = {
            **EntryForm.Meta.widgets,
            "onset": PartialDateWidget(takes_age=False),
        }
        help_texts: ClassVar[Any] = {
            "substance": _("In words, such as penicillin, latex or peanuts."),
            "criticality": _("How badly a reaction might end."),
            "onset": _("Only the year is fine."),
            "code": _("If you have one, such as J01CE in ATC."),
        }


class AllergyPages(EntryPages):
    """Allergies, the most dangerous first."""

    topic = "allergies"
    form_class = AllergyForm
    named_by = "substance"
    heads = (_("Reaction"), _("Since"))

    def ordered(self, entries: list[Allergy]) -> list[Allergy]:
        return sorted(entries, key=_rank)

    def line(self, entry: Allergy) -> Line:
        return {
            "title": entry.substance,
            "badges": _badges(entry),
            "cells": (
                " · ".join(filter(None, (entry.reaction, entry.get_severity_display()))),
                partialdates.spoken(entry.onset),
            ),
        }

    def around_list(self) -> dict[str, Any]:
        """The statement that stands, who made it, and whether one may be made or taken back."""
        if not self._reads_all:
            return {}
        rows = AllergyStatement.objects.visible_to(self.actor, "list").live()
        statement = rows.filter(patient=self.patient).select_related("hospital").first()
        may_state = policy.allows(
            self.actor, f"{STATEMENT}.create", AllergyStatement(patient=self.patient)
        )
        if statement is None:
            return {"may_state": may_state}
        who: dict[Any, str] = {**histories.names_of([statement.recorded_by])}
        may_take_back = policy.allows(self.actor, f"{STATEMENT}.retire", statement)
        return {
            "statement": statement,
            "stated_by": who.get(statement.recorded_by, ""),
            "may_take_back": may_take_back,
        }

    def store(self, form: RecordForm) -> Allergy:
        return allergies.record(self.actor, allergy=form.record())

    def change(self, form: RecordForm) -> Allergy:
        return allergies.change(
            self.actor, allergy=form.record(), expected_version=form.expected_version
        )

    def bring_back(self, record: Allergy, form: AgainForm) -> Allergy:
        return allergies.restore(self.actor, allergy=record)


def _rank(entry: Allergy) -> tuple[Any, ...]:
    is_high = entry.criticality == Allergy.Criticality.HIGH
    return not entry.is_standing, not is_high, entry.substance_key


def _badges(entry: Allergy) -> list[dict[str, Any]]:
    """What is unusual about an allergy, in words: its usual state is not told."""
    told = []
    if entry.criticality == Allergy.Criticality.HIGH:
        told.append({"label": _("High criticality"), "tone": "bad", "icon": "triangle-alert"})
    if entry.clinical_status != Allergy.ClinicalStatus.ACTIVE:
        told.append({"label": entry.get_clinical_status_display()})
    if entry.verification_status != Allergy.VerificationStatus.CONFIRMED:
        told.append({"label": entry.get_verification_status_display()})
    return told


@page(f"{STATEMENT}.create", methods="POST")
def state_none(request: HttpRequest, patient_id: UUID) -> HttpResponse:
    """State that the patient has no known allergies."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    patient = charts.one(actor, patient_id)

    def state() -> AllergyStatement:
        statement = AllergyStatement(patient=patient, **AllergyStatement.recorder(actor))
        messages.success(request, gettext("Stated: no known allergies."))
        return allergies.state_none(actor, statement=statement)

    return submit(request, state, to=lambda _pk: _list(patient_id))


@page(f"{STATEMENT}.retire", methods="POST")
def take_back(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Take such a statement back at once: nothing is known again."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    statement = AllergyStatement.objects.visible_to(actor).filter(pk=pk).first()
    if statement is None:
        raise NotVisible
    policy.require(actor, f"{STATEMENT}.retire", statement)

    def to(_pk: UUID | None) -> str:
        return _list(statement.patient_id)

    def retire() -> AllergyStatement:
        messages.success(request, gettext("The statement is taken back."))
        return facts.retire(actor, statement, reason=gettext("Taken back"))

    return sent_before(request, to=to) or submit(request, retire, to=to)


def _list(patient_id: UUID) -> str:
    return reverse("records:allergy-list", args=[patient_id])


URLS: list[URLPattern] = [
    path("patients/<uuid:patient_id>/allergies/none/", state_none, name="allergystatement-create"),
    path("allergy-statements/<uuid:pk>/retire/", take_back, name="allergystatement-retire"),
]
