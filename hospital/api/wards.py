"""The REST door of wards."""

import django_filters
from rest_framework import serializers

from hospital.kit.api.fields import ReferenceField
from hospital.kit.api.serializers import RecordSerializer
from hospital.kit.api.writes import RecordViewSet
from hospital.models import Department, Ward

from .examples import PARENT_ID, PART_HELP, as_shown


class WardSerializer(RecordSerializer):
    """A ward of a department."""

    hospital_id = serializers.UUIDField(read_only=True)
    department_id = ReferenceField(
        Department, source="department", help_text="The department it belongs to."
    )

    class Meta:
        model = Ward
        fields = (
            "id", "version", "hospital_id", "department_id", "code", "name", "floor", "phone",
            "external_id", "external_ids", "created_at", "updated_at", "retired_at",
        )  # fmt: skip
        extra_kwargs = PART_HELP
        sent = {
            "department_id": PARENT_ID,
            "code": "W2",
            "name": "Ward 2",
            "floor": "2",
            "external_id": "HIS-7",
        }
        shown = as_shown(fields, sent)


class WardFilters(django_filters.FilterSet):
    """Wards by their code and by department."""

    code = django_filters.CharFilter(help_text="The exact code.")
    department_id = django_filters.UUIDFilter(help_text="Wards of this department.")

    class Meta:
        model = Ward
        fields = ("code", "department_id")


class WardViewSet(RecordViewSet):
    """Wards of the token's hospital."""

    topic = "wards"
    serializer_class = WardSerializer
    filterset_class = WardFilters
    orderings = {**RecordViewSet.orderings, "code": ("code", "id"), "-code": ("-code", "-id")}
