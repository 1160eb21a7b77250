"""Beds in the admin."""

from django.contrib import admin
from django.contrib.admin import RelatedOnlyFieldListFilter
from django.utils.translation import gettext_lazy as _

from hospital.kit.admin.records import RecordAdmin
from hospital.models import Bed


@admin.register(Bed)
class BedAdmin(RecordAdmin):
    """Beds of the own hospital. A ward has a button that adds a row of them."""

    section = _("Hospital")
    order = 13
    searched = ("ward",)
    list_display = ("label", "ward", "kind", "sex_policy", "is_isolation", "is_extra")
    list_select_related = ("ward",)
    list_filter = (
        *RecordAdmin.list_filter, ("ward", RelatedOnlyFieldListFilter), "kind", "sex_policy",
        "is_isolation", "is_extra",
    )  # fmt: skip
    search_fields = ("label",)
