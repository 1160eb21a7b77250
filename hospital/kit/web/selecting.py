"""Which rows a list has and in which order, from what its address asks: the page and its file alike."""

from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Any

from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from hospital.kit import keyset
from hospital.kit.fields import OrderKeyField

# What a list leaves out unless somebody asks for it.
BOXES = {"past": _("Include past"), "retired": _("Include retired")}


class Selection:
    """The rows of ``rows`` that ``query`` asks for, as ``actor`` may filter them.

    ``columns`` are field names and what else a list tells; ``filters`` are field names, each a
    reference or with choices. With ``may_see_retired`` there is a box to include them, and with
    ``over`` (what has passed) a box to include that. What is not one of the choices filters nothing,
    and an unknown order counts as none: then it is ``first_order``, by itself the first column.
    ``orders`` are the keys by which a column is sorted, where that is not its own field; ``labels``
    what columns and filters are called, where that is not the field's name.
    """

    def __init__(
        self,
        query: Any,
        actor: Any,
        rows: Any,
        *,
        columns: Sequence[Any],
        filters: Sequence[str] = (),
        may_see_retired: bool = False,
        over: Q | None = None,
        orders: Mapping[str, Sequence[str]] = MappingProxyType({}),
        first_order: str = "",
        labels: Mapping[str, Any] = MappingProxyType({}),
    ):
        self.query, self.actor = query, actor
        self.model, self.columns_shown = rows.model, columns
        self.orders, self.first_order = orders, first_order or str(columns[0])
        self.labels = labels
        boxes = {"past": over is not None, "retired": may_see_retired}
        self.form = self._form(filters, [name for name, is_there in boxes.items() if is_there])
        self.chosen = self._chosen([*filters, *BOXES])
        rows = self._narrowed(
            rows, {name: value for name, value in self.chosen.items() if name not in BOXES}
        )
        if over is not None and "past" not in self.chosen:
            rows = rows.exclude(over)
        self.queryset = rows if "retired" in self.chosen else rows.live()

    @property
    def order(self) -> str:
        """The column sorted by, with a minus when downwards."""
        asked = self.query.get("order", "")
        is_known = asked.removeprefix("-") in self._sortable
        return asked if is_known else self.first_order

    @property
    def _sortable(self) -> list[str]:
        names = (getattr(column, "key", column) for column in self.columns_shown)
        return [name for name in names if name]

    @property
    def keys(self) -> tuple[str, ...]:
        """The same as the keyset's order: the column's keys, and the id."""
        sign, name = ("-" if self.order.startswith("-") else ""), self.order.removeprefix("-")
        paths = self.orders[name] if name in self.orders else [self._path_of(name)]
        return tuple(f"{sign}{path}" for path in (*paths, "id"))

    @property
    def bound_to(self) -> tuple[object, ...]:
        """What a marker of this list cannot be carried across."""
        return (self.actor.hospital_id, *(f"{k}={v}" for k, v in self.chosen.items()))

    @property
    def asked(self) -> dict[str, str]:
        """The filters in force and an order other than the usual one, as the address says them."""
        said = {
            name: "on" if value is True else str(getattr(value, "pk", value))
            for name, value in self.chosen.items()
        }
        return said if self.order == self.first_order else {**said, "order": self.order}

    def batches(self, size: int) -> Iterator[list[Any]]:
        """All the rows in their order, ``size`` at a time."""
        return keyset.batches(self.queryset, order=self.keys, size=size)

    def number(self, upto: int) -> int:
        """How many rows there are, ``upto`` at most."""
        return int(self.queryset.order_by().values("pk")[:upto].count())

    def _form(self, filters: Sequence[str], boxes: Sequence[str]) -> forms.Form:
        fields: dict[str, forms.Field] = {name: self._filter(name) for name in filters}
        for name in fields.keys() & self.labels.keys():
            fields[name].label = self.labels[name]
        for name in boxes:
            fields[name] = forms.BooleanField(label=BOXES[name], required=False)
        return type("FilterForm", (forms.Form,), fields)(self.query)

    def _narrowed(self, rows: Any, chosen: dict[str, Any]) -> Any:
        """The rows that fit the filters in force."""
        return rows.filter(**chosen)

    def _filter(self, name: str) -> forms.Field:
        field: Any = self._field(name).formfield(required=False, help_text="")
        if isinstance(field, forms.ModelChoiceField):
            rows: Any = field.queryset
            field.queryset = rows.visible_to(self.actor, "list").live()
            field.empty_label = _("All")
        elif isinstance(field, forms.TypedChoiceField):
            # What a new record has is not what a list is filtered by.
            field.initial, field.choices = None, [("", _("All")), *self._field(name).choices]
        return field

    def _chosen(self, names: Sequence[str]) -> dict[str, Any]:
        self.form.is_valid()
        given = self.form.cleaned_data
        return {name: given[name] for name in names if given.get(name)}

    def _field(self, name: str) -> Any:
        return self.model._meta.get_field(name)

    def _path_of(self, name: str) -> str:
        field = self._field(name)
        if not field.is_relation:
            return self._key_of(name)
        return f"{name}__{field.related_model._meta.ordering[0]}"

    def _key_of(self, name: str) -> str:
        """The key that orders the column as people do, where the model has one."""
        keys = (each for each in self.model._meta.fields if isinstance(each, OrderKeyField))
        return next((key.name for key in keys if key.of[0] == name), name)
