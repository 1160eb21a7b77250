"""The REST door of the weekly hours at which something can be booked, to read."""

from typing import Any

import django_filters
from rest_framework import serializers

from hospital.api.examples import as_shown
from hospital.kit.api.serializers import RecordSerializer
from hospital.kit.api.viewsets import ReadViewSet
from hospital.models.hospitals import Weekday
from records.models import Session

from .bookables import CLINIC_ID, DOCTOR_ID, RESOURCE_ID


class OfResourceSerializer(RecordSerializer):
    """What is said of a doctor, room or device."""

    hospital_id = serializers.UUIDField(read_only=True)
    resource_id = serializers.UUIDField(
        source="bookable_id", read_only=True, help_text="The doctor, room or device."
    )
    doctor_id = serializers.UUIDField(
        source="bookable.doctor_id", read_only=True, allow_null=True,
        help_text="The doctor it is; null of a room or device.",
    )  # fmt: skip


class OfResourceFilters(django_filters.FilterSet):
    """By the doctor, room or device."""

    resource_id = django_filters.UUIDFilter("bookable_id", help_text="Of this resource.")
    doctor_id = django_filters.UUIDFilter("bookable__doctor_id", help_text="Of this doctor.")


class SessionSerializer(OfResourceSerializer):
    """Hours that a doctor, room or device keeps at a clinic once a week."""

    clinic_id = serializers.UUIDField(read_only=True, help_text="Where.")

    class Meta:
        model = Session
        fields = (
            "id", "version", "hospital_id", "resource_id", "doctor_id", "clinic_id", "weekday",
            "opens_at", "closes_at", "slot_minutes", "capacity", "overbook_limit", "valid_from",
            "valid_to", "created_at", "updated_at", "retired_at",
        )  # fmt: skip
        extra_kwargs = {
            "opens_at": {"help_text": "On the wall of the hospital."},
            "closes_at": {
                "help_text": "In the same way; not after `opens_at` it is the next day's."
            },
            "slot_minutes": {"help_text": "null: no slots, people come at any time of the hours."},
            "capacity": {"help_text": "Bookings to a slot; without slots, to the whole session."},
            "overbook_limit": {"help_text": "How many may be added on top, on one day."},
            "valid_from": {"help_text": "The first day."},
            "valid_to": {"help_text": "The last day; null until further notice."},
        }
        shown = as_shown(
            fields, {}, resource_id=RESOURCE_ID, doctor_id=DOCTOR_ID, clinic_id=CLINIC_ID,
            weekday="mon", opens_at="09:00:00", closes_at="12:00:00", slot_minutes=20, capacity=1,
            overbook_limit=2, valid_from="2026-01-01", valid_to=None,
        )  # fmt: skip


class SessionFilters(OfResourceFilters):
    """Hours by the doctor, room or device, by clinic and weekday."""

    clinic_id = django_filters.UUIDFilter(help_text="Hours at this clinic.")
    weekday = django_filters.ChoiceFilter(
        choices=Weekday.choices, help_text="`mon` to `sun`: the day on which they begin."
    )

    class Meta:
        model = Session
        fields = ("resource_id", "doctor_id", "clinic_id", "weekday")


class SessionViewSet(ReadViewSet):
    """The weekly hours kept at the token's hospital. People change them, on the web."""

    topic = "sessions"
    serializer_class = SessionSerializer
    filterset_class: Any = SessionFilters
