"""What is done with a stay in a ward: each act is an address below it."""

from typing import Any, ClassVar
from uuid import UUID

from django.db.models import QuerySet
from django.http import HttpResponse
from rest_framework import serializers
from rest_framework.decorators import action

from hospital.kit import audit, policy
from hospital.kit.api import parameters
from hospital.kit.api.fields import MomentField, ReferenceField, TextField, WordField
from hospital.kit.api.idempotent import once
from hospital.kit.api.renderers import answer
from hospital.kit.api.views import ApiView
from hospital.kit.api.writes import ActSerializer, RecordViewSet
from hospital.kit.errors import NotVisible
from hospital.models import Bed, Ward
from records.models import InPatient
from records.services import discharge_blockers, inpatient_undo, inpatients

from .acts import ActingViewSet, MomentSerializer, id_of

WARD_ID = "019e8f69-9a31-7c54-8b20-4e6f8a0c2d13"
BED_ID = "019e8f69-b4d2-7e65-9c31-5f7a9b1d3e24"
STAY_ID = "019e8f6d-2c4e-7f86-8d42-6a8b0c2e4f35"
EXTRA = "Put an extra bed or cot up in the ward of `ward_id`, and into it. It takes a permission of its own."
WHY = "Why it is a bed that is not for this patient. Needed for such a bed alone."
# The act's name and what it is to the policy.
ON_ONE = {
    "admit": "admit",
    "transfer": "transfer",
    "swap": "transfer",
    "leave": "leave",
    "come_back": "leave",
    "discharge": "discharge",
    "cancel": "cancel",
    "undo": "undo",
}


class PlaceSerializer(MomentSerializer):
    """Where a patient is to lie."""

    bed_id = ReferenceField(
        Bed, source="bed", required=False, allow_null=True,
        help_text="The bed; null in a ward in which the patient waits for one.",
    )  # fmt: skip
    ward_id = ReferenceField(
        Ward, source="ward", required=False, allow_null=True,
        help_text="The ward; with a bed it need not be told.",
    )  # fmt: skip
    extra = WordField(choices=Bed.Kind.choices, required=False, help_text=EXTRA)
    reason = TextField(required=False, allow_blank=True, max_length=200, help_text=WHY)

    class Meta:
        sent: ClassVar[dict[str, Any]] = {"bed_id": BED_ID, "at": "2026-03-14T07:30:00+01:00"}


class SwapSerializer(MomentSerializer):
    """With whom a patient changes places."""

    other_id = ReferenceField(InPatient, source="other", help_text="The other patient's stay.")
    reason = TextField(required=False, allow_blank=True, max_length=200, help_text=WHY)

    class Meta:
        sent: ClassVar[dict[str, Any]] = {"other_id": STAY_ID}


class LeaveSerializer(MomentSerializer):
    """Until when a patient is away."""

    expected_back_at = MomentField(
        required=False, allow_null=True, help_text="When the patient is to be back."
    )

    class Meta:
        sent: ClassVar[dict[str, Any]] = {"expected_back_at": "2026-03-15T18:00:00+01:00"}


class DischargeSerializer(MomentSerializer):
    """Where a patient goes."""

    disposition = WordField(
        choices=InPatient.Disposition.choices, help_text="FHIR's discharge disposition."
    )
    override_reason = TextField(
        required=False, allow_blank=True, max_length=200,
        help_text="Why the patient goes although something is missing. It takes a permission of its own.",
    )  # fmt: skip

    class Meta:
        sent: ClassVar[dict[str, Any]] = {"disposition": "home"}


class CancelStaySerializer(ActSerializer):
    """Why a planned stay does not take place."""

    reason = TextField(help_text="Why, in at most 200 characters.")

    class Meta:
        sent: ClassVar[dict[str, Any]] = {"reason": "Has a cold"}


