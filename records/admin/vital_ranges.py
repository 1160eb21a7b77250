"""The ranges of vital signs in the admin, where a hospital sets its own."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from hospital.kit.admin.records import RecordAdmin
from records.models import VitalRange


@admin.register(VitalRange)
class VitalRangeAdmin(RecordAdmin):
    """What is usual of a vital sign from an age on. A sign without a range here goes by the usual ones."""

    section = _("Catalogues")
    order = 32
    list_display = ("code", "from_months", "critical_low", "low", "high", "critical_high")
    list_filter = (*RecordAdmin.list_filter, "code")
    ordering = ("code", "from_months", "id")
    fixed = ("code",)
