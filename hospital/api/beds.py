"""The REST door of beds."""

from typing import Any

import django_filters
from django.http import HttpResponse
from rest_framework import serializers
from rest_framework.decorators import action

from hospital.kit.api.fields import ReferenceField, TextField
from hospital.kit.api.idempotent import once
from hospital.kit.api.renderers import answer
from hospital.kit.api.rows import Rows
from hospital.kit.api.serializers import Checked, RecordSerializer
from hospital.kit.api.writes import RecordViewSet
from hospital.models import Bed, Ward
from hospital.services import beds

from .examples import PARENT_ID, as_shown


class BedSerializer(RecordSerializer):
    """A bed of a ward."""

    hospital_id = serializers.UUIDField(read_only=True)
    ward_id = ReferenceField(Ward, source="ward", help_text="The ward it stands in.")

    class Meta:
        model = Bed
        fields = (
            "id", "version", "hospital_id", "ward_id", "label", "kind", "sex_policy",
            "is_isolation", "is_extra", "external_id", "external_ids", "created_at", "updated_at",
            "retired_at",
        )  # fmt: skip
        extra_kwargs = {
            "label": {"help_text": "Unique among the live beds of the ward."},
            "sex_policy": {"help_text": "Whom the bed is for."},
            "is_isolation": {"help_text": "Whether a patient can be isolated in it."},
            "is_extra": {"help_text": "Put up on the spot, and taken away again."},
        }
        sent = {
            "ward_id": PARENT_ID,
            "label": "12A",
            "kind": "bed",
            "sex_policy": "female",
            "is_isolation": False,
            "external_id": "HIS-7",
        }
        shown = as_shown(fields, sent, is_extra=False)


class ManyBedsSerializer(Checked):
    """A row of numbered beds for one ward."""

    ward_id = ReferenceField(Ward, source="ward", help_text="The ward they stand in.")
    prefix = TextField(
        required=False, allow_blank=True, trim_whitespace=False,
        help_text="What stands before each number.",
    )  # fmt: skip
    first = serializers.IntegerField(help_text="The first number, 0 or more.")
    last = serializers.IntegerField(
        help_text="The last number, up to 9999; at most 100 beds are added at once."
    )

    class Meta:
        sent = {"ward_id": PARENT_ID, "prefix": "A", "first": 1, "last": 30}


class BedFilters(django_filters.FilterSet):
    """Beds by ward, label and use."""

    ward_id = django_filters.UUIDFilter(help_text="Beds of this ward.")
    label = django_filters.CharFilter(help_text="The exact label.")
    kind = django_filters.ChoiceFilter(choices=Bed.Kind.choices, help_text="`bed` or `cot`.")
    sex_policy = django_filters.ChoiceFilter(
        choices=Bed.SexPolicy.choices, help_text="`any`, `female` or `male`."
    )

    class Meta:
        model = Bed
        fields = ("ward_id", "label", "kind", "sex_policy")


class BedViewSet(RecordViewSet):
    """Beds of the token's hospital, ordered as people do: 2 before 10."""

    topic = "beds"
    serializer_class = BedSerializer
    filterset_class = BedFilters
    orderings = {
        **RecordViewSet.orderings,
        "label": ("sort_key", "id"),
        "-label": ("-sort_key", "-id"),
    }
    default_ordering = "label"
    actions_of_policy = {**RecordViewSet.actions_of_policy, "add_many": "create"}
    bodies = {**RecordViewSet.bodies, "add_many": ManyBedsSerializer}
    statuses = {"add_many": (200, 400, 403, 409, 413, 415, 422)}
    lists = ("add_many",)

    @action(detail=False, methods=["post"], url_path="add-many")
    def add_many(self, request: Any) -> HttpResponse:
        """Add a row of numbered beds to a ward: all of them, or none when one label is taken."""
        sent = ManyBedsSerializer(data=request.data, context=self.context())
        sent.is_valid(raise_exception=True)
        wanted = sent.validated_data

        def add() -> Ward:
            with self.serializer_class(context=self.context()).naming():
                beds.add_many(self.actor, **wanted)
            return wanted["ward"]

        outcome = once(request, status=200, work=add)
        labels = beds.labels(wanted.get("prefix", ""), wanted["first"], wanted["last"])
        added = self.visible().live().filter(ward=outcome.object_id, label__in=labels)
        reader = Rows(self.serializer_class, self.context())
        rows = reader.shown(list(reader.values(added).order_by("sort_key", "id")))
        replayed = {"Idempotent-Replay": "true"} if outcome.is_replay else None
        return answer({"results": rows, "next": None}, headers=replayed)
