"""The catalogue of consumables in the admin."""

from django.contrib import admin

from records.models import Consumable, ConsumablePrice

from .catalogues import CatalogueAdmin, PriceInline


class ConsumablePriceInline(PriceInline):
    model = ConsumablePrice


@admin.register(Consumable)
class ConsumableAdmin(CatalogueAdmin):
    """Consumables of the own hospital."""

    order = 32
    list_display = ("name", "code", "unit", "price_today")
    list_filter = (*CatalogueAdmin.list_filter, "unit")
    search_fields = ("name", "code")
    inlines = (ConsumablePriceInline,)
