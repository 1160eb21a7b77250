"""What is done with an appointment: each act is an address below it."""

from collections.abc import Callable
from typing import Any, ClassVar

from django.http import HttpResponse
from rest_framework.decorators import action

from hospital.kit.api import preconditions
from hospital.kit.api.fields import ReferenceField, TextField
from hospital.kit.api.idempotent import once
from hospital.kit.api.writes import ActSerializer, RecordViewSet
from hospital.models import Doctor, Resource
from records.models import Appointment, Patient
from records.services import appointment_steps, appointments

from .bookables import DOCTOR_ID, PATIENT_ID

ON_ONE = (
    "cancel", "check_in", "start", "complete", "miss", "undo", "identify", "reassign",
)  # fmt: skip
Service = Callable[..., Appointment]


class CancelSerializer(ActSerializer):
    """Why an appointment is called off."""

    reason = TextField(help_text="Why, in at most 200 characters.")

    class Meta:
        sent: ClassVar[dict[str, Any]] = {"reason": "Has a cold"}


class IdentifySerializer(ActSerializer):
    """Whose appointment a caller's is."""

    patient_id = ReferenceField(
        Patient, source="patient", help_text="A patient registered at your hospital."
    )

    class Meta:
        sent: ClassVar[dict[str, Any]] = {"patient_id": PATIENT_ID}


class ReassignSerializer(ActSerializer):
    """Who sees the patient instead."""

    doctor_id = ReferenceField(Doctor, source="doctor", help_text="Who is free at the same time.")

    class Meta:
        sent: ClassVar[dict[str, Any]] = {"doctor_id": DOCTOR_ID}


class AppointmentActs(RecordViewSet):
    """All that can be done with an appointment."""

    actions_of_policy: ClassVar[dict[str, str]] = {
        **RecordViewSet.actions_of_policy,
        **{word: word for word in (*ON_ONE, "walk_in")},
    }
    bodies: ClassVar[dict[str, Any]] = {
        **RecordViewSet.bodies,
        **dict.fromkeys(ON_ONE, ActSerializer),
        "cancel": CancelSerializer,
        "identify": IdentifySerializer,
        "reassign": ReassignSerializer,
    }
    acts_on_one = (*RecordViewSet.acts_on_one, *ON_ONE)
    statuses: ClassVar[dict[str, tuple[int, ...]]] = {
        "walk_in": (201, 400, 403, 409, 413, 415, 422),
        **dict.fromkeys(ON_ONE, (200, 400, 403, 404, 409, 412, 413, 415, 422)),
    }

    @action(detail=False, methods=["post"], url_path="walk-in")
    def walk_in(self, request: Any) -> HttpResponse:
        """Book somebody who has come without an appointment: checked in from the start."""
        return self.posted(once(request, status=201, work=self._walked_in))

    @action(detail=True, methods=["post"])
    def cancel(self, request: Any, pk: str) -> HttpResponse:
        """Call it off: its time is free, it stays readable as cancelled."""
        return self._act(appointments.cancel)

    @action(detail=True, methods=["post"], url_path="check-in")
    def check_in(self, request: Any, pk: str) -> HttpResponse:
        """The patient has come, on the day of the appointment."""
        return self._act(appointment_steps.check_in)

    @action(detail=True, methods=["post"])
    def start(self, request: Any, pk: str) -> HttpResponse:
        """Somebody has begun with the patient."""
        return self._act(appointment_steps.start)

    @action(detail=True, methods=["post"])
    def complete(self, request: Any, pk: str) -> HttpResponse:
        """It is done."""
        return self._act(appointment_steps.complete)

    @action(detail=True, methods=["post"])
    def miss(self, request: Any, pk: str) -> HttpResponse:
        """The patient did not come."""
        return self._act(appointment_steps.miss)

    @action(detail=True, methods=["post"])
    def undo(self, request: Any, pk: str) -> HttpResponse:
        """Take the last step back, on the day on which it was made."""
        return self._act(appointment_steps.undo)

    @action(detail=True, methods=["post"])
    def identify(self, request: Any, pk: str) -> HttpResponse:
        """Say whose it is, when it was booked for a caller without a chart."""
        return self._act(appointment_steps.identify)

    @action(detail=True, methods=["post"])
    def reassign(self, request: Any, pk: str) -> HttpResponse:
        """Give it to another doctor at the same time."""
        return self._act(_reassign)

    # ---- steps

    def _walked_in(self) -> Appointment:
        serializer = self.serializer_class(data=self.request.data, context=self.context())
        serializer.make = appointment_steps.walk_in  # type: ignore[attr-defined]
        serializer.is_valid(raise_exception=True)
        return serializer.save()

    def _act(self, service: Service) -> HttpResponse:
        return self.posted(once(self.request, status=200, work=lambda: self._acted(service)))

    def _acted(self, service: Service) -> Appointment:
        """The record first: what another hospital has is not there, whatever the body says."""
        record = self.record()
        body = self.bodies[self.action](data=self.request.data, context=self.context())
        body.is_valid(raise_exception=True)
        seen = preconditions.optional(self.request, record)
        sent = {name: value for name, value in body.validated_data.items() if name != "version"}
        with self.serializer_class(context=self.context()).naming():
            return service(self.actor, appointment=record, expected_version=seen.version, **sent)


def _reassign(actor: Any, *, doctor: Doctor, **options: Any) -> Appointment:
    to = Resource.objects.select_related("doctor").get(doctor=doctor)
    return appointment_steps.reassign(actor, to=to, **options)
