"""The REST door of departments."""

import django_filters
from rest_framework import serializers

from hospital.kit.api.serializers import RecordSerializer
from hospital.kit.api.writes import RecordViewSet
from hospital.models import Department

from .examples import PART_HELP, as_shown


class DepartmentSerializer(RecordSerializer):
    """A department of the token's hospital."""

    hospital_id = serializers.UUIDField(read_only=True)

    class Meta:
        model = Department
        fields = (
            "id", "version", "hospital_id", "code", "name", "phone", "description",
            "external_id", "external_ids", "created_at", "updated_at", "retired_at",
        )  # fmt: skip
        extra_kwargs = PART_HELP
        sent = {
            "code": "CARD",
            "name": "Cardiology",
            "phone": "+49 30 123456",
            "external_id": "HIS-7",
        }
        shown = as_shown(fields, sent, phone="+4930123456")


class DepartmentFilters(django_filters.FilterSet):
    """Departments by their code."""

    code = django_filters.CharFilter(help_text="The exact code.")

    class Meta:
        model = Department
        fields = ("code",)


class DepartmentViewSet(RecordViewSet):
    """Departments of the token's hospital."""

    topic = "departments"
    serializer_class = DepartmentSerializer
    filterset_class = DepartmentFilters
    orderings = {**RecordViewSet.orderings, "code": ("code", "id"), "-code": ("-code", "-id")}
