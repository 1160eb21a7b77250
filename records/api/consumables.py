"""The REST door of the catalogue of consumables."""

import django_filters

from hospital.api.examples import PART_HELP, as_shown
from records.models import Consumable, ConsumablePrice

from .catalogues import (
    FIRST,
    LAST,
    CatalogueSerializer,
    CodedFilters,
    CodedViewSet,
    EntryPriceSerializer,
    prices_field,
    prices_sent,
)


class ConsumablePriceSerializer(EntryPriceSerializer):
    """What one unit of a consumable costs from a day to a day."""

    class Meta(EntryPriceSerializer.Meta):
        model = ConsumablePrice


class ConsumableSerializer(CatalogueSerializer):
    """A consumable of the token's hospital: something that is used up with a treatment."""

    prices = prices_field(ConsumablePriceSerializer)

    class Meta:
        model = Consumable
        fields = (*FIRST, "code", "name", "unit", *LAST)
        extra_kwargs = PART_HELP | {
            "unit": {"help_text": "What is counted when it is used, and what has the price."}
        }
        sent = {
            "code": "GLOVE-M",
            "name": "Examination gloves, nitrile, M",
            "unit": "pair",
            "prices": prices_sent("0.13", "0.14"),
            "external_id": "HIS-7",
        }
        shown = as_shown(fields, sent, price_today="0.13", currency="EUR")


class ConsumableFilters(CodedFilters):
    """Consumables by code, name and unit."""

    unit = django_filters.ChoiceFilter(choices=Consumable.Unit.choices, help_text="The unit.")

    class Meta:
        model = Consumable
        fields = ("code", "name", "unit")


class ConsumableViewSet(CodedViewSet):
    """The consumables of the token's hospital, by code."""

    topic = "consumables"
    serializer_class = ConsumableSerializer
    filterset_class = ConsumableFilters
