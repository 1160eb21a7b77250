"""The REST door of holidays, to read."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

import django_filters
from django.db.models import Q
from rest_framework import serializers

from hospital.api.examples import as_shown
from hospital.kit.api.serializers import RecordSerializer
from hospital.kit.api.viewsets import ReadViewSet
from records.models import Holiday


class HolidaySerializer(RecordSerializer):
    """Days on which the hospital, or one of its clinics, sees nobody."""

    hospital_id = serializers.UUIDField(read_only=True)
    clinic_id = serializers.UUIDField(
        read_only=True, allow_null=True, help_text="The clinic that is closed; null: all of them."
    )

    class Meta:
        model = Holiday
        fields = (
            "id", "version", "hospital_id", "name", "first_on", "last_on", "clinic_id",
            "created_at", "updated_at", "retired_at",
        )  # fmt: skip
        extra_kwargs = {
            "first_on": {"help_text": "The first day."},
            "last_on": {"help_text": "The last day."},
        }
        shown = as_shown(
            fields, {}, name="Christmas", first_on="2026-12-25", last_on="2026-12-26",
            clinic_id=None,
        )  # fmt: skip


class HolidayFilters(django_filters.FilterSet):
    """Holidays by clinic and by day."""

    clinic_id = django_filters.UUIDFilter(
        method="closing", help_text="Days on which this clinic is closed: its own, and everybody's."
    )

    class Meta:
        model = Holiday
        fields = ("clinic_id",)

    @classmethod
    def get_filters(cls) -> Mapping[str, Any]:
        """And those of the days: `from` is a word of Python's, so it cannot be declared above."""
        first, last = "With a day on this date or later.", "With a day on this date or earlier."
        return super().get_filters() | {
            "from": django_filters.DateFilter("last_on", "gte", help_text=first),
            "to": django_filters.DateFilter("first_on", "lte", help_text=last),
        }

    def closing(self, queryset: Any, name: str, value: UUID) -> Any:
        return queryset.filter(Q(clinic=value) | Q(clinic__isnull=True))


class HolidayViewSet(ReadViewSet):
    """The holidays of the token's hospital, in the order of time. People write them down, on the web."""

    topic = "holidays"
    serializer_class = HolidaySerializer
    filterset_class: Any = HolidayFilters
    orderings = {
        **ReadViewSet.orderings,
        "first_on": ("first_on", "id"),
        "-first_on": ("-first_on", "-id"),
    }
    default_ordering = "first_on"
