"""The catalogue of medications in the admin."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from hospital.kit import clock, money
from hospital.kit.actors import Actor
from hospital.kit.admin.access import LookInline
from hospital.kit.admin.acts import AdminAct, VersionForm
from hospital.kit.admin.records import RecordAdmin
from hospital.kit.money import MoneyInput
from hospital.kit.web import histories
from hospital.kit.web.neardates import NearDateField
from records.models import Medication, MedicationPrice
from records.services import medications


class PriceInline(LookInline):
    """The prices, the latest first."""

    model = MedicationPrice
    fields = readonly_fields = ("valid_from", "valid_to", "price")

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        return self.model.objects.live().select_related("medication__hospital")

    @admin.display(description=_("price of one unit"))
    def price(self, row: MedicationPrice) -> str:
        return money.spoken(row.amount, row.medication.hospital.currency)


class NewPriceForm(VersionForm):
    """What it costs, and from which day on."""

    amount = MoneyInput(label=_("Price of one unit"))
    valid_from = NearDateField(label=_("Valid from"))


def _set_price(actor: Actor, medication: Medication, form: NewPriceForm) -> None:
    medications.set_price(
        actor, medication=medication, amount=form.cleaned_data["amount"],
        valid_from=form.cleaned_data["valid_from"], expected_version=form.expected_version,
    )  # fmt: skip


@admin.register(Medication)
class MedicationAdmin(RecordAdmin):
    """Medications of the own hospital."""

    section = _("Catalogues")
    order = 30
    list_display = ("name", "generic_name", "strength", "form", "atc_code", "price_today")
    list_filter = (*RecordAdmin.list_filter, "form", "unit")
    search_fields = ("name", "generic_name", "atc_code")
    inlines = (PriceInline,)
    acts = (
        *RecordAdmin.acts,
        AdminAct(
            "price", "update", _("Set a new price"),
            _(
                "It is valid from its first day on until further notice: the price before ends the day "
                "before, and prices that were to come later are taken back."
            ),
            _set_price, form=NewPriceForm,
        ),
    )  # fmt: skip

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        rows: Any = super().get_queryset(request)
        return rows.on_day(clock.today()).select_related("hospital")

    def histories_of(self, request: HttpRequest, obj: Medication) -> list[dict[str, Any]]:
        parts = {"prices": MedicationPrice.history.filter(medication_id=obj.pk)}
        return histories.entries(obj, parts=parts)

    @admin.display(description=_("price today"))
    def price_today(self, obj: Any) -> str:
        return money.spoken(obj.price_today, obj.hospital.currency)
