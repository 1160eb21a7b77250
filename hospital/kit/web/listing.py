"""A list page: filters and order in the URL, a page at a time, each filter in force removable."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpRequest, QueryDict
from django.utils.translation import gettext_lazy as _

from hospital.kit import keyset, policy
from hospital.kit.fields import OrderKeyField

from .values import heading, shown

COUNTED_TO = 10_000
# So many columns has a telephone room for.
WIDE_FROM = 3


@dataclass(frozen=True, slots=True)
class Told:
    """A column of figures that are told of a record and stand in no field: nothing sorts by it."""

    label: Any
    value: Callable[[Any], str]


@dataclass(frozen=True, slots=True)
class Row:
    """One record and its columns' values, the first of which leads to its page."""

    record: Any
    first: str
    cells: list[dict[str, Any]]


class Listing:
    """What a list template shows, made of ``rows`` and the query of ``request``.

    ``columns`` and ``filters`` are field names; a filter is a reference or has choices, a column may
    be ``Told``. With
    ``may_see_retired`` there is a box to include them.
    """

    def __init__(
        self,
        request: HttpRequest,
        rows: Any,
        *,
        columns: Sequence[str | Told],
        filters: Sequence[str] = (),
        may_see_retired: bool = False,
    ):
        self.query, self.actor = request.GET, request.actor  # type: ignore[attr-defined]
        self.model, self.columns_shown = rows.model, columns
        self.form = self._form(filters, may_see_retired)
        self.chosen = self._chosen(filters)
        rows = self._narrowed(
            rows, {name: value for name, value in self.chosen.items() if name != "retired"}
        )
        self.queryset = rows if "retired" in self.chosen else rows.live()
        self.count = self.queryset.order_by().values("pk")[: COUNTED_TO + 1].count()
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
    def columns(self) -> list[dict[str, Any]]:
        """The heads: label, the address that sorts by it, and which way it is sorted now."""
        return [
            {
                "label": column.label,
                **self._look(number, column),
            }
            if isinstance(column, Told)
            else {
                "label": heading(self.model, column),
                "sort_url": self._url(
                    order=column if self.order != column else f"-{column}", cursor=None
                ),
                "sort": {column: "ascending", f"-{column}": "descending"}.get(self.order),
                **self._look(number, column),
            }
            for number, column in enumerate(self.columns_shown)
        ]

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

    @property
    def order(self) -> str:
        """The column sorted by, with a minus when downwards; an unknown one counts as none."""
        asked = self.query.get("order", "")
        known = asked.removeprefix("-") in self.columns_shown
        return asked if known else str(self.columns_shown[0])

    def _page(self) -> keyset.Page:
        """The page asked for, or the first when its marker belongs to another list."""
        sign, name = ("-" if self.order.startswith("-") else ""), self.order.removeprefix("-")
        path = (
            f"{name}__{self._sort_of(name)}"
            if self._field(name).is_relation
            else self._key_of(name)
        )
        wanted: dict[str, Any] = {
            "order": (f"{sign}{path}", f"{sign}id"),
            "bound_to": (self.actor.hospital_id, *(f"{k}={v}" for k, v in self.chosen.items())),
        }
        try:
            return keyset.page(self.queryset, cursor=self.query.get("cursor"), **wanted)
        except ValidationError:
            return keyset.page(self.queryset, **wanted)

    def _form(self, filters: Sequence[str], may_see_retired: bool) -> forms.Form:
        fields: dict[str, forms.Field] = {name: self._filter(name) for name in filters}
        if may_see_retired:
            fields["retired"] = forms.BooleanField(label=_("Include retired"), required=False)
        return type("FilterForm", (forms.Form,), fields)(self.query)

    def _narrowed(self, rows: Any, chosen: dict[str, Any]) -> Any:
        """The rows that fit the filters in force."""
        return rows.filter(**chosen)

    def _filter(self, name: str) -> forms.Field:
        field: Any = self._field(name).formfield(required=False)
        if isinstance(field, forms.ModelChoiceField):
            rows: Any = field.queryset
            field.queryset = rows.visible_to(self.actor, "list").live()
            field.empty_label = _("All")
        elif isinstance(field, forms.TypedChoiceField):
            # What a new record has is not what a list is filtered by.
            field.initial, field.choices = None, [("", _("All")), *self._field(name).choices]
        return field

    def _chosen(self, filters: Sequence[str]) -> dict[str, Any]:
        """The valid filters in force; what is not one of the choices filters nothing."""
        self.form.is_valid()
        given = self.form.cleaned_data
        return {name: given[name] for name in (*filters, "retired") if given.get(name)}

    def _label(self, name: str, value: Any) -> str:
        label = str(self.form.fields[name].label)
        return label if name == "retired" else f"{label}: {self._display(name, value)}"

    def _display(self, name: str, value: Any) -> str:
        return str(dict(self._field(name).flatchoices).get(value, value))

    def _field(self, name: str) -> Any:
        return self.model._meta.get_field(name)

    def _sort_of(self, name: str) -> str:
        return str(self._field(name).related_model._meta.ordering[0])

    def _key_of(self, name: str) -> str:
        """The key that orders the column as people do, where the model has one."""
        keys = (each for each in self.model._meta.fields if isinstance(each, OrderKeyField))
        return next((key.name for key in keys if key.of[0] == name), name)

    def _look(self, number: int, column: str | Told) -> dict[str, bool]:
        """How a column is drawn: figures at the end of the cell, and never left out."""
        figures = [each for each in self.columns_shown if isinstance(each, Told)]
        is_wide_only = column not in figures and number >= WIDE_FROM - len(figures)
        return {"is_number": column in figures, "is_wide_only": is_wide_only}

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
    return policy.allows(actor, f"{resource}.restore")
