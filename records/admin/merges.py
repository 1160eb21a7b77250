"""Merges in the admin, to look at: they are proposed, decided on and undone on their pages."""

from uuid import UUID

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from hospital.kit.admin.reading import ReadingAdmin
from records.models import MergeEvent


@admin.register(MergeEvent)
class MergeAdmin(ReadingAdmin):
    """Merges of the hospital, by MRN. Nobody makes or changes one by hand."""

    section = _("Patients")
    order = 41
    list_display = ("into", "status", "reason", "created_at", "decided_at")
    list_select_related = ("survivor", "merged")
    list_filter = ("status",)
    search_fields = ("=survivor__mrn", "=merged__mrn")
    ordering = ("-id",)
    fields = readonly_fields = (
        "into", "status", "reason", "created_at", "decided_at", "refuse_reason", "undone_at", "undo_reason",
    )  # fmt: skip

    def patients_of(self, obj: MergeEvent) -> tuple[UUID, UUID]:
        return obj.patient_ids

    @admin.display(description=_("charts"))
    def into(self, obj: MergeEvent) -> str:
        return f"{obj.merged.mrn} → {obj.survivor.mrn}"
