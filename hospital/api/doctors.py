"""The REST door of doctors."""

from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

import django_filters
from rest_framework import serializers

from hospital.kit.api.fields import ReferenceField
from hospital.kit.api.serializers import RecordSerializer
from hospital.kit.api.writes import RecordViewSet
from hospital.models import Clinic, Department, Doctor, DoctorClinic
from hospital.services import doctors

from .examples import PARENT_ID, PHONE, as_shown


class ClinicIdsField(serializers.ManyRelatedField):
    """The ids of a doctor's clinics; a list sent replaces the whole list."""

    def __init__(self, **options: Any):
        super().__init__(child_relation=ReferenceField(Clinic), **options)

    def by_parent(self, ids: Iterable[UUID], context: Mapping[str, Any]) -> dict[UUID, list[UUID]]:
        """The lists of many doctors, with one query."""
        rows = DoctorClinic.objects.live().filter(doctor__in=list(ids))
        found: dict[UUID, list[UUID]] = {}
        pairs = rows.order_by("clinic__code", "clinic_id").values_list("doctor_id", "clinic_id")
        for doctor, clinic in pairs:
            found.setdefault(doctor, []).append(clinic)
        return found


class DoctorSerializer(RecordSerializer):
    """Somebody who treats people at the token's hospital."""

    hospital_id = serializers.UUIDField(read_only=True)
    department_id = ReferenceField(
        Department, source="department", help_text="The department they belong to."
    )
    clinic_ids = ClinicIdsField(
        source="clinics", required=False,
        help_text="The clinics they see people at. A list sent replaces the whole list.",
    )  # fmt: skip
    user_id = serializers.UUIDField(
        read_only=True, allow_null=True,
        help_text="Their account, which an administrator gives them on the web.",
    )  # fmt: skip

    class Meta:
        model = Doctor
        fields = (
            "id", "version", "hospital_id", "department_id", "clinic_ids", "user_id", "title",
            "family_name", "given_names", "licence_number", "speciality", "phone", "email",
            "external_id", "external_ids", "created_at", "updated_at", "retired_at",
        )  # fmt: skip
        extra_kwargs = {
            "licence_number": {"help_text": "Unique among the live doctors of the hospital."},
            "phone": PHONE,
        }
        sent = {
            "department_id": PARENT_ID,
            "title": "Dr",
            "family_name": "Vogel",
            "given_names": "Martin",
            "licence_number": "BE-20417",
            "speciality": "Cardiology",
            "phone": "+493023125141",
            "email": "martin.vogel@example.org",
            "external_id": "HIS-7",
        }
        shown = as_shown(fields, sent, clinic_ids=[], user_id=None)

    def create(self, validated_data: dict[str, Any]) -> Doctor:
        external_id, clinics = (
            validated_data.pop("external_id", ""), validated_data.pop("clinics", ())
        )  # fmt: skip
        doctor = Doctor(**self.server_facts(), **validated_data)
        with self.naming():
            return doctors.add(self.actor, doctor=doctor, clinics=clinics, external_id=external_id)

    def change(self, record: Doctor, validated_data: dict[str, Any]) -> Doctor:
        clinics = validated_data.pop("clinics", None)
        for name, value in validated_data.items():
            setattr(record, name, value)
        return doctors.update(self.actor, doctor=record, clinics=clinics, **self.expectation)


class DoctorFilters(django_filters.FilterSet):
    """Doctors by licence number, department and clinic."""

    licence_number = django_filters.CharFilter(help_text="The exact licence number.")
    department_id = django_filters.UUIDFilter(help_text="Doctors of this department.")
    clinic_id = django_filters.UUIDFilter(
        method="at_clinic", help_text="Doctors who see people at this clinic."
    )

    class Meta:
        model = Doctor
        fields = ("licence_number", "department_id", "clinic_id")

    def at_clinic(self, queryset: Any, name: str, value: UUID) -> Any:
        here = DoctorClinic.objects.live().filter(clinic=value)
        return queryset.filter(pk__in=here.values("doctor_id"))


class DoctorViewSet(RecordViewSet):
    """Doctors of the token's hospital, by name."""

    topic = "doctors"
    serializer_class = DoctorSerializer
    filterset_class = DoctorFilters
    orderings = {
        **RecordViewSet.orderings,
        "name": ("sort_key", "id"),
        "-name": ("-sort_key", "-id"),
    }
    default_ordering = "name"
