"""Filters of lists in the admin."""

from collections.abc import Iterator
from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _


class RetiredFilter(admin.SimpleListFilter):
    """Live records, unless retired ones are asked for."""

    title = _("retired")
    parameter_name = "retired"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("only", _("Only retired")), ("all", _("All"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        if self.value() == "only":
            return queryset.retired()  # type: ignore[attr-defined]
        return queryset if self.value() == "all" else queryset.live()  # type: ignore[attr-defined]

    def choices(self, changelist: Any) -> Iterator[Any]:
        choices: Any = super().choices(changelist)
        yield next(choices) | {"display": _("Not retired")}
        yield from choices
