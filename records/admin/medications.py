"""The catalogue of medications in the admin."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from hospital.kit import clock, money
from hospital.kit.admin.access import LookInline
from hospital.kit.admin.records import RecordAdmin
from hospital.kit.web import histories
from records.models import Medication, MedicationPrice


class PriceInline(LookInline):
    """The prices, the latest first."""

    model = MedicationPrice
    fields = readonly_fields = ("valid_from", "valid_to", "price")

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        return self.model.objects.live().select_related("medication__hospital")

    @admin.display(description=_("price of one unit"))
    def price(self, row: MedicationPrice) -> str:
        return money.spoken(row.amount, row.medication.hospital.currency)


@admin.register(Medication)
class MedicationAdmin(RecordAdmin):
    """Medications of the own hospital."""

    section = _("Catalogues")
    order = 30
    list_display = ("name", "generic_name", "strength", "form", "atc_code", "price_today")
    list_filter = (*RecordAdmin.list_filter, "form", "unit")
    search_fields = ("name", "generic_name", "atc_code")
    inlines = (PriceInline,)

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        rows: Any = super().get_queryset(request)
        return rows.on_day(clock.today()).select_related("hospital")

    def histories_of(self, request: HttpRequest, obj: Medication) -> list[dict[str, Any]]:
        parts = {"prices": MedicationPrice.history.filter(medication_id=obj.pk)}
        return histories.entries(obj, parts=parts)

    @admin.display(description=_("price today"))
    def price_today(self, obj: Any) -> str:
        return money.spoken(obj.price_today, obj.hospital.currency)
