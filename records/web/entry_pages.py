"""The pages of a chart's entries: a list below the patient, and a page, a form and acts for each entry.

    class AllergyPages(EntryPages):
        topic = "allergies"
        form_class = AllergyForm

They are RecordPages with the patient around them: the banner, the tabs, and every look on record. Who
reads an entry by its outer facts alone (an administrator, an auditor) is shown who, when and why.
"""

from collections.abc import Sequence
from typing import Any, ClassVar
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.urls import URLPattern, path, reverse
from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from hospital.kit import addresses, audit, facts, masks, policy
from hospital.kit.errors import NotVisible
from hospital.kit.records import Record
from hospital.kit.web import histories
from hospital.kit.web.forms import RecordForm
from hospital.kit.web.plain import RecordPages
from hospital.kit.web.values import heading, shown
from records import codings
from records.models import Patient
from records.models.entries import ChartEntry
from records.services import charts

from .patients import around
from .usual_reasons import ERROR

MOST = 200
HIDDEN = masks.MARK
Line = dict[str, Any]


class EntryPages(RecordPages):
    """The pages of one kind of entry for one request."""

    reasons = ERROR
    patient: Patient
    columns = ()
    # The field that an entry is called by.
    named_by: ClassVar[str]
    # What its page tells beside the form's fields.
    shown_too: ClassVar[Sequence[str]] = ()
    # How many stand on a page of the list.
    most: ClassVar[int] = MOST
    # The heads between an entry's title and who recorded it.
    heads: ClassVar[Sequence[str | Promise]] = ()

    @classmethod
    def urls(cls) -> list[URLPattern]:
        """As RecordPages', with the list and the empty form below their patient."""
        name = cls.word
        below = f"patients/<uuid:patient_id>/{cls.topic}/"
        return [
            path(below, cls.view("index", "list"), name=f"{name}-list"),
            path(f"{below}new/", cls.view("new", "create", "GET POST"), name=f"{name}-create"),
            *(url for url in super().urls() if url.name not in {f"{name}-list", f"{name}-create"}),
        ]

    # ---- what a topic may change

    def ordered(self, entries: list[Any]) -> list[Any]:
        """The list's order: what counts most first."""
        return entries

    def told_rows(self, rows: Any) -> Any:
        """The list's rows, with what a line tells loaded."""
        return rows.select_related("hospital")

    def line(self, entry: Any) -> Line:
        """One line of the list: title, badges and cells (one for each of ``heads``)."""
        raise NotImplementedError

    def around_list(self) -> dict[str, Any]:
        """What else the list shows."""
        return {}

    # ---- as RecordPages'

    def server(self) -> dict[str, Any]:
        return {"patient": self.patient, **self.model.recorder(self.actor)}  # type: ignore[attr-defined]

    def facts_of(self, record: Any) -> list[dict[str, Any]]:
        """What the entry says, as far as this person may read it, and who wrote it down."""
        fields = (*(self.form_class._meta.fields or ()), *self.shown_too)
        names = [name for name in fields if name in self._readable(record)]
        told = [
            {"label": heading(self.model, name), "value": self.told(record, name)} for name in names
        ]
        who = histories.names_of([record.recorded_by]).get(record.recorded_by, "")
        return [
            *told,
            {"label": heading(self.model, "recorded_by"), "value": who},
            {"label": heading(self.model, "hospital"), "value": shown(record, "hospital")},
        ]

    def told(self, record: Any, name: str) -> str:
        """A field's value as a page writes it."""
        value = shown(record, name)
        return codings.NAMES.get(value, value) if name == "code_system" else value

    def entries_of(self, record: Any) -> list[dict[str, Any]]:
        readable = self._readable(record)
        return histories.entries(
            record,
            hide=lambda name, text: text if name in readable else HIDDEN,
            leave_out={"patient", "substance_key"},
        )

    def index(self, patient_id: UUID) -> HttpResponse:  # type: ignore[override]
        """The patient's entries; those entered in error are shown to who may bring them back."""
        self._open(patient_id)
        model: Any = self.model
        rows = model.objects.visible_to(self.actor, "list").filter(patient=self.patient)
        if not policy.allows(self.actor, f"{self.resource}.restore"):
            rows = rows.live()
        entries, further = self._page(self.told_rows(rows))
        people = histories.names_of(entry.recorded_by for entry in entries)
        in_order = sorted(self.ordered(entries), key=lambda entry: entry.is_retired)
        lines = [self._line(entry, people) for entry in in_order]
        shown = {"lines": lines, "heads": self._heads(), **further, **self.around_list()}
        return self._render("list", shown)

    def _page(self, rows: Any) -> tuple[list[Any], dict[str, str]]:
        """A page of the newest that are left, and the addresses of the first and of the next."""
        here, begin = reverse(f"{self._name}-list", args=[self.patient.pk]), self._begin()
        rows = rows.filter(pk__lt=begin) if begin else rows
        found = list(rows.order_by("-id")[: self.most + 1])
        page = found[: self.most]
        urls = {"first_url": here if begin else "", "next_url": ""}
        if len(found) > len(page):
            urls["next_url"] = f"{here}?before={page[-1].pk}"
        return page, urls

    def _begin(self) -> UUID | None:
        """Below which entry the page begins, as the address says; NotVisible for what is none."""
        text = self.request.GET.get("before", "")
        try:
            return UUID(text) if text else None
        except ValueError as exc:
            raise NotVisible from exc

    def new(self, patient_id: UUID) -> HttpResponse:  # type: ignore[override]
        """The form of a new entry."""
        self._open(patient_id)
        return super().new()

    def _retire(self, pk: UUID, form: Any) -> Record:
        record = self._record(pk, "retire")
        facts.retire(self.actor, record, reason=form.words, expected_version=form.expected_version)
        return self._said(record, gettext("Marked as entered in error."))

    # ---- what they stand on

    def _open(self, patient_id: UUID) -> None:
        """The chart these pages are about. NotVisible when this hospital does not know the patient."""
        self.patient = charts.counted(self.actor, patient_id)
        policy.require(self.actor, "records.patient.read", self.patient)

    def _record(self, pk: UUID, action: str) -> Any:
        record = super()._record(pk, action)
        self._open(record.patient_id)
        return record

    def _line(self, entry: ChartEntry, people: dict[UUID, str]) -> Line:
        return {
            "url": addresses.of(f"{self._name}-detail", entry.pk),
            "who": people.get(entry.recorded_by, "") if entry.recorded_by else "",
            "where": str(entry.hospital),
            "when": entry.created_at,
            "is_retired": entry.is_retired,
            "reason": entry.retired_reason,
            "title": str(entry),
            **(self.line(entry) if self._reads_all else {}),
        }

    def _heads(self) -> list[dict[str, Any]]:
        """The table's heads, as components/table.html takes them."""
        told = self.heads if self._reads_all else ()
        kind = capfirst(str(self.model._meta.verbose_name))
        return [
            {"label": heading(self.model, self.named_by) if self._reads_all else kind},
            *({"label": label, "is_wide_only": True} for label in told),
            {"label": _("Recorded"), "is_wide_only": True},
        ]

    @property
    def _reads_all(self) -> bool:
        return policy.fields_of(self.actor, self.resource, "read") is None

    def _readable(self, record: Any) -> frozenset[str]:
        allowed = policy.fields_of(self.actor, self.resource, "read")
        every = frozenset(field.name for field in record._meta.concrete_fields)
        return every if allowed is None else allowed

    def _said(self, record: Record, words: str) -> Record:
        # A message may show on a page about somebody else, so it names nothing.
        messages.success(self.request, words % {"name": record})
        return record

    def _answer(
        self, form: RecordForm, act: Any, record: Any = None, to: Any = None, **shown: Any
    ) -> HttpResponse:
        response = super()._answer(form, act, record, to, **shown)
        if response.status_code != 302:  # the page is drawn, but not yet given away
            self._looked("form", record)
        return response

    def _render(
        self, name: str, shown: dict[str, Any], *, part: str = "", status: int = 200
    ) -> HttpResponse:
        response = super()._render(name, shown, part=part, status=status)
        self._looked(name, shown.get("record"))
        return response

    def _looked(self, page: str, record: Any) -> None:
        action = "list" if page == "list" else "read"
        audit.looked(
            self.actor,
            f"{self.resource}.{action}",
            object_id=record.pk if record else None,
            patient_ids=[self.patient.pk],
            detail="" if page in {"list", "detail"} else page,
        )

    def _context(self, shown: dict[str, Any]) -> dict[str, Any]:
        record = shown.get("record")
        acts = ("create", "update", "retire", "restore")
        may = {act: policy.allows(self.actor, f"{self.resource}.{act}", record) for act in acts}
        urls = {
            word: reverse(f"{self._name}-{word}", args=[self.patient.pk])
            for word in ("list", "create")
        }
        if record is not None:
            pages = ("detail", "edit", "retire", "restore")
            urls |= {word: reverse(f"{self._name}-{word}", args=[record.pk]) for word in pages}
        chart = around(self.actor, self.patient, self.topic)
        return {
            **chart,
            "chart_may": chart["may"],
            "kind": self.model._meta,
            "urls": urls,
            "may": may,
            "name": getattr(record, self.named_by) if record and self._reads_all else record,
            **shown,
        }

    def _to(self, pk: UUID | None) -> str:
        return reverse(f"{self._name}-list", args=[self.patient.pk])

    def _to_next(self, pk: UUID | None) -> str:
        return reverse(f"{self._name}-create", args=[self.patient.pk])

    def _templates(self, name: str, part: str = "") -> list[str]:
        own, usual = super()._templates(name, part)
        return [own, f"{self._app}/entries/{name}.html{part}", usual]

    @property
    def _name(self) -> str:
        return f"{self._app}:{self.word}"
