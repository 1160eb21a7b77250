"""The REST door of the catalogue of medications."""

from typing import Any

import django_filters
from rest_framework import serializers

from hospital.api.examples import as_shown
from hospital.kit.api.fields import MoneyText, TextField
from hospital.kit.api.serializers import PartSerializer, RecordSerializer
from hospital.kit.api.writes import RecordViewSet
from records.models import Medication, MedicationPrice
from records.services import medications


class PriceSerializer(PartSerializer):
    """What one unit costs from a day to a day."""

    class Meta(PartSerializer.Meta):
        model = MedicationPrice
        fields = ("amount", "valid_from", "valid_to")
        extra_kwargs = {
            "amount": {"help_text": "Text, in the hospital's currency, such as 12.50."},
            "valid_from": {"help_text": "The first day."},
            "valid_to": {"help_text": "The last day; null until further notice."},
        }


class MedicationSerializer(RecordSerializer):
    """A medication of the token's hospital: a product in one form and strength."""

    hospital_id = serializers.UUIDField(read_only=True)
    prices = PriceSerializer(
        many=True, required=False,
        help_text="The latest first; a day has one at most. A list sent replaces the whole list.",
    )  # fmt: skip
    price_today = MoneyText(
        read_only=True, allow_null=True,
        help_text="The price of one unit on this day of the hospital's zone; null when none is valid.",
    )  # fmt: skip
    currency = TextField(
        read_only=True,
        source="hospital.currency",
        help_text="The currency of the prices, ISO 4217.",
    )

    class Meta:
        model = Medication
        fields = (
            "id", "version", "hospital_id", "name", "generic_name", "form", "strength", "unit",
            "atc_code", "prices", "price_today", "currency", "external_id", "external_ids",
            "created_at", "updated_at", "retired_at",
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
            "prices": [
                {"amount": "0.14", "valid_from": "2026-07-01", "valid_to": None},
                {"amount": "0.12", "valid_from": "2026-01-01", "valid_to": "2026-06-30"},
            ],
            "external_id": "HIS-7",
        }
        shown = as_shown(fields, sent, price_today="0.12", currency="EUR")

    def create(self, validated_data: dict[str, Any]) -> Medication:
        external_id = validated_data.pop("external_id", "")
        prices = [MedicationPrice(**row) for row in validated_data.pop("prices", ())]
        medication = Medication(**self.server_facts(), **validated_data)
        with self.naming():
            return medications.add(
                self.actor, medication=medication, prices=prices, external_id=external_id
            )

    def change(self, record: Medication, validated_data: dict[str, Any]) -> Medication:
        rows = validated_data.pop("prices", None)
        for name, value in validated_data.items():
            setattr(record, name, value)
        prices = None if rows is None else [MedicationPrice(**row) for row in rows]
        return medications.update(self.actor, medication=record, prices=prices, **self.expectation)


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
