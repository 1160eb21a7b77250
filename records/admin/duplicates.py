"""Charts that may be of one person in the admin, to look at: they are compared by reception."""

from uuid import UUID

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

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

    def patients_of(self, obj: DuplicatePair) -> tuple[UUID, UUID]:
        return obj.patient_ids

    @admin.display(description=_("MRN"))
    def mrns(self, obj: DuplicatePair) -> str:
        return f"{obj.first.mrn} · {obj.second.mrn}"
