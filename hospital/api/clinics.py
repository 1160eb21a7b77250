"""The REST door of clinics."""

import django_filters
from rest_framework import serializers

from hospital.kit.api.fields import ReferenceField
from hospital.kit.api.serializers import RecordSerializer
from hospital.kit.api.writes import RecordViewSet
from hospital.models import Clinic, Department

from .examples import PARENT_ID, PART_HELP, as_shown


class ClinicSerializer(RecordSerializer):
    """Where the out-patients of a department are seen."""

    hospital_id = serializers.UUIDField(read_only=True)
    department_id = ReferenceField(
        Department, source="department", help_text="The department it belongs to."
    )

    class Meta:
        model = Clinic
        fields = (
            "id", "version", "hospital_id", "department_id", "code", "name", "room", "phone",
            "opening_hours", "external_id", "external_ids", "created_at", "updated_at",
            "retired_at",
        )  # fmt: skip
        extra_kwargs = PART_HELP | {"opening_hours": {"help_text": "In words."}}
        sent = {
            "department_id": PARENT_ID,
            "code": "HEART",
            "name": "Heart clinic",
            "room": "1.204",
            "opening_hours": "Monday to Friday, 08:00 to 12:00",
            "external_id": "HIS-7",
        }
        shown = as_shown(fields, sent)


class ClinicFilters(django_filters.FilterSet):
    """Clinics by their code and by department."""

    code = django_filters.CharFilter(help_text="The exact code.")
    department_id = django_filters.UUIDFilter(help_text="Clinics of this department.")

    class Meta:
        model = Clinic
        fields = ("code", "department_id")


class ClinicViewSet(RecordViewSet):
    """Clinics of the token's hospital."""

    topic = "clinics"
    serializer_class = ClinicSerializer
    filterset_class = ClinicFilters
    orderings = {**RecordViewSet.orderings, "code": ("code", "id"), "-code": ("-code", "-id")}
