"""A list page: filters and order in the URL, a page at a time, each filter in force removable."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.http import HttpRequest, QueryDict

from hospital.kit import keyset, policy

from .selecting import BOXES, Selection
from .values import heading, shown

COUNTED_TO = 10_000
# So many columns has a telephone room for.
WIDE_FROM = 3


@dataclass(frozen=True, slots=True)
class Told:
    """A column of what is told of a record and stands in no field, figures unless ``is_number`` is false.

    With ``key``, a field or one of the list's ``orders``, it can be sorted by that.
    """

    label: Any
    value: Callable[[Any], str]
    key: str = ""
    is_number: bool = True


@dataclass(frozen=True, slots=True)
class Row:
    """One record and its columns' values, the first of which leads to its page."""

    record: Any
    first: str
    cells: list[dict[str, Any]]


class Listing(Selection):
    """What a list template shows, made of ``rows`` and the query of ``request``; see Selection."""

    def __init__(
        self, request: HttpRequest, rows: Any, *, columns: Sequence[str | Told], **options: Any
    ):
        actor = request.actor  # type: ignore[attr-defined]
        super().__init__(request.GET, actor, rows, columns=columns, **options)
        self.count = self.number(COUNTED_TO + 1)
        self.page = self._page()

    @property
    def rows(self) -> list[Row]:
        """The page's records with their values."""
        return [
            Row(record, _told(record, self.columns_shown[0]), [
                {"value": _told(record, column), **self._look(number, column)}
                for number, column in enumerate(self.columns_shown[1:], 1)
            ])
            for record in self.page.rows
        ]  # fmt: skip

    @property
    def is_counted(self) -> bool:
        """Whether ``count`` is how many there are, and not just more than anybody counts."""
        return self.count <= COUNTED_TO

    @property
    def columns(self) -> list[dict[str, Any]]:
        """The heads: label, the address that sorts by it, and which way it is sorted now."""
        return [
            {
                "label": self._heading(column),
                **self._sorting(column.key if isinstance(column, Told) else column),
                **self._look(number, column),
            }
            for number, column in enumerate(self.columns_shown)
        ]

    def _heading(self, column: str | Told) -> Any:
        if isinstance(column, Told):
            return column.label
        return self.labels.get(column) or heading(self.model, column)

    def _sorting(self, key: str) -> dict[str, Any]:
        """The address that sorts by the column, and which way it is sorted now."""
        if not key:
            return {}
        return {
            "sort_url": self._url(order=key if self.order != key else f"-{key}", cursor=None),
            "sort": {key: "ascending", f"-{key}": "descending"}.get(self.order),
        }

    @property
    def chips(self) -> list[dict[str, str]]:
        """The filters in force, each with the address without it."""
        return [
            {"label": self._label(name, value), "url": self._url(cursor=None, **{name: None})}
            for name, value in self.chosen.items()
        ]

    @property
    def clear_url(self) -> str:
        return self._url(cursor=None, **dict.fromkeys(self.chosen))

    @property
    def first_url(self) -> str:
        return self._url(cursor=None) if self.query.get("cursor") else ""

    @property
    def next_url(self) -> str:
        return self._url(cursor=self.page.next) if self.page.next else ""

    def _page(self) -> keyset.Page:
        """The page asked for, or the first when its marker belongs to another list."""
        wanted: dict[str, Any] = {"order": self.keys, "bound_to": self.bound_to}
        try:
            return keyset.page(self.queryset, cursor=self.query.get("cursor"), **wanted)
        except ValidationError:
            return keyset.page(self.queryset, **wanted)

    def _label(self, name: str, value: Any) -> str:
        label = str(self.form.fields[name].label)
        return label if name in BOXES else f"{label}: {self._display(name, value)}"

    def _display(self, name: str, value: Any) -> str:
        return str(dict(self._field(name).flatchoices).get(value, value))

    def _look(self, number: int, column: str | Told) -> dict[str, bool]:
        """How a column is drawn: figures at the end of the cell; what is told is never left out."""
        told = [each for each in self.columns_shown if isinstance(each, Told)]
        is_wide_only = column not in told and number >= WIDE_FROM - len(told)
        is_number = isinstance(column, Told) and column.is_number
        return {"is_number": is_number, "is_wide_only": is_wide_only}

    def _url(self, **changes: Any) -> str:
        """The list's address with some parameters changed, or left out by None."""
        query: QueryDict = self.query.copy()
        for name, value in changes.items():
            query.pop(name, None)
            if value is not None:
                query[name] = str(value)
        return f"?{query.urlencode()}"


def _told(record: Any, column: str | Told) -> str:
    return column.value(record) if isinstance(column, Told) else shown(record, column)


def may_see_retired(actor: Any, resource: str) -> bool:
    """Who may restore a record needs to find it."""
    permission = f"{resource}.restore"
    return policy.is_declared(permission) and policy.allows(actor, permission)
