"""What is done with a visit: each act is an address below it."""

from typing import Any, ClassVar

from django.http import HttpResponse
from rest_framework.decorators import action

from hospital.kit.api.fields import ReferenceField, TextField
from hospital.kit.api.writes import ActSerializer, RecordViewSet
from hospital.models import Doctor
from records.services import outpatients

from .acts import ActingViewSet, MomentSerializer
from .bookables import DOCTOR_ID

ON_ONE = ("start", "finish", "cancel", "undo")


class StartVisitSerializer(MomentSerializer):
    """Who begins with a patient, and when."""

    attending_id = ReferenceField(
        Doctor, source="attending", required=False, allow_null=True,
        help_text="The doctor who takes the visit over; left out, it stays with whoever has it.",
    )  # fmt: skip

    class Meta:
        sent: ClassVar[dict[str, Any]] = {
            "attending_id": DOCTOR_ID,
            "at": "2026-03-14T07:30:00+01:00",
        }


class CancelVisitSerializer(ActSerializer):
    """Why a patient leaves without being seen."""

    reason = TextField(help_text="Why, in at most 200 characters.")

    class Meta:
        sent: ClassVar[dict[str, Any]] = {"reason": "Did not want to wait"}


class OutPatientActs(ActingViewSet):
    """All that can be done with a visit."""

    argument = "visit"
    bodies: ClassVar[dict[str, Any]] = {
        **RecordViewSet.bodies,
        "start": StartVisitSerializer,
        "finish": MomentSerializer,
        "cancel": CancelVisitSerializer,
        "undo": ActSerializer,
    }
    acts_on_one = (*RecordViewSet.acts_on_one, *ON_ONE)
    statuses: ClassVar[dict[str, tuple[int, ...]]] = dict.fromkeys(
        ON_ONE, (200, 400, 403, 404, 409, 412, 413, 415, 422)
    )

    @action(detail=True, methods=["post"])
    def start(self, request: Any, pk: str) -> HttpResponse:
        """The patient is with the doctor; so is the appointment's, where there is one."""
        return self.act(outpatients.start)

    @action(detail=True, methods=["post"])
    def finish(self, request: Any, pk: str) -> HttpResponse:
        """The patient has been seen and leaves."""
        return self.act(outpatients.finish)

    @action(detail=True, methods=["post"])
    def cancel(self, request: Any, pk: str) -> HttpResponse:
        """The patient leaves without being seen; the appointment is called off as well."""
        return self.act(outpatients.cancel)

    @action(detail=True, methods=["post"])
    def undo(self, request: Any, pk: str) -> HttpResponse:
        """Take the last step back, within 72 hours; with an appointment until the end of that day."""
        return self.act(outpatients.undo)
