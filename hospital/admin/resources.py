"""Rooms and devices in the admin."""

from typing import Any

from django.contrib import admin
from django.contrib.admin import RelatedOnlyFieldListFilter
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from hospital.kit.admin.records import RecordAdmin
from hospital.kit.web.forms import RecordForm
from hospital.models import Resource
from hospital.models.resources import THINGS


class KindFilter(admin.SimpleListFilter):
    """Rooms, or devices."""

    title = _("kind")
    parameter_name = "kind"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [(each.value, each.label) for each in THINGS]

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        return queryset.filter(kind=self.value()) if self.value() else queryset


class ResourceForm(RecordForm):
    """Doctors can be booked without being added here."""

    def __init__(self, *args: Any, **options: Any):
        super().__init__(*args, **options)
        kind: Any = self.fields.get("kind")
        if kind:
            kind.choices = [(each.value, each.label) for each in THINGS]


@admin.register(Resource)
class ResourceAdmin(RecordAdmin):
    """Rooms and devices of the own hospital."""

    section = _("Schedules")
    order = 40
    form = ResourceForm
    searched = ("clinic",)
    list_display = ("name", "kind", "clinic")
    list_select_related = ("clinic",)
    list_filter = (*RecordAdmin.list_filter, KindFilter, ("clinic", RelatedOnlyFieldListFilter))
    search_fields = ("name",)

    def visible(self, request: HttpRequest, action: str) -> QuerySet:
        return super().visible(request, action).filter(kind__in=THINGS)
