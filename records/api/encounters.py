"""The REST door of all encounters, stays and visits alike, to read."""

from collections.abc import Mapping
from typing import Any, ClassVar

import django_filters
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from hospital.api.examples import HOSPITAL_ID, as_shown
from hospital.kit.api.filters import MomentFilter
from hospital.kit.api.serializers import RecordSerializer
from hospital.kit.api.viewsets import ReadViewSet
from records.models import Encounter

from .bookables import CLINIC_ID, DOCTOR_ID, PATIENT_ID

SHOWN: dict[str, Any] = {
    "hospital_id": HOSPITAL_ID,
    "patient_id": PATIENT_ID,
    "kind": "outpatient",
    "topic": "outpatients",
    "number": "10000014",
    "status": "arrived",
    "clinic_id": CLINIC_ID,
    "attending_id": DOCTOR_ID,
    "complaint": "Sore throat",
    "starts_at": "2026-03-14T09:00:00+01:00",
    "seen_at": None,
    "ends_at": None,
}


@extend_schema_field({"type": "string", "enum": ["inpatients", "outpatients"]})
class TopicField(serializers.Field):
    """The address under which an encounter of a kind is changed."""

    def __init__(self, **options: Any):
        super().__init__(read_only=True, source="kind", **options)

    def to_representation(self, value: str) -> str:
        return "inpatients" if value == Encounter.Kind.INPATIENT else "outpatients"


def _id_of(name: str, help_text: str, *, may_lack: bool = False) -> Any:
    return serializers.PrimaryKeyRelatedField(
        read_only=True, source=name, pk_field=serializers.UUIDField(), help_text=help_text,
        allow_null=may_lack,
    )  # fmt: skip


class EncounterSerializer(RecordSerializer):
    """A stay in a ward or a visit: that a patient is, or was, in the hospital's care."""

    hospital_id = _id_of("hospital", "")
    patient_id = _id_of("patient", "Whose it is.")
    clinic_id = _id_of("clinic", "Of a visit, where; null for the others.", may_lack=True)
    attending_id = _id_of("attending", "The doctor in charge.", may_lack=True)
    topic = TopicField(
        help_text="Where it is changed: `inpatients` is `/inpatients/{id}`, with the same id."
    )

    class Meta:
        model = Encounter
        fields: tuple[str, ...] = (
            "id", "version", "hospital_id", "patient_id", "kind", "topic", "number", "status",
            "clinic_id", "attending_id", "complaint", "starts_at", "seen_at", "ends_at",
            "created_at", "updated_at", "retired_at",
        )  # fmt: skip
        extra_kwargs: ClassVar[dict[str, Any]] = {
            "status": {
                "help_text": (
                    "`planned`, `arrived`, `in_progress`, `on_leave`, `finished` or `cancelled`."
                )
            },
            "starts_at": {"help_text": "When the patient came, or is to come while it is planned."},
            "seen_at": {"help_text": "Of a visit, since when the patient has been seen."},
            "ends_at": {"help_text": "When the patient left."},
        }
        shown: ClassVar[dict[str, Any]] = as_shown(fields, {}, **SHOWN)


class EncounterFilters(django_filters.FilterSet):
    """Encounters by whom, where, of what kind, how far and when."""

    patient_id = django_filters.UUIDFilter(help_text="Encounters of this patient.")
    clinic_id = django_filters.UUIDFilter(help_text="Visits to this clinic.")
    attending_id = django_filters.UUIDFilter(help_text="Those of which this doctor is in charge.")
    kind = django_filters.ChoiceFilter(
        choices=Encounter.Kind.choices, help_text="`inpatient`, `outpatient` or `emergency`."
    )
    number = django_filters.CharFilter(help_text="The whole number.")
    status = django_filters.ChoiceFilter(
        choices=Encounter.Status.choices,
        help_text="`planned`, `arrived`, `in_progress`, `on_leave`, `finished` or `cancelled`.",
    )

    class Meta:
        model = Encounter
        fields = ("patient_id", "clinic_id", "attending_id", "kind", "number", "status")

    @classmethod
    def get_filters(cls) -> Mapping[str, Any]:
        """And those of the time: `from` is a word of Python's, so it cannot be declared above."""
        begins, ends = "Starts at this moment or later.", "Starts before this moment."
        return super().get_filters() | {
            "from": MomentFilter("starts_at", "gte", help_text=begins),
            "to": MomentFilter("starts_at", "lt", help_text=ends),
        }


class EncounterViewSet(ReadViewSet):
    """The stays and visits of the token's hospital, the latest first. They are changed where `topic` says."""

    topic = "encounters"
    serializer_class = EncounterSerializer
    filterset_class: Any = EncounterFilters
    patient_field = "patient_id"
    orderings: ClassVar[dict[str, Any]] = {
        **ReadViewSet.orderings,
        "starts_at": ("starts_at", "id"),
        "-starts_at": ("-starts_at", "-id"),
    }
    default_ordering = "-starts_at"
