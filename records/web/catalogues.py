"""What the pages of the hospital's catalogues have in common: each entry with its prices."""

from collections.abc import Iterable
from copy import deepcopy
from typing import Any, ClassVar

from django.forms import modelform_factory
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from hospital.kit import clock, money, partialdates
from hospital.kit.web import histories
from hospital.kit.web.forms import RecordForm
from hospital.kit.web.listing import Told
from hospital.kit.web.neardates import NearDateField
from hospital.kit.web.parts import PartForm, PartList, formset_of
from hospital.kit.web.plain import RecordPages
from hospital.kit.web.values import heading
from records.models.prices import Price, in_order, price_model
from records.services import catalogues

PRICE_TODAY = Told(
    _("Price today"), lambda row: money.spoken(row.price_today, row.hospital.currency)
)


class PriceForm(PartForm):
    """What an entry costs from a day to a day."""

    instance: Price

    class Meta:
        fields = ("amount", "valid_from", "valid_to")
        field_classes: ClassVar[Any] = {"valid_from": NearDateField, "valid_to": NearDateField}
        help_texts: ClassVar[Any] = {"valid_to": _("Empty: until further notice.")}

    def __init__(self, *args: Any, **options: Any):
        super().__init__(*args, **options)
        self.fields["amount"].label = gettext("%(price)s (%(currency)s)") % {
            "price": heading(type(self.instance), "amount"), "currency": self.instance.currency,
        }  # fmt: skip


class PriceList(PartList):
    """The prices of today and of days to come; those of days gone by stay as they are."""

    label, one, many = _("Prices"), _("Price"), "prices"
    another = _("Another price")

    def shown_rows(self) -> list[Any]:
        today = clock.today()
        return [row for row in in_order(self.standing) if not row.is_over_by(today)]

    def aside(self) -> list[Any]:
        today = clock.today()
        over = [row for row in self.standing_rows() if row.is_over_by(today)]
        return [
            type(row)(amount=row.amount, valid_from=row.valid_from, valid_to=row.valid_to)
            for row in over
        ]

    def told(self, rows: Iterable[Any]) -> str:
        currency = self.owner.hospital.currency  # type: ignore[union-attr]
        return "; ".join(_line(row, currency) for row in in_order(rows))


def prices_of(model: type[Price]) -> dict[str, Any]:
    """The ``part_lists`` of an entry's form."""
    form: Any = modelform_factory(model, form=PriceForm)
    form.owner_key = model.ITEM
    return {"prices": formset_of(form, PriceList, can_delete=True, can_delete_extra=False)}


class CataloguePages(RecordPages):
    """The pages of one catalogue; its form has the ``part_lists`` that ``prices_of`` gives."""

    group = _("Catalogues")

    def queryset(self) -> Any:
        return super().queryset().on_day(clock.today()).select_related("hospital")

    def entries_of(self, record: Any) -> list[dict[str, Any]]:
        model = price_model(self.model)
        return histories.entries(
            record, parts={"prices": model.history.filter(**{model.ITEM: record.pk})}
        )

    def store(self, form: RecordForm) -> Any:
        prices = deepcopy(_lists(form)["prices"]) or ()
        return catalogues.add(self.actor, entry=form.record(), prices=prices)

    def change(self, form: RecordForm) -> Any:
        return catalogues.update(
            self.actor, entry=form.record(), prices=deepcopy(_lists(form)["prices"]),
            expected_version=form.expected_version,
        )  # fmt: skip

    def more(self, record: Any) -> dict[str, Any]:
        today, currency = clock.today(), record.hospital.currency
        prices = [
            {
                "row": price,
                "amount": money.spoken(price.amount, currency),
                "is_now": price.is_valid_on(today),
                "is_over": price.is_over_by(today),
                "is_to_come": price.valid_from > today,
            }
            for price in in_order(record.prices.all())
        ]
        return {"prices": prices, "price_columns": self._price_columns()}

    def _price_columns(self) -> list[dict[str, Any]]:
        model = price_model(self.model)
        return [
            {"label": heading(model, name), "is_number": name == "amount"}
            for name in ("valid_from", "valid_to", "amount")
        ]

    def _templates(self, name: str, part: str = "") -> list[str]:
        own, usual = super()._templates(name, part)
        return [own, f"{self._app}/catalogues/{name}.html{part}", usual]


def _lists(form: Any) -> dict[str, Any]:
    return form.changed_lists()


def _line(price: Price, currency: str) -> str:
    first, last = (
        partialdates.spoken(day.isoformat()) if day else ""
        for day in (price.valid_from, price.valid_to)
    )
    return f"{money.spoken(price.amount, currency)} {first}–{last}"
