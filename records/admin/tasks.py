"""Tasks in the admin, to look at: they are settled by who cares for the patient."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from hospital.kit.admin.filters import RetiredFilter
from hospital.kit.admin.reading import ReadingAdmin
from records.models import Task


@admin.register(Task)
class TaskAdmin(ReadingAdmin):
    """Tasks of the hospital. Nobody makes or changes one by hand: there is no permission to ask for."""

    section = _("Patients")
    order = 47
    list_display = ("kind", "stay", "status", "created_at", "completed_at")
    list_select_related = ("encounter",)
    list_filter = (RetiredFilter, "status")
    search_fields = ("=encounter__number",)
    ordering = ("-id",)
    fields = readonly_fields = (
        "kind",
        "stay",
        "status",
        "created_at",
        "completed_at",
        "updated_at",
    )

    @admin.display(description=_("stay"))
    def stay(self, obj: Task) -> str:
        return str(obj.encounter)
