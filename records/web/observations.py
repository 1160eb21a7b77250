"""Pages of what is observed: a patient's vital signs as a table and charts, a round of them, one value."""

import datetime as dt
from typing import Any, ClassVar
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from hospital.kit import clock, policy
from hospital.kit.web import histories
from hospital.kit.web.begun import typed
from hospital.kit.web.forms import RecordForm
from hospital.kit.web.values import heading
from hospital.web import texts
from records import vitals
from records.codings import LOINC_SYSTEM
from records.models import Observation
from records.services import observations
from records.services.vital_signs import usual_at

from . import stay_acts, vital_charts
from . import vital_rows as shown
from .encounter_entries import EncounterEntryPages
from .vital_forms import ObservationForm, VitalsForm

CHARTS = 4
OTHERS = 50


class ObservationPages(EncounterEntryPages):
    """Observations: vital signs by the moment, and below them whatever else was observed."""

    topic = "observations"
    form_class = ObservationForm
    named_by = "name"
    shown_too: ClassVar[Any] = (
        "interpretation", "status", "category", "code_system", "code", "encounter",
    )  # fmt: skip

    @classmethod
    def urls(cls) -> list[URLPattern]:
        final = cls.view("finalise", "finalise", "GET POST")
        at = f"{cls.topic}/<uuid:pk>/finalise/"
        return [*super().urls(), path(at, final, name="observation-finalise")]

    # ---- the list, a round

    def index(self, patient_id: UUID) -> HttpResponse:  # type: ignore[override]
        """The table and the charts; to who reads the outer facts alone, who recorded what and when."""
        if not self._reads_all:
            return super().index(patient_id)
        self._open(patient_id)
        rows = shown.taken(self.actor, self.patient.pk)
        there = shown.signs_of(rows.order_by().values_list("code", flat=True).distinct())
        return self._render("list", {
            **self._table(rows, there), **self._charts(rows, there), "others": self._others(),
        })  # fmt: skip

    def new(self, patient_id: UUID) -> HttpResponse:  # type: ignore[override]
        """A round of vital signs: all of them are stored, or none."""
        self._open(patient_id)
        begun = typed(self.request)
        data = self.request.POST if self.request.method == "POST" else begun
        form: Any = (VitalsForm.begun if begun else VitalsForm)(
            data, actor=self.actor, patient=self.patient, initial=self.known()
        )
        return self._answer(form, lambda: self._record_all(form), to=self.after_new)

    def finalise(self, pk: UUID) -> HttpResponse:
        """What was preliminary is final: one press."""
        if self.request.method != "POST":  # come back to by signing in again
            return redirect("records:observation-detail", pk)
        self._record(pk, "finalise")
        return stay_acts.press(
            self.request, to=lambda _pk: reverse(f"{self._name}-detail", args=[pk]),
            done=_("It is final now."),
            act=lambda: observations.finalise(
                self.actor, observation=self._record(pk, "finalise"),
                expected_version=stay_acts.version_of(self.request),
            ),
        )  # fmt: skip

    # ---- as EntryPages'

    def change(self, form: RecordForm) -> Observation:
        return observations.change(
            self.actor, observation=form.record(), is_confirmed=form.accepts,
            expected_version=form.expected_version,
        )  # fmt: skip

    def facts_of(self, record: Any) -> list[dict[str, Any]]:
        unsaid = [name for name in ("value", "value_text") if getattr(record, name) in {None, ""}]
        left_out = {heading(self.model, name) for name in unsaid}
        return [fact for fact in super().facts_of(record) if fact["label"] not in left_out]

    def told(self, record: Any, name: str) -> str:
        if name == "value":
            return shown.with_unit(record) if record.value is not None else ""
        return super().told(record, name)

    def entries_of(self, record: Any) -> list[dict[str, Any]]:
        if not self._reads_all:
            return super().entries_of(record)
        return histories.entries(
            record, leave_out={"patient"}, tell_too=("status", "interpretation")
        )

    def more(self, record: Any) -> dict[str, Any]:
        if not self._reads_all:
            return {}
        may = policy.allows(self.actor, f"{self.resource}.finalise", record)
        is_preliminary = record.status == Observation.Status.PRELIMINARY and not record.is_retired
        return {
            **super().more(record), "name": shown.name_of(record),
            "together": self._together(record), "may_finalise": may and is_preliminary,
            "finalise_url": reverse(f"{self._name}-finalise", args=[record.pk]),
        }  # fmt: skip

    # ---- what they stand on

    def _templates(self, name: str, part: str = "") -> list[str]:
        if name == "list" and self._reads_all:
            return ["records/observations/vitals.html"]
        return super()._templates(name, part)

    def _record_all(self, form: VitalsForm) -> Observation:
        made = observations.record(
            self.actor, observations=form.records(), is_confirmed=form.accepts,
            is_preliminary=form.cleaned_data["is_preliminary"],
        )  # fmt: skip
        messages.success(self.request, gettext("Recorded."))
        return made[0]

    def _table(self, rows: Any, there: list[shown.Sign]) -> dict[str, Any]:
        before = _moment(self.request.GET.get("before", ""))
        found, more = shown.moments(rows, before=before)
        lines = [shown.row(at_once, there) for at_once in found]
        people = histories.names_of(line["recorded_by"] for line in lines)
        chosen = self.request.GET.copy()
        chosen.pop("before", None)
        first_url, next_url = f"?{chosen.urlencode()}", ""
        if more:
            chosen["before"] = more.isoformat()
            next_url = f"?{chosen.urlencode()}"
        return {
            "signs": there, "first_url": first_url if before else "", "next_url": next_url,
            "lines": [{**line, "who": people.get(line["recorded_by"], "")} for line in lines],
        }  # fmt: skip

    def _charts(self, rows: Any, there: list[shown.Sign]) -> dict[str, Any]:
        asked = set(self.request.GET.getlist("chart"))
        chosen = [sign for sign in there if sign.key in asked][:CHARTS] or there[:1]
        hospital = self.request.workplace.hospital  # type: ignore[attr-defined]
        usual = usual_at(hospital, self.patient, clock.today()) if chosen else {}
        drawn = (vital_charts.chart(sign, rows, usual.get(sign.codes[0])) for sign in chosen)
        return {
            "charts": [each for each in drawn if each],
            "choices": [{"sign": sign, "is_chosen": sign in chosen} for sign in there],
        }

    def _others(self) -> list[dict[str, Any]]:
        """What is no vital sign, the newest first."""
        rows: Any = Observation.objects.visible_to(self.actor, "list").live()
        rows = rows.filter(patient=self.patient).exclude(
            code_system=LOINC_SYSTEM, code__in=vitals.BY_CODE
        )
        return [
            {
                "url": shown.page_of(row), "name": row.name, "text": shown.with_unit(row),
                "when": texts.moment_text(row.taken_at), "category": row.get_category_display(),
            }
            for row in rows.order_by("-taken_at", "-id")[:OTHERS]
        ]  # fmt: skip

    def _together(self, record: Observation) -> list[dict[str, Any]]:
        """What was taken at the same moment."""
        rows: Any = Observation.objects.visible_to(self.actor, "list").live()
        rows = rows.filter(patient=record.patient_id, taken_at=record.taken_at)
        return [
            {
                "url": shown.page_of(row), "name": shown.name_of(row),
                "text": shown.with_unit(row), "mark": shown.mark_of(row),
            }
            for row in rows.exclude(pk=record.pk).order_by("id")[:20]
        ]  # fmt: skip


def _moment(text: str) -> dt.datetime | None:
    """From where the table goes on, as its own link says it; anything else is no moment."""
    try:
        found = dt.datetime.fromisoformat(text)
    except ValueError:
        return None
    return found if found.tzinfo else None
