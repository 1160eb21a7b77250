"""Clinics in the admin."""

from django.contrib import admin
from django.contrib.admin import RelatedOnlyFieldListFilter
from django.utils.translation import gettext_lazy as _

from hospital.kit.admin.records import RecordAdmin
from hospital.models import Clinic


@admin.register(Clinic)
class ClinicAdmin(RecordAdmin):
    """Clinics of the own hospital."""

    section = _("Hospital")
    order = 14
    searched = ("department",)
    list_display = ("name", "code", "department", "room", "phone_spaced")
    list_select_related = ("department",)
    list_filter = (*RecordAdmin.list_filter, ("department", RelatedOnlyFieldListFilter))
    search_fields = ("name", "code")
