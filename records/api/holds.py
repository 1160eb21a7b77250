"""The REST door of holds."""

from typing import Any, ClassVar

import django_filters
from django.db.models import Q, QuerySet
from rest_framework import serializers

from hospital.api.examples import as_shown
from hospital.kit import clock
from hospital.kit.api.filters import FlagFilter
from hospital.kit.api.writes import PassingViewSet
from records.models import Hold
from records.services import holds

from .bookables import CLINIC_ID, DOCTOR_ID, TimedSerializer

SENT = {
    "clinic_id": CLINIC_ID,
    "doctor_id": DOCTOR_ID,
    "starts_at": "2026-03-16T09:00:00+01:00",
    "minutes": 20,
}
SHOWN: dict[str, Any] = {
    "resource_ids": [],
    "ends_at": "2026-03-16T09:20:00+01:00",
    "expires_at": "2026-03-14T09:36:53.589793+01:00",
    "held_by_id": "019e8f69-77aa-7c31-8a44-52f0d1c3e6b7",
}


class HoldSerializer(TimedSerializer):
    """A time that nobody else can book for ten minutes."""

    held_by_id = serializers.UUIDField(
        read_only=True, allow_null=True, source="held_by", help_text="The account that keeps it."
    )

    class Meta:
        model = Hold
        fields = (
            "id", "version", "hospital_id", "clinic_id", "doctor_id", "resource_ids", "starts_at",
            "ends_at", "minutes", "expires_at", "held_by_id", "created_at", "updated_at",
            "retired_at",
        )  # fmt: skip
        extra_kwargs: ClassVar[dict[str, Any]] = {
            "starts_at": {"help_text": "In whole minutes, not before today."},
            "ends_at": {
                "required": False,
                "help_text": (
                    "At most 24 hours later. Without it or `minutes`: a slot of the "
                    "doctor's, else half an hour."
                ),
            },
            "expires_at": {
                "help_text": "Until when it is kept. Once this is past, the time is free again."
            },
        }
        sent = SENT
        shown: ClassVar[dict[str, Any]] = {
            name: value
            for name, value in as_shown(fields, SENT, **SHOWN).items()
            if name != "minutes"
        }

    def create(self, validated_data: dict[str, Any]) -> Hold:
        resources = validated_data.pop("resources", ())
        hold = Hold(**self.server_facts(), **validated_data)
        with self.naming():
            return holds.keep(self.actor, hold=hold, resources=resources)


class HoldFilters(django_filters.FilterSet):
    """Holds by doctor, clinic, and whether they still keep their time."""

    doctor_id = django_filters.UUIDFilter(help_text="Holds on this doctor.")
    clinic_id = django_filters.UUIDFilter(help_text="Holds at this clinic.")
    standing = FlagFilter(
        method="by_standing",
        help_text="`true` for those that keep their time now, `false` for those that have lapsed.",
    )

    class Meta:
        model = Hold
        fields = ("doctor_id", "clinic_id")

    def by_standing(self, queryset: QuerySet, name: str, value: bool) -> QuerySet:
        stands = Q(expires_at__gt=clock.now(), retired_at__isnull=True)
        return queryset.filter(stands if value else ~stands)


class HoldViewSet(PassingViewSet):
    """Times that are kept until it is sure that they are booked; ten minutes each.

    A hold that was used or given back is retired. One that has lapsed stays as it is; its
    `expires_at` is past.
    """

    topic = "holds"
    serializer_class = HoldSerializer
    filterset_class = HoldFilters

    def retire(self, record: Hold, *, reason: str, expected_version: int | None) -> None:
        holds.release(self.actor, hold=record, reason=reason, expected_version=expected_version)
