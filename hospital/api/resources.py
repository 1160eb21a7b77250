"""The REST door of what can be booked: doctors, rooms and devices."""

import django_filters
from rest_framework import serializers

from hospital.kit.api.fields import ReferenceField
from hospital.kit.api.serializers import RecordSerializer
from hospital.kit.api.writes import RecordViewSet
from hospital.models import Clinic, Resource

from .examples import PARENT_ID, as_shown


class ResourceSerializer(RecordSerializer):
    """Somebody or something that an appointment takes up: at one place at a time."""

    hospital_id = serializers.UUIDField(read_only=True)
    doctor_id = serializers.UUIDField(
        read_only=True, allow_null=True,
        help_text="The doctor it is, whose name it has; null of a room or device.",
    )  # fmt: skip
    clinic_id = ReferenceField(
        Clinic, source="clinic", required=False, allow_null=True,
        help_text="The clinic a room or device is at; null when the whole hospital uses it.",
    )  # fmt: skip

    class Meta:
        model = Resource
        fields = (
            "id", "version", "hospital_id", "kind", "doctor_id", "name", "clinic_id",
            "external_id", "external_ids", "created_at", "updated_at", "retired_at",
        )  # fmt: skip
        extra_kwargs = {
            "kind": {
                "help_text": "Made are `room` and `device`; every doctor has a `doctor` of their own."
            },
            "name": {"help_text": "Unique among the live rooms and devices; empty of a doctor."},
        }
        sent = {"kind": "device", "name": "ECG 1", "clinic_id": PARENT_ID, "external_id": "HIS-7"}
        shown = as_shown(fields, sent, doctor_id=None)


class ResourceFilters(django_filters.FilterSet):
    """What can be booked by its kind, by clinic and by doctor."""

    kind = django_filters.ChoiceFilter(
        choices=Resource.Kind.choices, help_text="`doctor`, `room` or `device`."
    )
    clinic_id = django_filters.UUIDFilter(help_text="Rooms and devices of this clinic.")
    doctor_id = django_filters.UUIDFilter(help_text="The one of this doctor.")

    class Meta:
        model = Resource
        fields = ("kind", "clinic_id", "doctor_id")


class ResourceViewSet(RecordViewSet):
    """Doctors, rooms and devices of the token's hospital, by name."""

    topic = "resources"
    serializer_class = ResourceSerializer
    filterset_class = ResourceFilters
    orderings = {
        **RecordViewSet.orderings,
        "name": ("sort_key", "id"),
        "-name": ("-sort_key", "-id"),
    }
    default_ordering = "name"
