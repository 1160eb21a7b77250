"""The REST door of what is done with a bed in which nobody lies: each act is an address below the bed, and of
putting up an extra one, below the ward."""

from collections.abc import Callable
from typing import Any, ClassVar
from uuid import UUID

from django.db.models import QuerySet
from django.http import HttpResponse
from rest_framework import serializers
from rest_framework.viewsets import ViewSetMixin

from hospital.kit import clock, policy
from hospital.kit.api import links, parameters
from hospital.kit.api.fields import MomentField, ReferenceField, TextField, WordField
from hospital.kit.api.idempotent import Outcome, once
from hospital.kit.api.renderers import answer
from hospital.kit.api.serializers import Checked
from hospital.kit.api.views import ApiView
from hospital.kit.errors import NotVisible
from hospital.models import Bed, Ward
from records.models import BedPeriod, InPatient
from records.services import bed_keeping

from .acts import AT, id_of, naming
from .inpatient_acts import BED_ID, STAY_ID, WARD_ID

ACTS = ("clean", "close", "reopen", "reserve", "release")
STATUSES = (200, 400, 403, 404, 409, 413, 415, 422)
Service = Callable[..., Any]


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


class PutUpSerializer(Checked):
    """What is put up."""

    kind = WordField(choices=Bed.Kind.choices, required=False, help_text="A bed, or a cot.")

    class Meta:
        sent: ClassVar[dict[str, Any]] = {"kind": "cot"}


class ExtraBedSerializer(serializers.Serializer):
    """An extra bed, known in its ward by a label that it got by itself."""

    bed_id = serializers.UUIDField()
    ward_id = serializers.UUIDField()
    label = serializers.CharField()  # type: ignore[assignment]
    kind = serializers.ChoiceField(choices=Bed.Kind.choices)

    class Meta:
        model = BedPeriod
        shown: ClassVar[dict[str, Any]] = {
            "bed_id": BED_ID,
            "ward_id": WARD_ID,
            "label": "X1",
            "kind": "cot",
        }


class PlaceActs(ViewSetMixin, ApiView):
    """Acts on what has the id in the address; what is permitted is named after the periods of beds."""

    row_model: ClassVar[type[Bed] | type[Ward]] = Bed
    row_resource: ClassVar[str] = Bed.resource
    bodies: ClassVar[dict[str, Any]]
    actions_of_policy: ClassVar[dict[str, str]] = {}
    object_id: UUID | None = None

    def initial(self, request: Any, *args: Any, **kwargs: Any) -> None:
        if self.action in self.bodies:
            self.permission = f"{BedPeriod.resource}.{self.action}"
        super().initial(request, *args, **kwargs)
        if self.action in self.bodies:
            policy.require(self.actor, self.permission)
            parameters.refuse_unknown(request, ())
            self.object_id = id_of(kwargs["pk"])

    def get_queryset(self) -> QuerySet:
        """What the id is of, for the schema alone."""
        return self.row_model.objects.all()

    def once(self, service: Service, status: int = 200) -> tuple[Outcome, dict[str, str]]:
        """What the act came to, and the headers that say whether it was done before."""
        outcome = once(self.request, status=status, work=lambda: self._acted(service))
        return outcome, {"Idempotent-Replay": "true"} if outcome.is_replay else {}

    def _acted(self, service: Service) -> Any:
        """The row first: what another hospital has is not there, whatever the body says."""
        pk: Any = self.object_id
        row = self.row_model.objects.visible_to(self.actor).live().filter(pk=pk).first()
        if row is None:
            raise NotVisible
        body = self.bodies[self.action](
            data=self.request.data, context={"actor": self.actor, "request": self.request}
        )
        body.is_valid(raise_exception=True)
        named: dict[str, Any] = {self.row_model.__name__.lower(): row}
        with naming(body):
            return service(self.actor, **named, **body.validated_data)


class BedActs(PlaceActs):
    """What is done with a bed in which nobody lies."""

    serializer_class = BedPeriodSerializer
    bodies: ClassVar[dict[str, Any]] = {
        "clean": BedMomentSerializer,
        "close": CloseSerializer,
        "reopen": BedMomentSerializer,
        "reserve": ReserveSerializer,
        "release": ReleaseSerializer,
    }
    statuses: ClassVar[dict[str, tuple[int, ...]]] = dict.fromkeys(ACTS, STATUSES)

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

    def _act(self, service: Service) -> HttpResponse:
        outcome, headers = self.once(service)
        period = outcome.made or BedPeriod.objects.get(pk=outcome.object_id)
        return answer(_told(period), headers=headers)


class ExtraActs(PlaceActs):
    """What is done with extra beds."""

    serializer_class = ExtraBedSerializer

    def _act(self, service: Service, status: int = 200) -> HttpResponse:
        outcome, headers = self.once(service, status)
        bed = outcome.made or Bed.objects.get(pk=outcome.object_id)
        if status == 201:
            headers["Location"] = links.address(Bed.resource, bed.pk)
        told = {"bed_id": bed.pk, "ward_id": bed.ward_id, "label": bed.label, "kind": bed.kind}
        return answer(told, status=status, headers=headers)


class TakingAway(ExtraActs):
    """An extra bed that goes."""

    bodies: ClassVar[dict[str, Any]] = {"take_away": ReleaseSerializer}
    statuses: ClassVar[dict[str, tuple[int, ...]]] = {"take_away": STATUSES}

    def take_away(self, request: Any, pk: str) -> HttpResponse:
        """Take an extra bed away that is free or to be cleaned."""
        return self._act(bed_keeping.take_away)


class PuttingUp(ExtraActs):
    """An extra bed that comes."""

    row_model = Ward
    row_resource = Ward.resource
    bodies: ClassVar[dict[str, Any]] = {"put_up": PutUpSerializer}
    statuses: ClassVar[dict[str, tuple[int, ...]]] = {"put_up": (201, *STATUSES[1:])}

    def put_up(self, request: Any, pk: str) -> HttpResponse:
        """Put an extra bed or cot up in a ward."""
        return self._act(bed_keeping.put_up, 201)


def _told(period: BedPeriod) -> dict[str, Any]:
    return {
        "bed_id": period.bed_id,
        "state": period.kind,
        "starts_at": clock.local(period.starts_at),
        "ends_at": clock.local(period.ends_at) if period.ends_at else None,
        "reason": period.reason,
    }
