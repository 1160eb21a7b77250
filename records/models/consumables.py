"""What a hospital uses up with its treatments, and what each of it costs from which day on."""

from typing import Any, ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from hospital.models import Hospital
from hospital.models.parts import HospitalPart

from .prices import CatalogueQuerySet, Price, price_constraints


class Consumable(HospitalPart):
    """An entry of a hospital's catalogue: something that is used up with a treatment, such as gloves."""

    class Unit(models.TextChoices):
        PIECE = "piece", _("Piece")
        PAIR = "pair", _("Pair")
        PACK = "pack", _("Pack")
        SET = "set", _("Set")
        METRE = "metre", _("Metre")
        MILLILITRE = "ml", _("Millilitre")
        GRAM = "g", _("Gram")

    hospital = models.ForeignKey(
        Hospital, on_delete=models.PROTECT, related_name="consumables", editable=False
    )
    unit = models.CharField(_("unit"), max_length=16, choices=Unit.choices)

    objects: ClassVar[Any] = CatalogueQuerySet.as_manager()

    class Meta(HospitalPart.Meta):
        verbose_name = _("consumable")
        verbose_name_plural = _("consumables")


class ConsumablePrice(Price):
    """What one unit of a consumable costs from a day to a day."""

    ITEM = "consumable"

    consumable = models.ForeignKey(
        Consumable, on_delete=models.PROTECT, related_name="prices", editable=False
    )

    class Meta(Price.Meta):
        constraints = price_constraints("consumable")
