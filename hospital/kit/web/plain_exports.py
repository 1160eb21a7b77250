"""What one may take of a plain record's list, its file and its saved filters: part of ``RecordPages``."""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path, reverse
from django.utils.functional import Promise
from django.utils.http import urlencode
from django.utils.text import capfirst
from django.utils.translation import gettext

from hospital.kit import exports, policy, topics
from hospital.kit.actors import Actor
from hospital.kit.exports import Column, Table
from hospital.kit.masks import masked

from . import exporting
from .listing import Told, may_see_retired
from .saved import Saved
from .selecting import Selection
from .values import cell, heading


class ExportedPages:
    """A list that can be exported, for whoever the policy gives ``<resource>.export``."""

    request: HttpRequest
    actor: Actor
    resource: str
    topic: ClassVar[str]
    model: ClassVar[Any]
    form_class: ClassVar[Any]
    columns: ClassVar[Sequence[Any]]
    filters: ClassVar[Sequence[str]]
    # By which keys a column is sorted where that is not its own field, and by what the list is at first.
    orders: ClassVar[Mapping[str, Sequence[str]]] = {}
    first_order: ClassVar[str] = ""
    # What columns and filters are called, where that is not the field's name.
    labels: ClassVar[Mapping[str, str | Promise]] = {}
    # How a list is narrowed by what its address asks.
    selection_class: ClassVar[type[Selection]] = Selection

    def queryset(self) -> Any:
        raise NotImplementedError

    @classmethod
    def view(cls, name: str, action: str, methods: str = "GET") -> Any:
        raise NotImplementedError

    @classmethod
    def file_urls(cls) -> list[URLPattern]:
        """The address that makes a file of the list, named ``<model>-export``: none without a rule for it."""
        name = f"{cls.model._meta.model_name}-export"
        if not policy.is_declared(f"{cls.model.resource}.export"):
            return []
        return [path(f"{cls.topic}/export/", cls.view("export", "export", "POST"), name=name)]

    # ---- what a topic may change

    def over(self) -> Q | None:
        """Which rows are over, and so left out unless the past is asked for; None: there is no past."""
        return None

    def fields_told(self) -> Sequence[str]:
        """The fields a file tells: the list's columns, then what else the record's own page says."""
        shown = [column for column in self.columns if isinstance(column, str)]
        return list(dict.fromkeys([*shown, *(self.form_class._meta.fields or ())]))

    def more_columns(self) -> list[Column]:
        """What else a file tells of each record; ``for_file`` loads what it needs."""
        return []

    def for_file(self, rows: Any) -> Any:
        """The rows, with everything a file tells of them loaded."""
        fields = [self.model._meta.get_field(name) for name in self.fields_told()]
        return rows.select_related(*(field.name for field in fields if field.is_relation))

    # ---- the page, and what the background job asks

    def list_options(self) -> dict[str, Any]:
        """How the list is narrowed and ordered: the page and the file alike."""
        return {
            "columns": self.columns, "filters": self.filters, "orders": self.orders,
            "first_order": self.first_order, "labels": self.labels, "over": self.over(),
            "may_see_retired": may_see_retired(self.actor, self.resource),
        }  # fmt: skip

    def export(self) -> HttpResponse:
        """The list that the address asks for, as a file."""
        return exporting.answer(self.request, PlainList(type(self)), self.table())

    def around(self, selection: Selection) -> dict[str, Any]:
        """What stands above a list: the filters a person saved, and the way to a file."""
        name = PlainList(type(self)).name
        return {
            "saved": Saved(self.actor, name, selection.asked),
            "export_url": self._export_url(selection),
        }

    def table(self) -> Table:
        """The rows and columns of the file."""
        rows = self.for_file(self.queryset())
        selection = self.selection_class(self.request.GET, self.actor, rows, **self.list_options())
        columns = [*self._columns(), *self.more_columns()]
        if "retired" in selection.chosen:
            columns.append(Column(gettext("Retired"), lambda record: record.retired_at))
        return Table(columns, selection.batches, selection.number, selection.asked)

    def _export_url(self, selection: Selection) -> str:
        """Where the list becomes a file; "" for whoever may not have one."""
        permission, kind = f"{self.resource}.export", self.model._meta
        if not (policy.is_declared(permission) and policy.allows(self.actor, permission)):
            return ""
        address = reverse(f"{kind.app_label}:{kind.model_name}-export")
        return f"{address}?{urlencode(selection.asked)}"

    def _columns(self) -> list[Column]:
        hidden = policy.masked_of(self.actor, self.resource)
        fields = [
            Column(heading(self.model, name), _reading(name, is_hidden=name in hidden))
            for name in self.fields_told()
        ]
        # What is told in words says again what fields say.
        figures = [each for each in self.columns if isinstance(each, Told) and each.is_number]
        return [*fields, *(Column(str(each.label), each.value) for each in figures)]


def _reading(name: str, *, is_hidden: bool) -> Any:
    if is_hidden:
        return lambda record: masked(str(cell(record, name) or ""))
    return lambda record: cell(record, name)


class PlainList:
    """The list of a kind of record, as ``exports`` knows it."""

    def __init__(self, pages: Any):
        self.pages, self.resource = pages, pages.model.resource
        self.name = f"{pages.model._meta.app_label}.{pages.topic}"

    @property
    def label(self) -> str | Promise:
        return capfirst(str(self.pages.model._meta.verbose_name_plural))

    @property
    def url_name(self) -> str:
        kind = self.pages.model._meta
        return f"{kind.app_label}:{kind.model_name}-list"

    def table(self, actor: Actor, query: Any) -> Table:
        """The table of whoever asks with that query, as their page would show it."""
        request: Any = HttpRequest()
        request.GET, request.actor = query, actor
        return self.pages(request).table()


def sources_of(package: str) -> list[PlainList]:
    """The lists of the plain records of a package that the policy lets anybody export."""
    lists = [PlainList(pages) for pages in topics.declared(package, ExportedPages)]
    return [each for each in lists if policy.is_declared(exports.permission_of(each))]
