"""Pages of a patient's diagnoses."""

from typing import Any, ClassVar

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from hospital.kit import partialdates
from hospital.kit.web.forms import RecordForm
from hospital.web.forms import PartialDateWidget
from records import codings
from records.models import Diagnosis
from records.services import diagnoses

from .encounter_entries import EncounterEntryForm, EncounterEntryPages
from .entry_pages import Line

C = Diagnosis.Certainty
S = Diagnosis.ClinicalStatus


class DiagnosisForm(EncounterEntryForm):
    """What the patient is found to have, how sure it is, and whether it is the main thing."""

    wide = ("description", "is_main", "onset", "resolved", "note")
    systems = (codings.ICD10_SYSTEM, codings.SNOMED_SYSTEM)

    class Meta(EncounterEntryForm.Meta):
        model = Diagnosis
        fields = (
            "description", "code_system", "code", "certainty", "clinical_status", "is_main",
            "onset", "resolved", "note", "encounter",
        )  # fmt: skip
        widgets: ClassVar[Any] = {
            **EncounterEntryForm.Meta.widgets,
            "onset": PartialDateWidget(takes_age=False),
            "resolved": PartialDateWidget(takes_age=False),
        }
        help_texts: ClassVar[Any] = {
            "description": _("In words, such as community-acquired pneumonia."),
            "code": _("If you have one, such as J18.9 in ICD-10."),
            "is_main": _("The one before it becomes a secondary one."),
            "onset": _("Only the year is fine."),
        }

    def __init__(self, *args: Any, **options: Any):
        super().__init__(*args, **options)
        # The main diagnosis is one of a visit or a stay: nobody is asked elsewhere.
        if not self["encounter"].value() and "is_main" not in self.data:
            del self.fields["is_main"]


class DiagnosisPages(EncounterEntryPages):
    """Diagnoses: what is active first, main ones before the others, what was ruled out last."""

    topic = "diagnoses"
    form_class = DiagnosisForm
    named_by = "description"
    heads = (_("Code"), _("Since"))
    shown_too = ("code_display",)

    def ordered(self, entries: list[Diagnosis]) -> list[Diagnosis]:
        return sorted(entries, key=rank)

    def line(self, entry: Diagnosis) -> Line:
        since, until = partialdates.spoken(entry.onset), partialdates.spoken(entry.resolved)
        return {
            "title": entry.description,
            "badges": badges(entry),
            "cells": (entry.code, " – ".join(filter(None, (since, until)))),
        }

    def store(self, form: RecordForm) -> Diagnosis:
        return diagnoses.record(self.actor, diagnosis=form.record())

    def change(self, form: RecordForm) -> Diagnosis:
        return diagnoses.change(
            self.actor, diagnosis=form.record(), expected_version=form.expected_version
        )


def rank(entry: Diagnosis) -> tuple[bool, bool, bool]:
    """What counts most first."""
    return (entry.is_ruled_out, entry.clinical_status != S.ACTIVE, not entry.is_main)


def badges(entry: Diagnosis) -> list[dict[str, str | Promise]]:
    """What must not be overlooked of a diagnosis, in a word each."""
    if entry.is_ruled_out:
        return [{"label": C.REFUTED.label, "tone": "", "icon": "x"}]
    found: list[dict[str, str | Promise]] = []
    if entry.is_main:
        found.append({"label": _("Main"), "tone": "accent", "icon": "star"})
    if entry.certainty != C.CONFIRMED:
        label = entry.get_certainty_display()
        found.append({"label": label, "tone": "warn", "icon": "circle-question-mark"})
    if entry.clinical_status != S.ACTIVE:
        found.append({"label": entry.get_clinical_status_display(), "tone": ""})
    return found
