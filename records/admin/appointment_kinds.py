"""The kinds of appointments in the admin."""

from django.contrib import admin
from django.contrib.admin import RelatedOnlyFieldListFilter
from django.utils.translation import gettext_lazy as _

from hospital.kit.admin.records import RecordAdmin
from records.models import AppointmentKind


@admin.register(AppointmentKind)
class AppointmentKindAdmin(RecordAdmin):
    """Kinds of appointments of the own hospital."""

    section = _("Schedules")
    order = 41
    searched = ("clinic",)
    list_display = ("name", "code", "minutes", "clinic")
    list_select_related = ("clinic",)
    list_filter = (*RecordAdmin.list_filter, ("clinic", RelatedOnlyFieldListFilter))
    search_fields = ("name", "code")
