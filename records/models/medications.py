"""The medications a hospital gives out, and what each of them costs from which day on."""

import datetime as dt
from decimal import Decimal
from typing import Any, ClassVar, Self

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import OuterRef, Q, Subquery
from django.utils.translation import gettext_lazy as _

from hospital.kit import money
from hospital.kit.codes import sentence
from hospital.kit.fields import MoneyField, OrderKeyField
from hospital.kit.guards import NoOverlap
from hospital.kit.parts import Part
from hospital.kit.records import Record, RecordQuerySet
from hospital.models import Hospital

from .codings import AtcField


class MedicationQuerySet(RecordQuerySet):
    """A catalogue."""

    def on_day(self, day: dt.date) -> Self:
        """Each with its price on ``day`` as ``price_today``; None when none is valid then."""
        prices = MedicationPrice.objects.live().valid_on(day).filter(medication=OuterRef("pk"))
        return self.annotate(price_today=Subquery(prices.values("amount")[:1]))


class Medication(Record):
    """An entry of a hospital's catalogue: a product in one form and strength (FHIR's Medication)."""

    class Form(models.TextChoices):
        TABLET = "tablet", _("Tablet")
        CAPSULE = "capsule", _("Capsule")
        SYRUP = "syrup", _("Syrup")
        SUSPENSION = "suspension", _("Oral suspension")
        INJECTION = "injection", _("Solution for injection")
        INFUSION = "infusion", _("Infusion")
        CREAM = "cream", _("Cream")
        OINTMENT = "ointment", _("Ointment")
        DROPS = "drops", _("Drops")
        INHALER = "inhaler", _("Inhaler")
        SUPPOSITORY = "suppository", _("Suppository")
        PATCH = "patch", _("Patch")
        POWDER = "powder", _("Powder")
        GAS = "gas", _("Gas")
        OTHER = "other", _("Other")

    class Unit(models.TextChoices):
        TABLET = "tablet", _("Tablet")
        CAPSULE = "capsule", _("Capsule")
        MILLILITRE = "ml", _("Millilitre")
        GRAM = "g", _("Gram")
        AMPOULE = "ampoule", _("Ampoule")
        VIAL = "vial", _("Vial")
        BAG = "bag", _("Bag")
        BOTTLE = "bottle", _("Bottle")
        TUBE = "tube", _("Tube")
        SACHET = "sachet", _("Sachet")
        DOSE = "dose", _("Dose")
        PIECE = "piece", _("Piece")

    errors_at = {"medication_taken": "name"}
    SERVER_FIELDS = Record.SERVER_FIELDS | {"sort_key"}

    hospital = models.ForeignKey(
        Hospital, on_delete=models.PROTECT, related_name="medications", editable=False
    )
    name = models.CharField(_("name"), max_length=120)
    generic_name = models.CharField(_("generic name"), max_length=120, blank=True)
    sort_key = OrderKeyField(of=("name", "strength"))
    form = models.CharField(_("form"), max_length=16, choices=Form.choices)
    strength = models.CharField(_("strength"), max_length=60, blank=True)
    unit = models.CharField(_("unit"), max_length=16, choices=Unit.choices)
    atc_code = AtcField(_("ATC code"), blank=True)

    objects: ClassVar[Any] = MedicationQuerySet.as_manager()

    class Meta:
        verbose_name = _("medication")
        verbose_name_plural = _("medications")
        ordering = ["sort_key", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["hospital", "name", "form", "strength"],
                condition=Q(retired_at__isnull=True),
                name="medication_unique",
                violation_error_code="medication_taken",
                violation_error_message=_(
                    "This medication is already in the catalogue in this form and strength."
                ),
            )
        ]
        indexes = [models.Index(fields=["hospital", "sort_key", "id"], name="medication_order")]

    def __str__(self) -> str:
        return " ".join(filter(None, (self.name, self.strength, str(self.get_form_display()))))


class MedicationPriceQuerySet(RecordQuerySet):
    """Prices of medications."""

    def valid_on(self, day: dt.date) -> Self:
        """Those that count on ``day``."""
        is_open = Q(valid_to__isnull=True) | Q(valid_to__gte=day)
        return self.filter(is_open, valid_from__lte=day)


class MedicationPrice(Part):
    """What one unit of a medication costs from a day to a day, both included; without an end until
    further notice. In the hospital's currency; a day has one price at most.
    """

    errors_at = {
        "price_overlap": "valid_from",
        "days_reversed": "valid_to",
        "out_of_range": "amount",
    }
    CONTENT = frozenset({"amount", "valid_from", "valid_to"})

    medication = models.ForeignKey(
        Medication, on_delete=models.PROTECT, related_name="prices", editable=False
    )
    amount = MoneyField(_("price of one unit"))
    valid_from = models.DateField(_("valid from"))
    valid_to = models.DateField(_("valid to"), null=True, blank=True)

    objects: ClassVar[Any] = MedicationPriceQuerySet.as_manager()

    class Meta:
        verbose_name = _("price")
        verbose_name_plural = _("prices")
        ordering = ["-valid_from", "id"]
        constraints = [
            NoOverlap(
                name="medication_price_no_overlap",
                same=["medication"],
                start="valid_from",
                end="valid_to",
                bounds="[]",
                condition=Q(retired_at__isnull=True),
                violation_error_code="price_overlap",
                violation_error_message=_(
                    "Another price is valid on some of these days. End that one first, or "
                    "choose other days."
                ),
            ),
            models.CheckConstraint(
                condition=Q(amount__gte=0),
                name="medication_price_not_negative",
                violation_error_code="out_of_range",
                violation_error_message=_("A price is zero or more."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.amount} ({self.valid_from} – {self.valid_to or ''})"

    def clean(self) -> None:
        super().clean()
        if self.medication_id is None or not isinstance(self.amount, Decimal):
            return
        digits = money.decimals_of(self.medication.hospital.currency)
        if self.amount != round(self.amount, digits):
            code = "money_decimals"
            raise ValidationError({"amount": ValidationError(sentence(code, digits=digits), code)})

    def is_valid_on(self, day: dt.date) -> bool:
        """Whether it counts on ``day``."""
        return self.valid_from <= day and (self.valid_to is None or day <= self.valid_to)

    def is_over_by(self, day: dt.date) -> bool:
        """Whether it counted on days before ``day`` only."""
        return self.valid_to is not None and self.valid_to < day


def in_order(prices: Any) -> list[MedicationPrice]:
    """The live ones among loaded prices, the latest first."""
    live = (price for price in prices if not price.is_retired)
    return sorted(live, key=lambda price: price.valid_from, reverse=True)
