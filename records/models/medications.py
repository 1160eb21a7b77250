"""The medications a hospital gives out, and what each of them costs from which day on."""

from typing import Any, ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from hospital.kit.fields import OrderKeyField
from hospital.kit.records import Record
from hospital.models import Hospital

from .codings import AtcField
from .prices import CatalogueQuerySet, Price, price_constraints


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

    objects: ClassVar[Any] = CatalogueQuerySet.as_manager()

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


class MedicationPrice(Price):
    """What one unit of a medication costs from a day to a day."""

    ITEM = "medication"

    medication = models.ForeignKey(
        Medication, on_delete=models.PROTECT, related_name="prices", editable=False
    )

    class Meta(Price.Meta):
        constraints = price_constraints("medication")
