"""Pages of the catalogue of medications, each entry with its prices."""

from collections.abc import Iterable
from copy import deepcopy
from typing import Any, ClassVar

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from hospital.kit import clock, money, partialdates
from hospital.kit.web import histories
from hospital.kit.web.forms import RecordForm
from hospital.kit.web.listing import Told
from hospital.kit.web.neardates import NearDateField
from hospital.kit.web.parts import PartForm, PartList, PartsForm, formset_of
from hospital.kit.web.plain import RecordPages
from records.models import Medication, MedicationPrice
from records.models.medications import in_order
from records.services import medications

PRICE_COLUMNS = [
    {"label": _("Valid from")},
    {"label": _("Valid to")},
    {"label": _("Price of one unit"), "is_number": True},
]


class PriceForm(PartForm):
    """What one unit costs from a day to a day."""

    owner_key = "medication"

    class Meta:
        model = MedicationPrice
        fields = ("amount", "valid_from", "valid_to")
        field_classes: ClassVar[Any] = {"valid_from": NearDateField, "valid_to": NearDateField}
        help_texts: ClassVar[Any] = {"valid_to": _("Empty: until further notice.")}

    def __init__(self, *args: Any, **options: Any):
        super().__init__(*args, **options)
        currency = self.instance.medication.hospital.currency
        self.fields["amount"].label = gettext("Price of one unit (%(currency)s)") % {
            "currency": currency
        }


class BasePriceList(PartList):
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
            MedicationPrice(amount=row.amount, valid_from=row.valid_from, valid_to=row.valid_to)
            for row in over
        ]

    def told(self, rows: Iterable[Any]) -> str:
        currency = self.owner.hospital.currency  # type: ignore[union-attr]
        return "; ".join(_line(row, currency) for row in in_order(rows))


class MedicationForm(PartsForm):
    part_lists = {
        "prices": formset_of(PriceForm, BasePriceList, can_delete=True, can_delete_extra=False)
    }

    class Meta:
        model = Medication
        fields = ("name", "generic_name", "form", "strength", "unit", "atc_code")
        help_texts: ClassVar[Any] = {
            "generic_name": _("The substance by its international name."),
            "strength": _("As it stands on the package, such as 500 mg."),
            "unit": _("What is counted when it is given out, and what has the price."),
            "atc_code": _("The WHO’s code of the substance, such as N02BE01."),
        }


class MedicationPages(RecordPages):
    """Medications, by name."""

    topic = "medications"
    form_class = MedicationForm
    columns = (
        "name", "strength", "generic_name", "form",
        Told(_("Price today"), lambda row: money.spoken(row.price_today, row.hospital.currency)),
    )  # fmt: skip
    filters = ("form", "unit")
    icon, group, order = "pill", _("Catalogues"), 50

    def queryset(self) -> Any:
        return super().queryset().on_day(clock.today()).select_related("hospital")

    def entries_of(self, record: Medication) -> list[dict[str, Any]]:
        parts = {"prices": MedicationPrice.history.filter(medication_id=record.pk)}
        return histories.entries(record, parts=parts)

    def store(self, form: RecordForm) -> Medication:
        prices = deepcopy(_lists(form)["prices"]) or ()
        return medications.add(self.actor, medication=form.record(), prices=prices)

    def change(self, form: RecordForm) -> Medication:
        return medications.update(
            self.actor, medication=form.record(), prices=deepcopy(_lists(form)["prices"]),
            expected_version=form.expected_version,
        )  # fmt: skip

    def more(self, record: Medication) -> dict[str, Any]:
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
        return {"prices": prices, "price_columns": PRICE_COLUMNS}


def _lists(form: Any) -> dict[str, Any]:
    return form.changed_lists()


def _line(price: MedicationPrice, currency: str) -> str:
    first, last = (
        partialdates.spoken(day.isoformat()) if day else ""
        for day in (price.valid_from, price.valid_to)
    )
    return f"{money.spoken(price.amount, currency)} {first}–{last}"
