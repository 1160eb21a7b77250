"""What the hospital's catalogues have in common in the admin: the prices of an entry, and a new one."""

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
from records.models.prices import Price, price_model
from records.services import catalogues


class PriceInline(LookInline):
    """The prices, the latest first; a class names its ``model``."""

    fields = readonly_fields = ("valid_from", "valid_to", "price")

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        return self.model.objects.live().select_related(f"{self.model.ITEM}__hospital")

    @admin.display(description=_("price of one unit"))
    def price(self, row: Price) -> str:
        return money.spoken(row.amount, row.currency)


class NewPriceForm(VersionForm):
    """What it costs, and from which day on."""

    amount = MoneyInput(label=_("Price of one unit"))
    valid_from = NearDateField(label=_("Valid from"))


def _set_price(actor: Actor, entry: Any, form: NewPriceForm) -> None:
    catalogues.set_price(
        actor, entry=entry, amount=form.cleaned_data["amount"],
        valid_from=form.cleaned_data["valid_from"], expected_version=form.expected_version,
    )  # fmt: skip


class CatalogueAdmin(RecordAdmin):
    """The entries of one catalogue of the own hospital; ``inlines`` are its prices."""

    section = _("Catalogues")
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

    def histories_of(self, request: HttpRequest, obj: Any) -> list[dict[str, Any]]:
        model = price_model(type(obj))
        return histories.entries(
            obj, parts={"prices": model.history.filter(**{model.ITEM: obj.pk})}
        )

    @admin.display(description=_("price today"))
    def price_today(self, obj: Any) -> str:
        return money.spoken(obj.price_today, obj.hospital.currency)
