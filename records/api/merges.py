"""The REST door of merges: two charts of one person proposed, approved, refused, undone."""

from typing import Any, ClassVar

import django_filters
from django.http import HttpResponse
from rest_framework import serializers
from rest_framework.decorators import action

from hospital.api.examples import PARENT_ID, as_shown
from hospital.kit.api.fields import MomentField, ReferenceField, TextField
from hospital.kit.api.serializers import RecordSerializer
from hospital.kit.api.writes import ActSerializer, MakingViewSet
from records.models import MergeEvent, Patient
from records.services import merges

from .acts import Acting

SENT = {"survivor_id": PARENT_ID, "merged_id": PARENT_ID, "reason": "Registered twice"}
STEP = (200, 400, 403, 404, 409, 412, 413, 415, 422)


class MergeSerializer(RecordSerializer):
    """Two charts of one person: one stays, the other one goes into it."""

    survivor_id = ReferenceField(Patient, source="survivor", help_text="The chart that stays.")
    merged_id = ReferenceField(Patient, source="merged", help_text="The chart that goes into it.")
    hospital_id = serializers.UUIDField(read_only=True)
    proposed_by_id = serializers.UUIDField(
        read_only=True, source="proposed_by", help_text="Who proposed it."
    )
    decided_by_id = serializers.UUIDField(
        read_only=True,
        allow_null=True,
        source="decided_by",
        help_text="Who approved or refused it.",
    )
    decided_at = MomentField(read_only=True, allow_null=True, help_text="When that was.")
    undone_by_id = serializers.UUIDField(
        read_only=True, allow_null=True, source="undone_by", help_text="Who undid it."
    )
    undone_at = MomentField(read_only=True, allow_null=True, help_text="When that was.")

    class Meta:
        model = MergeEvent
        fields: tuple[str, ...] = (
            "id", "version", "hospital_id", "survivor_id", "merged_id", "reason", "status",
            "proposed_by_id", "decided_by_id", "decided_at", "refuse_reason", "undone_by_id",
            "undone_at", "undo_reason", "created_at", "updated_at", "retired_at",
        )  # fmt: skip
        extra_kwargs: ClassVar[dict[str, Any]] = {
            "reason": {"help_text": "Why the two are one person, in at most 200 characters."},
            "status": {
                "read_only": True, "help_text": "`proposed`, `merged`, `refused` or `undone`.",
            },
            "refuse_reason": {"read_only": True, "help_text": "Why it was refused."},
            "undo_reason": {"read_only": True, "help_text": "Why it was undone."},
        }  # fmt: skip
        sent = SENT
        shown: ClassVar[dict[str, Any]] = as_shown(
            fields, SENT, proposed_by_id=PARENT_ID, status="proposed",
            decided_by_id=None, decided_at=None, refuse_reason="", undone_by_id=None, undone_at=None, undo_reason="",
        )  # fmt: skip

    def create(self, validated_data: dict[str, Any]) -> MergeEvent:
        with self.naming():
            return merges.propose(self.actor, **validated_data)


class RefuseSerializer(ActSerializer):
    """Why a proposal is refused."""

    reason = TextField(help_text="Why, in at most 200 characters.")

    class Meta:
        sent: ClassVar[dict[str, Any]] = {"reason": "They are two persons"}


class UndoSerializer(ActSerializer):
    """Why a merge is undone."""

    reason = TextField(help_text="Why, in at most 200 characters.")

    class Meta:
        sent: ClassVar[dict[str, Any]] = {"reason": "They are two persons"}


class MergeFilters(django_filters.FilterSet):
    """Merges by chart and by how far they are."""

    survivor_id = django_filters.UUIDFilter(help_text="Into this chart.")
    merged_id = django_filters.UUIDFilter(help_text="Of this chart into another.")
    status = django_filters.ChoiceFilter(
        choices=MergeEvent.Status.choices, help_text="`proposed`, `merged`, `refused` or `undone`."
    )

    class Meta:
        model = MergeEvent
        fields = ("survivor_id", "merged_id", "status")


class MergeViewSet(Acting, MakingViewSet):
    """Merges proposed at the token's hospital. One person proposes, another one approves; `undo` makes two charts of
    the one again. The id of a merged chart leads to the one that stays.
    """

    topic = "merges"
    argument = "event"
    serializer_class = MergeSerializer
    filterset_class = MergeFilters
    patient_field = "survivor_id"
    bodies: ClassVar[dict[str, Any]] = {
        "approve": ActSerializer, "refuse": RefuseSerializer, "undo": UndoSerializer,
    }  # fmt: skip
    acts_on_one = ("approve", "refuse", "undo")
    actions_of_policy: ClassVar[dict[str, str]] = {
        **MakingViewSet.actions_of_policy, "refuse": "approve"
    }  # fmt: skip
    statuses: ClassVar[dict[str, tuple[int, ...]]] = dict.fromkeys(acts_on_one, STEP)

    @action(detail=True, methods=["post"])
    def approve(self, request: Any, pk: str) -> HttpResponse:
        """Merge the two charts: everything of the one that goes is moved, money excepted."""
        return self.act(merges.approve)

    @action(detail=True, methods=["post"])
    def refuse(self, request: Any, pk: str) -> HttpResponse:
        """Say no to the proposal, and why: nothing moves."""
        return self.act(merges.refuse)

    @action(detail=True, methods=["post"])
    def undo(self, request: Any, pk: str) -> HttpResponse:
        """Make two charts of the one again, each with what was changed in its rows since."""
        return self.act(merges.undo)
