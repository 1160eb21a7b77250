"""The catalogue of medications in the admin."""

from django.contrib import admin

from records.models import Medication, MedicationPrice

from .catalogues import CatalogueAdmin, PriceInline


class MedicationPriceInline(PriceInline):
    model = MedicationPrice


@admin.register(Medication)
class MedicationAdmin(CatalogueAdmin):
    """Medications of the own hospital."""

    order = 30
    list_display = ("name", "generic_name", "strength", "form", "atc_code", "price_today")
    list_filter = (*CatalogueAdmin.list_filter, "form", "unit")
    search_fields = ("name", "generic_name", "atc_code")
    inlines = (MedicationPriceInline,)
