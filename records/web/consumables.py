"""Pages of the catalogue of consumables."""

from typing import Any, ClassVar

from django.utils.translation import gettext_lazy as _

from hospital.kit.web.parts import PartsForm
from records.models import Consumable, ConsumablePrice

from .catalogues import PRICE_TODAY, CataloguePages, prices_of


class ConsumableForm(PartsForm):
    part_lists = prices_of(ConsumablePrice)

    class Meta:
        model = Consumable
        fields = ("code", "name", "unit")
        help_texts: ClassVar[Any] = {
            "unit": _("What is counted when it is used, and what has the price.")
        }


class ConsumablePages(CataloguePages):
    """Consumables, which one may look at by unit."""

    topic = "consumables"
    form_class = ConsumableForm
    columns = ("name", "code", "unit", PRICE_TODAY)
    filters = ("unit",)
    icon, order = "package", 52
