"""The REST door of charts that may be of one person: read, told apart, taken back."""

from collections.abc import Sequence
from typing import Any, ClassVar
from uuid import UUID

import django_filters
from django.db.models import QuerySet
from django.http import HttpResponse
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.decorators import action

from hospital.api.examples import as_shown
from hospital.kit.api.fields import TextField
from hospital.kit.api.serializers import RecordSerializer
from hospital.kit.api.viewsets import ReadViewSet
from hospital.kit.api.writes import ActSerializer
from records.likeness import AGREES
from records.models import DuplicatePair
from records.services import duplicates

from .acts import Acting
from .bookables import PATIENT_ID

SHOWN: dict[str, Any] = {
    "first_id": PATIENT_ID,
    "second_id": PATIENT_ID,
    "score": 215,
    "agrees": ["similar_name", "birth_date"],
    "status": "open",
    "reason": "",
    "decided_at": None,
}


@extend_schema_field({"type": "array", "items": {"type": "string", "enum": list(AGREES)}})
class AgreesField(serializers.JSONField):
    """What agrees, in words."""


class DifferentSerializer(ActSerializer):
    """Why two charts are not of one person."""

    reason = TextField(help_text="Why, in at most 200 characters.")

    class Meta:
        sent: ClassVar[dict[str, Any]] = {"reason": "Twin"}


class DuplicatePairSerializer(RecordSerializer):
    """Two charts that may be of one person."""

    first_id = serializers.UUIDField(read_only=True, help_text="The one patient.")
    second_id = serializers.UUIDField(read_only=True, help_text="The other patient.")
    agrees = AgreesField(read_only=True, help_text="What agrees.")

    class Meta:
        model = DuplicatePair
        fields: tuple[str, ...] = (
            "id", "version", "first_id", "second_id", "score", "agrees", "status", "reason",
            "decided_at", "created_at", "updated_at", "retired_at",
        )  # fmt: skip
        extra_kwargs: ClassVar[dict[str, Any]] = {
            "score": {
                "help_text": "How much speaks for one person, in tenths: 135 and more is likely."
            },
            "status": {"help_text": "`open` or `different`."},
            "reason": {"help_text": "Why they are not the same person."},
            "decided_at": {"help_text": "When they were told apart."},
        }
        shown: ClassVar[dict[str, Any]] = as_shown(fields, {}, **SHOWN)


class DuplicateFilters(django_filters.FilterSet):
    """Pairs by whose and how far."""

    patient_id = django_filters.UUIDFilter(method="of_patient", help_text="With this patient.")
    status = django_filters.ChoiceFilter(
        choices=DuplicatePair.Status.choices, help_text="`open` or `different`."
    )

    class Meta:
        model = DuplicatePair
        fields = ("status",)

    def of_patient(self, queryset: QuerySet, name: str, value: Any) -> QuerySet:
        return queryset.of([value])  # type: ignore[attr-defined, no-any-return]


class DuplicateViewSet(Acting):
    """Charts of the token's hospital that may be of one person. The hospital finds them by itself, a little after a
    chart has changed.
    """

    topic = "patients/duplicates"
    argument = "pair"
    serializer_class = DuplicatePairSerializer
    filterset_class = DuplicateFilters
    orderings: ClassVar[dict[str, Any]] = {
        **ReadViewSet.orderings,
        "score": ("score", "id"),
        "-score": ("-score", "id"),
    }
    default_ordering = "-score"
    patient_field = "first_id"
    bodies: ClassVar[dict[str, Any]] = {"different": DifferentSerializer, "undo": ActSerializer}
    acts_on_one = ("different", "undo")
    statuses: ClassVar[dict[str, tuple[int, ...]]] = dict.fromkeys(
        acts_on_one, (200, 400, 403, 404, 409, 412, 413, 415, 422)
    )

    def patients_of(self, row: dict[str, Any]) -> Sequence[UUID]:
        return [row["first_id"], row["second_id"]]

    @action(detail=True, methods=["post"])
    def different(self, request: Any, pk: str) -> HttpResponse:
        """They are not the same person. They are never listed as open again, until it is taken back."""
        return self.act(duplicates.different)

    @action(detail=True, methods=["post"])
    def undo(self, request: Any, pk: str) -> HttpResponse:
        """They may be the same person after all."""
        return self.act(duplicates.undo)
