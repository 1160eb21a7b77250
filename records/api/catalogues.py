"""What the REST doors of the hospital's catalogues have in common."""

from typing import Any

import django_filters
from rest_framework import serializers

from hospital.kit.api.fields import MoneyText, TextField
from hospital.kit.api.serializers import PartSerializer, RecordSerializer
from hospital.kit.api.writes import RecordViewSet
from records.models.prices import price_model
from records.services import catalogues

# What every entry tells, before and after what is its own.
FIRST = ("id", "version", "hospital_id")
LAST = (
    "prices", "price_today", "currency", "external_id", "external_ids", "created_at", "updated_at",
    "retired_at",
)  # fmt: skip


class EntryPriceSerializer(PartSerializer):
    """What one unit costs from a day to a day; ``Meta`` names the model."""

    class Meta(PartSerializer.Meta):
        fields = ("amount", "valid_from", "valid_to")
        extra_kwargs = {
            "amount": {"help_text": "Text, in the hospital's currency, such as 12.50."},
            "valid_from": {"help_text": "The first day."},
            "valid_to": {"help_text": "The last day; null until further notice."},
        }


def prices_sent(before: str, now: str) -> list[dict[str, Any]]:
    """The prices of the documentation's example, which went up in July."""
    return [
        {"amount": now, "valid_from": "2026-07-01", "valid_to": None},
        {"amount": before, "valid_from": "2026-01-01", "valid_to": "2026-06-30"},
    ]


def prices_field(serializer: type[EntryPriceSerializer]) -> EntryPriceSerializer:
    """The list of an entry's prices."""
    return serializer(
        many=True, required=False,
        help_text="The latest first; a day has one at most. A list sent replaces the whole list.",
    )  # fmt: skip


class CatalogueSerializer(RecordSerializer):
    """An entry of a catalogue of the token's hospital; a class adds ``prices``."""

    hospital_id = serializers.UUIDField(read_only=True)
    price_today = MoneyText(
        read_only=True, allow_null=True,
        help_text="The price of one unit on this day of the hospital's zone; null when none is valid.",
    )  # fmt: skip
    currency = TextField(
        read_only=True,
        source="hospital.currency",
        help_text="The currency of the prices, ISO 4217.",
    )

    def create(self, validated_data: dict[str, Any]) -> Any:
        external_id = validated_data.pop("external_id", "")
        prices = self._prices(validated_data.pop("prices", ()))
        entry = self.Meta.model(**self.server_facts(), **validated_data)
        with self.naming():
            return catalogues.add(self.actor, entry=entry, prices=prices, external_id=external_id)

    def change(self, record: Any, validated_data: dict[str, Any]) -> Any:
        rows = validated_data.pop("prices", None)
        for name, value in validated_data.items():
            setattr(record, name, value)
        prices = None if rows is None else self._prices(rows)
        return catalogues.update(self.actor, entry=record, prices=prices, **self.expectation)

    def _prices(self, rows: Any) -> list[Any]:
        model = price_model(self.Meta.model)
        return [model(**row) for row in rows]


class CodedFilters(django_filters.FilterSet):
    """Entries by their code and name."""

    code = django_filters.CharFilter(help_text="The exact code.")
    name = django_filters.CharFilter(
        lookup_expr="istartswith", help_text="The beginning of the name."
    )


class CodedViewSet(RecordViewSet):
    """Entries in the order of their codes."""

    changes_by_day = True
    orderings = {**RecordViewSet.orderings, "code": ("code", "id"), "-code": ("-code", "-id")}
    default_ordering = "code"