class InPatientActs(ActingViewSet):
    """All that can be done with a stay."""

    argument = "stay"
    planned_class: Any
    actions_of_policy: ClassVar[dict[str, str]] = {
        **RecordViewSet.actions_of_policy,
        **ON_ONE,
        "plan": "create",
    }
    bodies: ClassVar[dict[str, Any]] = {
        **RecordViewSet.bodies,
        "admit": PlaceSerializer,
        "transfer": PlaceSerializer,
        "swap": SwapSerializer,
        "leave": LeaveSerializer,
        "come_back": MomentSerializer,
        "discharge": DischargeSerializer,
        "cancel": CancelStaySerializer,
        "undo": ActSerializer,
    }
    acts_on_one = (*RecordViewSet.acts_on_one, *ON_ONE)
    statuses: ClassVar[dict[str, tuple[int, ...]]] = {
        "plan": (201, 400, 403, 409, 413, 415, 422),
        **dict.fromkeys(ON_ONE, (200, 400, 403, 404, 409, 412, 413, 415, 422)),
    }

    @action(detail=False, methods=["post"])
    def plan(self, request: Any) -> HttpResponse:
        """Note that a patient is to come; no bed is taken."""
        return self.posted(once(request, status=201, work=self._planned))

    @action(detail=True, methods=["post"])
    def admit(self, request: Any, pk: str) -> HttpResponse:
        """The patient of a planned stay has come: into a bed, or into a ward to wait for one."""
        return self.act(inpatients.admit_planned)

    @action(detail=True, methods=["post"])
    def transfer(self, request: Any, pk: str) -> HttpResponse:
        """Move the patient to another bed, or to another ward to wait for one; the old bed is to be cleaned."""
        return self.act(inpatients.transfer)

    @action(detail=True, methods=["post"])
    def swap(self, request: Any, pk: str) -> HttpResponse:
        """Two patients change places."""
        return self.act(inpatients.swap)

    @action(detail=True, methods=["post"])
    def leave(self, request: Any, pk: str) -> HttpResponse:
        """The patient goes home for a while; the bed is kept."""
        return self.act(inpatients.leave)

    @action(detail=True, methods=["post"], url_path="come-back")
    def come_back(self, request: Any, pk: str) -> HttpResponse:
        """The patient is back from leave."""
        return self.act(inpatients.come_back)

    @action(detail=True, methods=["post"])
    def discharge(self, request: Any, pk: str) -> HttpResponse:
        """The patient leaves; the bed is to be cleaned."""
        return self.act(inpatients.discharge)

    @action(detail=True, methods=["post"])
    def cancel(self, request: Any, pk: str) -> HttpResponse:
        """A planned stay does not take place."""
        return self.act(inpatients.cancel)

    @action(detail=True, methods=["post"])
    def undo(self, request: Any, pk: str) -> HttpResponse:
        """Take back the discharge, transfer, leave or return that was last, within 72 hours."""
        return self.act(inpatient_undo.undo)

    # ---- steps

    def _planned(self) -> InPatient:
        serializer = self.planned_class(data=self.request.data, context=self.context())
        serializer.is_valid(raise_exception=True)
        return serializer.save()


class BlockerSerializer(serializers.Serializer):
    """One thing that is missing before a patient may go."""

    code = serializers.CharField()
    label = serializers.CharField(  # type: ignore[assignment]
        help_text="For a person, in the language of the request."
    )


class BlockersSerializer(serializers.Serializer):
    """All that is missing before a patient may go."""

    blockers = BlockerSerializer(
        many=True, help_text="In the order of the work; empty when nothing is."
    )

    class Meta:
        model = InPatient
        shown: ClassVar[dict[str, Any]] = {
            "blockers": [{"code": "summary_missing", "label": "Write the discharge summary."}]
        }


class BlockersView(ApiView):
    """What is missing before a patient may go."""

    permission = "records.inpatient.read"
    serializer_class = BlockersSerializer
    statuses: ClassVar[dict[str, tuple[int, ...]]] = {"get": (200, 400, 403, 404)}
    object_id: UUID | None = None

    def initial(self, request: Any, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        policy.require(self.actor, self.permission)
        parameters.refuse_unknown(request, ())

    def get(self, request: Any, pk: str) -> HttpResponse:
        """What is missing before the patient may be discharged."""
        self.object_id = id_of(pk)
        rows = InPatient.objects.visible_to(self.actor).live()
        stay = rows.filter(pk=self.object_id).first()
        if stay is None:
            raise NotVisible
        audit.looked(self.actor, self.permission, object_id=stay.pk, patient_ids=[stay.patient_id])
        return answer({"blockers": discharge_blockers.of(stay)})

    def get_queryset(self) -> QuerySet:
        """What the id is of, for the schema alone."""
        return InPatient.objects.all()
