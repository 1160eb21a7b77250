"""Estimates: what a treatment would cost, as somebody was told on a day."""

from uuid import UUID

from django.db import models
from django.utils.translation import gettext_lazy as _

from hospital.kit.fields import MoneyField
from hospital.kit.fixed import Fixed
from hospital.kit.guards import AppendOnly, SameTenant
from hospital.kit.money import MOST_DECIMALS
from hospital.kit.quantities import QuantityField
from hospital.models import Hospital
from records.models import Medication, Treatment


class Estimate(Fixed):
    """What a treatment would cost by the prices of ``priced_on``. It stays when a price changes."""

    hospital = models.ForeignKey(Hospital, on_delete=models.PROTECT, related_name="+")
    treatment = models.ForeignKey(Treatment, on_delete=models.PROTECT, related_name="+")
    made_by = models.UUIDField(_("made by"), null=True, blank=True)
    priced_on = models.DateField(_("prices of"))
    currency = models.CharField(_("currency"), max_length=3)
    total = MoneyField(_("total"), digits=MOST_DECIMALS)

    class Meta:
        verbose_name = _("estimate")
        verbose_name_plural = _("estimates")
        ordering = ["-id"]
        constraints = [
            AppendOnly(name="estimate_append_only"),
            SameTenant(name="estimate_same_as_treatment", field="treatment"),
        ]

    def __str__(self) -> str:
        return f"{self.total} {self.currency}"

    @property
    def audit_patient_id(self) -> UUID | None:
        return self.treatment.patient_id


class EstimateLine(Fixed):
    """One line of an estimate, with the price it used and how long that was valid."""

    class Kind(models.TextChoices):
        PROCEDURE = "procedure", _("Procedure")
        MEDICATION = "medication", _("Medication")
        CONSUMABLE = "consumable", _("Consumable")

    estimate = models.ForeignKey(Estimate, on_delete=models.PROTECT, related_name="lines")
    position = models.PositiveSmallIntegerField()
    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices)
    item_id = models.UUIDField()
    name = models.CharField(_("name"), max_length=250)
    # A medication's, told in the reader's language; what was written down before this has it in its name.
    form = models.CharField(
        _("form"), max_length=16, choices=Medication.Form.choices, blank=True, default=""
    )
    quantity = QuantityField(_("quantity"))
    unit = models.CharField(_("unit"), max_length=16, blank=True)
    unit_price = MoneyField(_("price of one unit"), digits=MOST_DECIMALS)
    valid_from = models.DateField(_("valid from"))
    valid_to = models.DateField(_("valid to"), null=True, blank=True)
    amount = MoneyField(_("amount"), digits=MOST_DECIMALS)

    class Meta:
        verbose_name = _("line")
        verbose_name_plural = _("lines")
        ordering = ["position"]
        constraints = [
            AppendOnly(name="estimate_line_append_only"),
            models.UniqueConstraint(fields=["estimate", "position"], name="estimate_line_position"),
        ]

    def __str__(self) -> str:
        return self.name
