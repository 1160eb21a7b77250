"""The catalogue of procedures in the admin."""

from django.contrib import admin
from django.contrib.admin import RelatedOnlyFieldListFilter

from records.models import Procedure, ProcedurePrice

from .catalogues import CatalogueAdmin, PriceInline


class ProcedurePriceInline(PriceInline):
    model = ProcedurePrice


@admin.register(Procedure)
class ProcedureAdmin(CatalogueAdmin):
    """Procedures of the own hospital."""

    order = 31
    searched = ("department",)
    list_display = ("name", "code", "department", "price_today")
    list_select_related = ("department",)
    list_filter = (*CatalogueAdmin.list_filter, ("department", RelatedOnlyFieldListFilter))
    search_fields = ("name", "code")
    inlines = (ProcedurePriceInline,)
