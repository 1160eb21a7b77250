"""Charts that may be of one person in the admin, to look at: they are compared by reception."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from hospital.kit import audit
from hospital.kit.admin.access import actor_of
from hospital.kit.admin.filters import RetiredFilter
from hospital.kit.admin.reading import ReadingAdmin
from records.models import DuplicatePair


@admin.register(DuplicatePair)
class DuplicatePairAdmin(ReadingAdmin):
    """Which two, how alike and what was decided; who they are is told by the charts."""

    section = _("Patients")
    order = 42
    list_display = ("mrns", "score", "status", "reason", "decided_at")
    list_select_related = ("first", "second")
    list_filter = (RetiredFilter, "status")
    search_fields = ("=first__mrn", "=second__mrn")
    ordering = ("-score", "id")
    fields = readonly_fields = (
        "mrns", "score", "status", "reason", "decided_at", "created_at", "updated_at",
    )  # fmt: skip

    def looked(
        self, request: HttpRequest, action: str, rows: list[Any], object_id: Any = None
    ) -> None:
        """A look at two patients each."""
        seen = [pk for row in rows for pk in row.patient_ids]
        if seen:
            audit.looked(
                actor_of(request),
                f"{self.resource}.{action}",
                object_id=object_id,
                patient_ids=seen,
            )

    @admin.display(description=_("MRN"))
    def mrns(self, obj: DuplicatePair) -> str:
        return f"{obj.first.mrn} · {obj.second.mrn}"
