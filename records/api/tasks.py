"""The REST door of tasks: read, and settled."""

from functools import cache
from typing import Any, ClassVar
from uuid import UUID

import django_filters
from django.db.models import QuerySet
from django.db.models.functions import Coalesce
from django.http import HttpResponse
from rest_framework import serializers
from rest_framework.decorators import action

from hospital.api.examples import HOSPITAL_ID, as_shown
from hospital.kit.api.serializers import RecordSerializer
from hospital.kit.api.writes import ActSerializer
from hospital.kit.prepared import EACH, Prepared
from records.models import BedPeriod, Task
from records.services import tasks

from .acts import Acting
from .bookables import PATIENT_ID
from .inpatient_acts import STAY_ID, WARD_ID
from .inpatients import PlaceNow

SHOWN: dict[str, Any] = {
    "hospital_id": HOSPITAL_ID,
    "encounter_id": STAY_ID,
    "patient_id": PATIENT_ID,
    "ward_id": WARD_ID,
    "kind": "admitted_elsewhere",
    "status": "requested",
    "completed_at": None,
}


class WardNowField(PlaceNow, serializers.UUIDField):
    """The ward of a task."""

    def places(self) -> Prepared:
        return _wards()


@cache
def _wards() -> Prepared:
    rows = BedPeriod.objects.lying().filter(encounter__tasks__in=[EACH]).order_by()
    ward = Coalesce("bed__ward_id", "ward_id")
    return Prepared(rows.values_list("encounter__tasks__id", ward), [[EACH]])


class TaskSerializer(RecordSerializer):
    """Something to be seen to in a stay: FHIR's Task."""

    hospital_id = serializers.UUIDField(read_only=True)
    encounter_id = serializers.UUIDField(read_only=True, help_text="The stay it is about.")
    patient_id = serializers.UUIDField(
        read_only=True, source="encounter.patient_id", help_text="Whose stay it is."
    )
    ward_id = WardNowField(
        read_only=True, allow_null=True,
        help_text="Where the patient is now: a task goes with its patient. null once they have left.",
    )  # fmt: skip

    class Meta:
        model = Task
        fields: tuple[str, ...] = (
            "id", "version", "hospital_id", "encounter_id", "patient_id", "ward_id", "kind",
            "status", "completed_at", "created_at", "updated_at", "retired_at",
        )  # fmt: skip
        extra_kwargs: ClassVar[dict[str, Any]] = {
            "kind": {
                "help_text": (
                    "`stay_elsewhere`: the patient is still counted as in a ward elsewhere; "
                    "`admitted_elsewhere`: the patient has been admitted elsewhere meanwhile."
                )
            },
            "status": {"help_text": "`requested`, `completed` or `cancelled`."},
            "completed_at": {"help_text": "When it was settled."},
        }
        shown: ClassVar[dict[str, Any]] = as_shown(fields, {}, **SHOWN)


class TaskFilters(django_filters.FilterSet):
    """Tasks by whom, where, what and how far."""

    encounter_id = django_filters.UUIDFilter(help_text="Of this stay.")
    patient_id = django_filters.UUIDFilter(
        field_name="encounter__patient_id", help_text="Of this patient's stays."
    )
    ward_id = django_filters.UUIDFilter(
        method="of_ward", help_text="Of those who are in this ward now, in a bed or without one."
    )
    kind = django_filters.ChoiceFilter(
        choices=Task.Kind.choices, help_text="`stay_elsewhere` or `admitted_elsewhere`."
    )
    status = django_filters.ChoiceFilter(
        choices=Task.Status.choices, help_text="`requested`, `completed` or `cancelled`."
    )

    class Meta:
        model = Task
        fields = ("encounter_id", "kind", "status")

    def of_ward(self, queryset: QuerySet, name: str, value: UUID) -> QuerySet:
        return queryset.in_ward(value)  # type: ignore[attr-defined, no-any-return]


class TaskViewSet(Acting):
    """What the wards of the token's hospital are asked to see to. Tasks are raised and called off by what
    happens to stays.
    """

    topic = "tasks"
    argument = "task"
    serializer_class = TaskSerializer
    filterset_class = TaskFilters
    patient_field = "patient_id"
    bodies: ClassVar[dict[str, Any]] = {"complete": ActSerializer}
    acts_on_one = ("complete",)
    statuses: ClassVar[dict[str, tuple[int, ...]]] = {
        "complete": (200, 400, 403, 404, 409, 412, 413, 415, 422)
    }

    @action(detail=True, methods=["post"])
    def complete(self, request: Any, pk: str) -> HttpResponse:
        """It has been seen to."""
        return self.act(tasks.complete)
