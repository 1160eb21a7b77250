"""The parts of a chart: the tabs over every page of one patient, and which of them a person sees."""

from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from hospital.kit import policy
from hospital.kit.actors import Actor
from records.models import Patient
from records.services import chart_counts


@dataclass(frozen=True, slots=True)
class Part:
    """A page with its name in ``records:`` and the kind of entry it lists, for who may list that; ``keys`` are
    the words by which pages say that they belong to it."""

    keys: tuple[str, ...]
    page: str
    label: str | Promise
    kind: str = ""


@dataclass(frozen=True, slots=True)
class Tab:
    """One tab: of more than one part each has its own list and address."""

    label: str | Promise
    parts: tuple[Part, ...]


def _alone(label: str | Promise, page: str, *keys: str, kind: str = "") -> Tab:
    return Tab(label, (Part(keys, page, label, kind),))


TABS = (
    _alone(_("Overview"), "patient-detail", "detail", "timeline"),
    Tab(_("Visits"), (
        Part(("visits",), "outpatient-of-patient", _("Visits"), "outpatient"),
        Part(("stays",), "inpatient-of-patient", _("Stays"), "inpatient"),
    )),
    _alone(_("Appointments"), "appointment-of-patient", "appointments", kind="appointment"),
    Tab(_("History"), (
        Part(("diagnoses",), "diagnosis-list", _("Diagnoses"), "diagnosis"),
        Part(("histories",), "history-list", _("Medical history"), "history"),
    )),
    _alone(_("Vitals"), "observation-list", "observations", kind="observation"),
    _alone(_("Treatments"), "treatment-list", "treatments", kind="treatment"),
    _alone(_("Allergies"), "allergy-list", "allergies", kind="allergy"),
    _alone(_("Details"), "patient-details", "details"),
    _alone(_("Changes"), "patient-history", "history"),
)  # fmt: skip


def of(actor: Actor, patient: Patient, here: str) -> dict[str, Any]:
    """The ``tabs``, and the ``parts`` of the one that is open when there are several."""
    counts = chart_counts.of(patient)
    tabs, parts = [], []
    for tab in TABS:
        open_ = [
            part for part in tab.parts
            if not part.kind or policy.allows(actor, f"records.{part.kind}.list")
        ]  # fmt: skip
        if not open_:
            continue
        lines = [_line(patient, part, counts.get(part.kind), here) for part in open_]
        is_current = any(line["is_current"] for line in lines)
        if is_current and len(lines) > 1:
            parts = lines
        # Into the list that has something.
        first = next((line for line in lines if line["count"]), lines[0])
        known = [counts[part.kind] for part in open_ if part.kind in counts]
        tabs.append({
            **first, "label": tab.label, "is_current": is_current,
            "count": _told(sum(known)) if known else None,
        })  # fmt: skip
    return {"tabs": tabs, "parts": parts}


def _line(patient: Patient, part: Part, count: int | None, here: str) -> dict[str, Any]:
    return {
        "label": part.label, "url": reverse(f"records:{part.page}", args=[patient.pk]),
        "is_current": here in part.keys, "count": None if count is None else _told(count),
    }  # fmt: skip


def _told(count: int) -> int | str:
    most = chart_counts.MOST
    return count if count <= most else f"{most}+"
