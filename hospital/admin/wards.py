"""Wards in the admin."""

from django.contrib import admin
from django.contrib.admin import RelatedOnlyFieldListFilter
from django.utils.translation import gettext_lazy as _

from hospital.kit.admin.records import RecordAdmin
from hospital.models import Ward


@admin.register(Ward)
class WardAdmin(RecordAdmin):
    """Wards of the own hospital."""

    section = _("Hospital")
    order = 12
    list_display = ("name", "code", "department", "floor", "phone_spaced")
    list_select_related = ("department",)
    list_filter = (*RecordAdmin.list_filter, ("department", RelatedOnlyFieldListFilter))
    search_fields = ("name", "code")
