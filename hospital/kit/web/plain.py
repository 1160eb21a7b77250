"""The pages of a plain record, from one declaration: list, page, new, edit, retire, restore.

    class WardPages(RecordPages):
        topic = "wards"
        form_class = WardForm
        columns = ("name", "code", "department")
        icon, group, order = "bed", _("Hospital"), 61

Naming a topic is all: the app's ``web/urls.py`` asks ``urls_of`` for every such class of its package,
its ``menu.py`` asks ``entries_of``.

Templates are looked for in ``<app>/<topic>/`` first and in ``plain/`` second, so a topic overrides
only what is special about it. What is more than a plain record has page functions of its own.
"""

from collections.abc import Callable, Sequence
from typing import Any, ClassVar
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path, reverse
from django.utils.functional import Promise, classproperty
from django.utils.text import capfirst
from django.utils.translation import gettext

from hospital.kit import facts, policy, topics
from hospital.kit.errors import Consequences, NotVisible, RuleError, problem_of
from hospital.kit.menu import Entry
from hospital.kit.records import Record

from . import another, asides, histories
from .begun import typed
from .drawn import DrawnPages
from .forms import RecordForm, answer
from .listing import Listing, Told
from .pages import page
from .plain_exports import ExportedPages
from .reasons import USUAL, ReasonForm
from .refusals import AgainForm
from .submitting import sent_before, submit
from .values import heading, shown


