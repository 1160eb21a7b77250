"""Pages of treatments: those of a patient, planning one, and one with its acts and what goes into it."""

from collections.abc import Sequence
from copy import deepcopy
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext_lazy as _

from hospital.kit import policy
from hospital.kit.errors import NotVisible, RuleError
from hospital.kit.web import histories
from hospital.kit.web.asides import Aside
from hospital.kit.web.reasons import ReasonForm
from hospital.models import Doctor
from records.models import Encounter, Treatment, TreatmentConsumable, TreatmentMedication
from records.services import treatments

from . import stay_acts
from . import treatment_rows as shown
from .entry_pages import HIDDEN, EntryPages, Line
from .stay_forms import ActForm
from .treatment_forms import NotesForm, PlanForm, TreatmentForm
from .treatment_reasons import CANCEL

STEPS = ("perform", "cancel", "undo")
TOLD = (
    "procedure", "doctor", "encounter", "planned_for", "done_at", "consent", "consent_note",
    "note", "cancel_reason",
)  # fmt: skip
# Told as "Not recorded" when it is missing; of the others nothing is said then.
ALWAYS = ("procedure", "doctor", "encounter", "consent")


class TreatmentPages(EntryPages):
    """The treatments of a patient at this hospital, what is planned first."""

    topic = "treatments"
    form_class = TreatmentForm
    new_form_class = PlanForm
    named_by = "procedure"
    heads = (_("When"), _("Doctor"))
    most = 30
    encounters: Sequence[Encounter] = ()

    @classmethod
    def urls(cls) -> list[URLPattern]:
        one = f"{cls.topic}/<uuid:pk>/"
        acts = [
            path(f"{one}{word}/", cls.view(word, word, "GET POST"), name=f"treatment-{word}")
            for word in STEPS
        ]
        return [*super().urls(), *acts]

    # ---- as EntryPages'

    def told_rows(self, rows: Any) -> Any:
        return super().told_rows(rows).select_related("procedure", "doctor")

    def ordered(self, entries: list[Treatment]) -> list[Treatment]:
        return shown.in_order(entries)

    def line(self, entry: Treatment) -> Line:
        return {
            "title": str(entry.procedure),
            "badges": [shown.badge(entry)],
            "cells": (shown.when(entry), str(entry.doctor)),
        }

    def facts_of(self, record: Any) -> list[dict[str, Any]]:
        told = [(name, self.told(record, name)) for name in TOLD if name in self._readable(record)]
        fields = {name: record._meta.get_field(name).verbose_name for name, _text in told}
        facts_ = [
            {"label": fields[name][:1].upper() + fields[name][1:], "value": text}
            for name, text in told
            if text or name in ALWAYS
        ]
        return [*facts_, *super().facts_of(record)[-2:]]

    def told(self, record: Any, name: str) -> str:
        if name == "encounter":
            return shown.encounter_words(record.encounter)
        return super().told(record, name)

    def entries_of(self, record: Any) -> list[dict[str, Any]]:
        readable = self._readable(record)
        models = {"medications": TreatmentMedication, "consumables": TreatmentConsumable}
        parts: dict[str, Any] = {
            name: model.history.filter(treatment_id=record.pk)  # type: ignore[attr-defined]
            for name, model in models.items()
        }
        return histories.entries(
            record, parts=parts, tell_too=("status", "done_at", "cancel_reason"),
            leave_out=("patient", "treatment"),
            hide=lambda name, text: text if name in readable or self._reads_all else HIDDEN,
        )  # fmt: skip

    def more(self, record: Any) -> dict[str, Any]:
        """What goes into it, and its visit or stay; nothing for who reads its outer facts alone."""
        if not self._reads_all:
            return {}
        return {
            "uses": shown.uses(record),
            "badge": shown.badge(record),
            "encounter_url": shown.encounter_url(self.actor, record.encounter),
        }

    # ---- planning and changing

    def new(self, patient_id: UUID) -> HttpResponse:  # type: ignore[override]
        """The form of a new treatment; without a visit or a stay to plan it in, the way to open one."""
        self._open(patient_id)
        self.encounters = shown.open_encounters(self.actor, self.patient)
        if asked := self.request.GET.get("encounter"):
            chosen = shown.encounter_of(self.actor, self.patient, asked)
            self.encounters = [chosen, *(e for e in self.encounters if e.pk != chosen.pk)]
        if not self.encounters:
            return self._render("nowhere", {"ways": shown.openings(self.patient)})
        return super().new(patient_id)

    def known(self) -> dict[str, Any]:
        """The visit or stay that was asked for; the doctor who signed in, else who is responsible there."""
        is_one = "encounter" in self.request.GET or len(self.encounters) == 1
        found = self.encounters[0] if is_one else None
        mine = Doctor.objects.visible_to(self.actor, "list").live().filter(user=self.actor.user_id)  # type: ignore[attr-defined]
        doctor = mine.values_list("pk", flat=True).first() or (found and found.attending_id)
        return {"encounter": found, "doctor": doctor}

    def store(self, form: Any) -> Treatment:
        lists = {name: deepcopy(rows) or () for name, rows in form.changed_lists().items()}
        return treatments.plan(self.actor, treatment=form.record(), **lists)

    def change(self, form: Any) -> Treatment:
        lists = deepcopy(form.changed_lists()) if hasattr(form, "changed_lists") else {}
        return treatments.change(
            self.actor, treatment=form.record(), expected_version=form.expected_version, **lists
        )

    # ---- the acts

    def perform(self, pk: UUID) -> HttpResponse:
        """It has been done: now by one press, or at an earlier time."""
        record = self._at_step(pk, "perform")
        form = ActForm(self._sent(), actor=self.actor, initial={"version": record.version})

        def act() -> Treatment:
            return treatments.perform(
                self.actor, treatment=self._record(pk, "perform"), at=form.cleaned_data["at"],
                expected_version=form.expected_version,
            )  # fmt: skip

        return self._run(record, form, "perform", act, _("Done."))

    def cancel(self, pk: UUID) -> HttpResponse:
        """It is not to be done, and why."""
        record = self._at_step(pk, "cancel")
        form = ReasonForm(
            self._sent(), reasons=CANCEL, actor=self.actor, initial={"version": record.version}
        )

        def act() -> Treatment:
            return treatments.cancel(
                self.actor, treatment=self._record(pk, "cancel"), reason=form.words,
                expected_version=form.expected_version,
            )  # fmt: skip

        return self._run(record, form, "cancel", act, _("Cancelled."))

    def undo(self, pk: UUID) -> HttpResponse:
        """It is planned again."""
        if self.request.method != "POST":  # come back to by signing in again
            return redirect(self._to(pk))
        self._record(pk, "undo")
        return stay_acts.press(
            self.request, to=lambda _pk: self._to(pk), done=_("Taken back."),
            act=lambda: treatments.undo(
                self.actor, treatment=self._record(pk, "undo"),
                expected_version=stay_acts.version_of(self.request),
            ),
        )  # fmt: skip

    # ---- what they stand on

    def _run(self, record: Treatment, form: Any, word: str, act: Any, done: Any) -> HttpResponse:
        response = stay_acts.run(
            self.request, form, template=f"records/treatments/{word}.html", act=act, done=done,
            to=lambda _pk: self._to(record.pk), context=self._context({"record": record}),
        )  # fmt: skip
        if response.status_code != 302:
            self._looked(word, record)
        return response

    def _at_step(self, pk: UUID, word: str) -> Treatment:
        record = self._record(pk, word)
        if self.request.method != "POST" and not record.is_planned:
            raise RuleError("treatment_step", status=record.get_status_display())
        return record

    def _sent(self) -> Any:
        return self.request.POST if self.request.method == "POST" else None

    def _record(self, pk: UUID, action: str) -> Any:
        rows = shown.whole(Treatment.objects.visible_to(self.actor).filter(pk=pk))
        record = rows.first()
        if record is None:
            raise NotVisible
        policy.require(self.actor, f"{self.resource}.{action}", record)
        self._open(record.patient_id)
        return record

    def _form(self, make: Any = None, **options: Any) -> Any:
        record = options.get("instance")
        if record is not None and not record.is_planned:
            make = NotesForm
        if make is PlanForm:
            options["encounters"] = self.encounters
        return super()._form(make, **options)

    def _context(self, shown_: dict[str, Any]) -> dict[str, Any]:
        context = super()._context(shown_)
        record = shown_.get("record")
        if record is not None:
            context["may"] |= shown.steps(self.actor, record)
            context["urls"] |= {
                word: reverse(f"{self._name}-{word}", args=[record.pk]) for word in STEPS
            }
        return context

    def _to(self, pk: UUID | None) -> str:
        return reverse(f"{self._name}-detail", args=[pk]) if pk else super()._to(pk)

    def _to_next(self, pk: UUID | None) -> str:
        made = Treatment.objects.get(pk=pk)  # type: ignore[misc]
        return shown.plan_url(self.patient.pk, made.encounter)


def cards() -> list[Aside]:
    """The treatments of a visit and of a stay, on its page."""
    return [
        Aside(
            resource, "records/treatments/card.html", "records.treatment.list", shown.card, order=30
        )
        for resource in ("records.outpatient", "records.inpatient")
    ]
