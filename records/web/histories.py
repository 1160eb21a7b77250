"""Pages of a patient's medical history."""

from typing import Any, ClassVar

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from hospital.kit import partialdates
from hospital.web.forms import PartialDateWidget
from records import codings
from records.models import MedicalHistory

from .entry_forms import EntryForm
from .entry_pages import EntryPages, Line


class MedicalHistoryForm(EntryForm):
    """A fact of the past; which of its fields fit which kind, the model says."""

    wide = ("description", "onset", "resolved", "note")
    unsaid = ("relationship", "clinical_status")
    systems = (codings.ICD10_SYSTEM, codings.SNOMED_SYSTEM)

    class Meta(EntryForm.Meta):
        model = MedicalHistory
        fields = (
            "description", "category", "relationship", "clinical_status", "onset", "resolved",
            "code_system", "code", "note",
        )  # fmt: skip
        widgets: ClassVar[Any] = {
            **EntryForm.Meta.widgets,
            "onset": PartialDateWidget(takes_age=False),
            "resolved": PartialDateWidget(takes_age=False),
        }
        help_texts: ClassVar[Any] = {
            "description": _("In words, such as diabetes, appendix removed or smokes."),
            "relationship": _("For a family history: whose it is."),
            "clinical_status": _("Not for a surgery or an immunisation."),
            "onset": _("Only the year is fine."),
            "code": _("If you have one, such as E11.9 in ICD-10."),
        }


class MedicalHistoryPages(EntryPages):
    """Histories: what lasts first, then by kind, the newest of each first."""

    topic = "histories"
    form_class = MedicalHistoryForm
    named_by = "description"
    heads = (_("Category"), _("Since, or done on"))
    shown_too = ("code_display",)

    def ordered(self, entries: list[MedicalHistory]) -> list[MedicalHistory]:
        kinds = MedicalHistory.Category.values
        newest_first = sorted(entries, key=lambda entry: entry.onset, reverse=True)
        return sorted(
            newest_first,
            key=lambda entry: (not _is_active(entry), kinds.index(entry.category)),
        )

    def line(self, entry: MedicalHistory) -> Line:
        kind = (entry.get_category_display(), entry.get_relationship_display())
        tone = "info" if _is_active(entry) else ""
        badges = [{"label": entry.get_clinical_status_display(), "tone": tone}]
        return {
            "title": entry.description,
            "badges": badges if entry.clinical_status else [],
            "cells": (": ".join(filter(None, kind)), _span(entry)),
        }


def _is_active(entry: MedicalHistory) -> bool:
    return entry.clinical_status == MedicalHistory.ClinicalStatus.ACTIVE


def _span(entry: MedicalHistory) -> str:
    began, ended = partialdates.spoken(entry.onset), partialdates.spoken(entry.resolved)
    if not ended:
        return began
    if not began:
        return gettext("until %(date)s") % {"date": ended}
    return f"{began} – {ended}"
