"""The REST door of the catalogue of medications."""

from typing import Any

import django_filters

from hospital.api.examples import as_shown
from hospital.kit.api.writes import RecordViewSet
from records.models import Medication, MedicationPrice

from .catalogues import (
    FIRST,
    LAST,
    CatalogueSerializer,
    EntryPriceSerializer,
    prices_field,
    prices_sent,
)


class PriceSerializer(EntryPriceSerializer):
    """What one unit costs from a day to a day."""

    class Meta(EntryPriceSerializer.Meta):
        model = MedicationPrice


class MedicationSerializer(CatalogueSerializer):
    """A medication of the token's hospital: a product in one form and strength."""

    prices = prices_field(PriceSerializer)

    class Meta:
        model = Medication
        fields = (
            *FIRST, "name", "generic_name", "form", "strength", "unit", "atc_code", *LAST,
        )  # fmt: skip
        extra_kwargs = {
            "name": {"help_text": "Unique with form and strength among the live ones."},
            "generic_name": {"help_text": "The substance by its international name."},
            "strength": {"help_text": "As it stands on the package, such as 500 mg."},
            "unit": {"help_text": "What is counted when it is given out, and what has the price."},
            # Too long is one way of being no ATC code.
            "atc_code": {"help_text": "The WHO's ATC code, such as N02BE01.", "max_length": None},
        }
        sent = {
            "name": "Doliprane",
            "generic_name": "Paracetamol",
            "form": "tablet",
            "strength": "500 mg",
            "unit": "tablet",
            "atc_code": "N02BE01",
            "prices": prices_sent("0.12", "0.14"),
            "external_id": "HIS-7",
        }
        shown = as_shown(fields, sent, price_today="0.12", currency="EUR")


class MedicationFilters(django_filters.FilterSet):
    """Medications by name, substance, form and ATC group."""

    name = django_filters.CharFilter(
        lookup_expr="istartswith", help_text="The beginning of the name."
    )
    generic_name = django_filters.CharFilter(
        lookup_expr="istartswith", help_text="The beginning of the generic name."
    )
    form = django_filters.ChoiceFilter(choices=Medication.Form.choices, help_text="The form.")
    atc_code = django_filters.CharFilter(
        method="in_group", help_text="An ATC code, or a group of them such as N02."
    )

    class Meta:
        model = Medication
        fields = ("name", "generic_name", "form", "atc_code")

    def in_group(self, queryset: Any, name: str, value: str) -> Any:
        return queryset.filter(atc_code__startswith=value.upper())


class MedicationViewSet(RecordViewSet):
    """The medications of the token's hospital, by name."""

    topic = "medications"
    serializer_class = MedicationSerializer
    filterset_class = MedicationFilters
    changes_by_day = True
    orderings = {
        **RecordViewSet.orderings,
        "name": ("sort_key", "id"),
        "-name": ("-sort_key", "-id"),
    }
    default_ordering = "name"
