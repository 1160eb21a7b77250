"""The REST door of what is done with a bed in which nobody lies: each act is an address below the bed."""

from collections.abc import Callable
from typing import Any, ClassVar
from uuid import UUID

from django.db.models import QuerySet
from django.http import HttpResponse
from rest_framework import serializers
from rest_framework.viewsets import ViewSetMixin

from hospital.kit import clock, policy
from hospital.kit.api import parameters
from hospital.kit.api.fields import MomentField, ReferenceField, TextField
from hospital.kit.api.idempotent import once
from hospital.kit.api.renderers import answer
from hospital.kit.api.serializers import Checked
from hospital.kit.api.views import ApiView
from hospital.kit.errors import NotVisible
from hospital.models import Bed
from records.models import BedPeriod, InPatient
from records.services import bed_keeping

from .inpatient_acts import AT, BED_ID, STAY_ID, id_of, naming

ACTS = ("clean", "close", "reopen", "reserve", "release")
Service = Callable[..., BedPeriod]


class BedPeriodSerializer(serializers.Serializer):
    """What a bed is, or was until now, used for."""

    bed_id = serializers.UUIDField()
    state = serializers.ChoiceField(choices=BedPeriod.Kind.choices)
    starts_at = MomentField()
    ends_at = MomentField(allow_null=True, help_text="null until further notice.")
    reason = serializers.CharField()

    class Meta:
        model = BedPeriod
        shown: ClassVar[dict[str, Any]] = {
            "bed_id": BED_ID,
            "state": "cleaning",
            "starts_at": "2026-03-14T07:30:00+01:00",
            "ends_at": "2026-03-14T09:26:53.589793+01:00",
            "reason": "",
        }


class BedMomentSerializer(Checked):
    """When something was done with a bed."""

    at = MomentField(required=False, help_text=AT)

    class Meta:
        sent: ClassVar[dict[str, Any]] = {"at": "2026-03-14T07:30:00+01:00"}


class CloseSerializer(BedMomentSerializer):
    """Why and how long nobody may lie in a bed."""

    reason = TextField(
        required=False, allow_blank=True, max_length=200, help_text="Why, such as a repair."
    )
    ends_at = MomentField(
        required=False, allow_null=True,
        help_text="When it opens again by itself; null until it is reopened.",
    )  # fmt: skip

    class Meta:
        sent: ClassVar[dict[str, Any]] = {"reason": "The brake is broken"}


class ReserveSerializer(Checked):
    """For whom and how long a bed is kept."""

    until = MomentField(help_text="It lapses then by itself; at most 48 hours from now.")
    stay_id = ReferenceField(
        InPatient, source="stay", required=False, allow_null=True,
        help_text="The planned stay it is kept for.",
    )  # fmt: skip
    reason = TextField(
        required=False, allow_blank=True, max_length=200, help_text="For whom, without a stay."
    )

    class Meta:
        sent: ClassVar[dict[str, Any]] = {
            "until": "2026-03-15T12:00:00+01:00",
            "stay_id": STAY_ID,
        }


class ReleaseSerializer(Checked):
    """Nothing needs to be said."""

    class Meta:
        sent: ClassVar[dict[str, Any]] = {}


class BedActs(ViewSetMixin, ApiView):
    """What is done with a bed in which nobody lies."""

    # Which rows the id in the address is of; what is permitted is named after the bed's periods.
    row_resource = Bed.resource
    serializer_class = BedPeriodSerializer
    bodies: ClassVar[dict[str, Any]] = {
        "clean": BedMomentSerializer,
        "close": CloseSerializer,
        "reopen": BedMomentSerializer,
        "reserve": ReserveSerializer,
        "release": ReleaseSerializer,
    }
    actions_of_policy: ClassVar[dict[str, str]] = {word: word for word in ACTS}
    statuses: ClassVar[dict[str, tuple[int, ...]]] = dict.fromkeys(
        ACTS, (200, 400, 403, 404, 409, 413, 415, 422)
    )
    object_id: UUID | None = None

    def initial(self, request: Any, *args: Any, **kwargs: Any) -> None:
        if self.action in ACTS:
            self.permission = f"{BedPeriod.resource}.{self.action}"
        super().initial(request, *args, **kwargs)
        if self.action in ACTS:
            policy.require(self.actor, self.permission)
            parameters.refuse_unknown(request, ())
            self.object_id = id_of(kwargs["pk"])

    def clean(self, request: Any, pk: str) -> HttpResponse:
        """The bed is clean, so it is free."""
        return self._act(bed_keeping.cleaned)

    def close(self, request: Any, pk: str) -> HttpResponse:
        """Nobody may lie in it, for repair or for want of staff."""
        return self._act(bed_keeping.close)

    def reopen(self, request: Any, pk: str) -> HttpResponse:
        """A closed bed is free again."""
        return self._act(bed_keeping.reopen)

    def reserve(self, request: Any, pk: str) -> HttpResponse:
        """Keep a free bed for a planned stay, or for somebody told in the reason."""
        return self._act(bed_keeping.reserve)

    def release(self, request: Any, pk: str) -> HttpResponse:
        """A bed that was kept is free."""
        return self._act(bed_keeping.release)

    # ---- steps

    def get_queryset(self) -> QuerySet:
        """What the id is of, for the schema alone."""
        return Bed.objects.all()

    def _act(self, service: Service) -> HttpResponse:
        outcome = once(self.request, status=200, work=lambda: self._acted(service))
        period = outcome.made or BedPeriod.objects.get(pk=outcome.object_id)
        replayed = {"Idempotent-Replay": "true"} if outcome.is_replay else None
        return answer(_told(period), headers=replayed)

    def _acted(self, service: Service) -> BedPeriod:
        """The bed first: what another hospital has is not there, whatever the body says."""
        pk: Any = self.object_id
        bed = Bed.objects.visible_to(self.actor).live().filter(pk=pk).first()
        if bed is None:
            raise NotVisible
        body = self.bodies[self.action](
            data=self.request.data, context={"actor": self.actor, "request": self.request}
        )
        body.is_valid(raise_exception=True)
        with naming(body):
            return service(self.actor, bed=bed, **body.validated_data)


def _told(period: BedPeriod) -> dict[str, Any]:
    return {
        "bed_id": period.bed_id,
        "state": period.kind,
        "starts_at": clock.local(period.starts_at),
        "ends_at": clock.local(period.ends_at) if period.ends_at else None,
        "reason": period.reason,
    }