class RecordPages(DrawnPages, ExportedPages):
    """The pages of one kind of record for one request; every one asks the policy first."""

    form_class: ClassVar[type[RecordForm]]
    columns: ClassVar[Sequence[str | Told]]
    filters: ClassVar[Sequence[str]] = ()
    reasons: ClassVar[Sequence[str | Promise]] = USUAL
    listing_class: ClassVar[type[Listing]] = Listing
    # Its line in the rail: a Lucide icon (without one there is no line) and where it stands.
    icon: ClassVar[str] = ""
    group: ClassVar[str | Promise] = ""
    order: ClassVar[int] = 50
    # The keys that lead there, such as "g b".
    key: ClassVar[str] = ""
    # The form of a new record, where it is another than that of a standing one.
    new_form_class: ClassVar[type[RecordForm] | None] = None

    @classproperty
    def model(cls) -> type[Record]:  # noqa: N805
        return cls.form_class._meta.model

    @classproperty
    def word(cls) -> str:  # noqa: N805
        """What the record is called in the names of its pages: the end of its resource's name."""
        return cls.model.resource.rpartition(".")[2]

    @classmethod
    def urls(cls) -> list[URLPattern]:
        """The addresses, named ``<word>-list``, ``-create``, ``-detail``, ``-edit``, ``-retire``, ``-restore``."""
        at, name = f"{cls.topic}/", cls.word
        one = f"{at}<uuid:pk>/"
        return [
            *cls.file_urls(),
            path(at, cls.view("index", "list"), name=f"{name}-list"),
            path(f"{at}new/", cls.view("new", "create", "GET POST"), name=f"{name}-create"),
            path(one, cls.view("detail", "read"), name=f"{name}-detail"),
            path(f"{one}edit/", cls.view("edit", "update", "GET POST"), name=f"{name}-edit"),
            path(f"{one}retire/", cls.view("retire", "retire", "GET POST"), name=f"{name}-retire"),
            path(f"{one}restore/", cls.view("restore", "restore", "POST"), name=f"{name}-restore"),
        ]

    @classmethod
    def view(cls, name: str, action: str, methods: str = "GET") -> Callable[..., HttpResponse]:
        """One of the pages as a view function that says which permission it needs."""

        def show(request: HttpRequest, **where: Any) -> HttpResponse:
            return getattr(cls(request), name)(**where)

        show.__module__, show.__qualname__ = cls.__module__, f"{cls.__name__}.{name}"
        return page(f"{cls.model.resource}.{action}", methods=methods)(show)

    @classmethod
    def entry(cls) -> Entry:
        """Its line in the rail, for who may list the records."""
        kind = cls.model._meta
        return Entry(
            label=capfirst(kind.verbose_name_plural),  # type: ignore[arg-type]
            url_name=f"{kind.app_label}:{cls.word}-list",
            icon=cls.icon,
            permission=f"{cls.model.resource}.list",
            group=cls.group,
            order=cls.order,
            prefix=f"/{cls.topic}/",
            key=cls.key,
        )

    # ---- what a topic may change

    def queryset(self) -> Any:
        """The rows of the list, with what its columns need loaded."""
        rows = self.model.objects.visible_to(self.actor, "list")
        fields = [name for name in self.columns if isinstance(name, str)]
        return rows.select_related(*(name for name in fields if self._is_relation(name)))

    def server(self) -> dict[str, Any]:
        """The facts of a new record that the server sets."""
        has_hospital = any(field.name == "hospital" for field in self.model._meta.fields)
        return {"hospital_id": self.actor.hospital_id} if has_hospital else {}

    def facts_of(self, record: Any) -> list[dict[str, Any]]:
        """What the record's page tells: the form's fields, in their order."""
        fields = self.form_class._meta.fields or ()
        return [
            {"label": heading(self.model, name), "value": shown(record, name)} for name in fields
        ]

    def entries_of(self, record: Any) -> list[dict[str, Any]]:
        """The record's history in plain words."""
        return histories.entries(record)

    def known(self) -> dict[str, Any]:
        """What is filled in on the form of a new record: what the query says of the list's filters."""
        asked = self.request.GET
        return {name: asked[name] for name in self.filters if name in asked}

    def store(self, form: RecordForm) -> Record:
        """Store a new record, by its service where it has one."""
        return facts.create(self.actor, form.record())

    def change(self, form: RecordForm) -> Record:
        """Store the changes made to a record, in the same way."""
        return facts.change(self.actor, form.record(), expected_version=form.expected_version)

    def take(self, record: Any, form: ReasonForm) -> None:
        """Retire a record, in the same way."""
        facts.retire(self.actor, record, reason=form.words, expected_version=form.expected_version)

    def bring_back(self, record: Any, form: AgainForm) -> Record:
        """Bring a retired record back, in the same way."""
        return facts.restore(self.actor, record)

    def more(self, record: Any) -> dict[str, Any]:
        """What else the record's page shows."""
        return {}

    def after_new(self, pk: UUID | None) -> str:
        """Where one goes on after making a new record: by itself, to its page."""
        return self._to(pk)

    # ---- the pages

    def index(self) -> HttpResponse:
        """The live records, sorted and filtered by the URL; to htmx the region alone."""
        listing = self.listing_class(self.request, self.queryset(), **self.list_options())
        part = "#rows" if getattr(self.request, "htmx", None) else ""
        shown = {"listing": listing, "counted": self.counted(listing.count), **self.around(listing)}
        return self._render("list", {**shown, "acts": self.acts_of_list()}, part=part)

    def detail(self, pk: UUID) -> HttpResponse:
        """One record with its history; a retired one is marked."""
        record = self._record(pk, "read")
        shown = {
            "record": record, "facts": self.facts_of(record), "entries": self.entries_of(record),
            "asides": asides.drawn(self.request, record), "acts": self.acts_of(record),
        }  # fmt: skip
        return self._render("detail", shown | self.more(record))

    def new(self) -> HttpResponse:
        """The form of a new record; the query may fill in what the list filters by."""
        form = self._form(self.new_form_class, server=self.server(), initial=self.known())
        another.begin_at_first_empty(form)
        return self._answer(form, lambda: self._create(form), to=self.after_new, adds_many=True)

    def edit(self, pk: UUID) -> HttpResponse:
        """The form of a standing record."""
        record = self._record(pk, "update")
        facts.refuse_retired(record)
        form = self._form(instance=record)
        return self._answer(form, lambda: self._change(form), record=record)

    def retire(self, pk: UUID) -> HttpResponse:
        """What retiring means, and why it is done."""
        record = self._record(pk, "retire")
        data = self.request.POST if self.request.method == "POST" else None
        if data and (again := sent_before(self.request, to=self._to)):
            return again
        facts.refuse_retired(record)
        form = ReasonForm(
            data, reasons=self.reasons, actor=self.actor, initial={"version": record.version}
        )
        status = 200 if data is None else 400
        if form.is_valid():
            try:
                return submit(self.request, lambda: self._retire(pk, form), to=self._to)
            except RuleError as exc:
                form.refuse(exc)
                status = problem_of(exc).status  # type: ignore[union-attr]
        return self._render("retire", {"record": record, "form": form}, status=status)

    def restore(self, pk: UUID) -> HttpResponse:
        """Bring a retired record back; where something would come of it, that is shown first."""
        record = self._record(pk, "restore")
        form = AgainForm(self.request.POST)
        form.actor = self.actor
        try:
            return submit(self.request, lambda: self._restore(pk, form), to=self._to)
        except Consequences as exc:
            form.refuse(exc)
        return self._render("restore", {"record": record, "form": form}, status=409)

    # ---- what they stand on

    def _record(self, pk: UUID, action: str) -> Any:
        """The record of this page. NotVisible, or Denied when it may only be read."""
        record = self.model.objects.visible_to(self.actor).filter(pk=pk).first()
        if record is None:
            raise NotVisible
        policy.require(self.actor, f"{self.resource}.{action}", record)
        return record

    def _create(self, form: RecordForm) -> Record:
        return self._said(self.store(form), gettext("Added: %(name)s"))

    def _change(self, form: RecordForm) -> Record:
        return self._said(self.change(form), gettext("Saved: %(name)s"))

    def _retire(self, pk: UUID, form: ReasonForm) -> Record:
        record = self._record(pk, "retire")
        self.take(record, form)
        return self._said(record, gettext("Retired: %(name)s"))

    def _restore(self, pk: UUID, form: AgainForm) -> Record:
        record = self.bring_back(self._record(pk, "restore"), form)
        return self._said(record, gettext("Brought back: %(name)s"))

    def _said(self, record: Record, words: str) -> Record:
        messages.success(self.request, words % {"name": record})
        return record

    def _form(self, make: type[RecordForm] | None = None, **options: Any) -> Any:
        begun, make = typed(self.request), make or self.form_class
        data = self.request.POST if self.request.method == "POST" else begun
        form = (make.begun if begun else make)(data, actor=self.actor, **options)
        action = "update" if "instance" in options else "create"
        allowed = policy.fields_of(self.actor, self.resource, action)
        lists = getattr(form, "lists", {})
        hidden = set() if allowed is None else {*form.fields, *lists} - allowed - {"version"}
        for name in hidden:
            (lists if name in lists else form.fields).pop(name)
        return form

    def _answer(
        self,
        form: RecordForm,
        act: Callable[[], Record],
        record: Any = None,
        to: Callable[[UUID | None], str] | None = None,
        **shown: Any,
    ) -> HttpResponse:
        return answer(
            self.request, form, template=self._templates("form"), act=act,
            to=self._to_next if another.is_wanted(self.request) else to or self._to,
            context=self._context({"record": record, **shown}),
        )  # fmt: skip

    def _to_next(self, pk: UUID | None) -> str:
        """The form of the next record, like the one that was just made."""
        create = reverse(f"{self._app}:{self.word}-create")
        return another.address(create, self.model.objects.get(pk=pk), self.filters)  # type: ignore[misc]

    def _to(self, pk: UUID | None) -> str:
        return reverse(f"{self._app}:{self.word}-detail", args=[pk])

    def _is_relation(self, name: str) -> bool:
        return self.model._meta.get_field(name).is_relation


def urls_of(package: str) -> list[URLPattern]:
    """The addresses of every plain record whose pages the package declares."""
    return [url for pages in topics.declared(package, RecordPages) for url in pages.urls()]


def entries_of(package: str) -> list[Entry]:
    """The lines of the same pages in the rail."""
    return [pages.entry() for pages in topics.declared(package, RecordPages) if pages.icon]
