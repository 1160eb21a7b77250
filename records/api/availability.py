"""The REST door of free times: not a record, but what could become one."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, ClassVar
from uuid import UUID

from django.core.exceptions import ValidationError
from django.http import HttpResponse
from drf_spectacular.utils import OpenApiParameter
from rest_framework import serializers

from hospital.kit import audit, keyset, policy
from hospital.kit.api import parameters
from hospital.kit.api.renderers import answer
from hospital.kit.api.views import ApiView
from hospital.models import Clinic, Doctor, Resource
from records.models import AppointmentKind, Patient
from records.services import availability
from records.services.availability import Wish

from .bookables import CLINIC_ID, DOCTOR_ID, MOST, RESOURCE_ID

USUAL = "10"
# The parameter and the wish's name for it.
REFERENCES: dict[str, tuple[str, Any]] = {
    "doctor_id": ("doctor", Doctor),
    "resource_id": ("resource", Resource),
    "clinic_id": ("clinic", Clinic),
    "kind_id": ("kind", AppointmentKind),
}
ID = {"type": "string", "format": "uuid"}
MOMENT = {"type": "string", "format": "date-time"}
ASKED: dict[str, tuple[dict[str, Any], str]] = {
    "doctor_id": (ID, "With this doctor."),
    "resource_id": (ID, "Of this doctor, room or device, by its hours."),
    "clinic_id": (ID, "At this clinic."),
    "speciality": (
        {"type": "string", "minLength": 1},
        "With any doctor of this speciality, in the words of `/doctors`.",
    ),
    "kind_id": (ID, "As long as this kind takes."),
    "minutes": (
        {"type": "integer", "minimum": 1, "maximum": 1440},
        "So many minutes. Without it and a kind: a slot, or 30 minutes where there are none.",
    ),
    "also": (
        {"type": "string", "minLength": 1},
        "Ids of resources that must be free at the same time, with commas between them.",
    ),
    "patient_id": (ID, "Without the times at which this patient is elsewhere."),
    "from": (MOMENT, "From this moment on; now, when it is left out or past."),
    "to": (MOMENT, "Before this moment, at most 120 days later; 120 days when it is left out."),
    "limit": (
        {"type": "integer", "minimum": 1, "maximum": 100, "default": int(USUAL)},
        "How many, the earliest first.",
    ),
}


class FreeTimeSerializer(serializers.Serializer):
    """A time that can be booked as it is."""

    starts_at = serializers.DateTimeField()
    ends_at = serializers.DateTimeField()
    clinic_id = serializers.UUIDField()
    doctor_id = serializers.UUIDField(allow_null=True, help_text="null of a room or device.")
    resource_id = serializers.UUIDField(help_text="The doctor, room or device as a resource.")
    left = serializers.IntegerField(help_text="How many can still be booked then.")

    class Meta:
        shown: ClassVar[dict[str, Any]] = {
            "starts_at": "2026-03-16T09:00:00+01:00",
            "ends_at": "2026-03-16T09:20:00+01:00",
            "clinic_id": CLINIC_ID,
            "doctor_id": DOCTOR_ID,
            "resource_id": RESOURCE_ID,
            "left": 1,
        }


class AvailabilityView(ApiView):
    """Free times of one doctor, room or device, of a clinic, of a speciality, or of anybody."""

    permission = "records.appointment.list"
    serializer_class = FreeTimeSerializer
    # For the schema.
    lists = ("get",)
    statuses: ClassVar[dict[str, tuple[int, ...]]] = {"get": (200, 400, 403)}
    documented = tuple(
        OpenApiParameter(name, schema, "query", description=said)
        for name, (schema, said) in ASKED.items()
    )

    def initial(self, request: Any, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        policy.require(self.actor, self.permission)
        parameters.refuse_unknown(request, list(ASKED))

    def get(self, request: Any) -> HttpResponse:
        """The next free times. All that is said must fit; nothing said is anybody's first free time."""
        first, last = (parameters.moment(request, name) for name in ("from", "to"))
        limit = keyset.limit_of(request.query_params.get("limit", USUAL))
        wish = self._wish()
        with _naming():
            found = availability.find(self.actor, wish, after=first, before=last, limit=limit)
        if wish.patient_id:
            audit.looked(self.actor, self.permission, patient_ids=[wish.patient_id])
        return answer({"results": [time.as_told() for time in found], "next": None})

    def _wish(self) -> Wish:
        known = {
            word: self._visible(name, model, self._ids(name))[0]
            for name, (word, model) in REFERENCES.items()
            if self._ids(name)
        }
        patients = self._visible("patient_id", Patient, self._ids("patient_id"))
        return Wish(
            **known,
            speciality=parameters.text(self.request, "speciality"),
            minutes=self._minutes(),
            also=self._visible("also", Resource, self._ids("also")),
            patient_id=patients[0].pk if patients else None,
        )

    def _ids(self, name: str) -> list[str]:
        sent = self.request.query_params.get(name)
        if sent is None:
            return []
        return sent.split(",") if name == "also" else [sent]

    def _visible(self, name: str, model: Any, sent: Sequence[str]) -> list[Any]:
        """The records that these ids name, in their order; `invalid_choice` for any that cannot be chosen."""
        if not sent:
            return []
        try:
            ids = [UUID(text) for text in sent]
        except ValueError:
            raise parameters.refused(name, "invalid") from None
        if len(ids) > MOST:
            raise parameters.refused(name, "out_of_range")
        rows = {
            row.pk: row for row in model.objects.visible_to(self.actor).live().filter(pk__in=ids)
        }
        if not rows.keys() >= set(ids):
            raise parameters.refused(name, "invalid_choice")
        return [rows[pk] for pk in dict.fromkeys(ids)]

    def _minutes(self) -> int | None:
        sent = self.request.query_params.get("minutes")
        if sent is None:
            return None
        if not (sent.isascii() and sent.isdigit()):
            raise parameters.refused("minutes", "invalid")
        if not (len(sent) <= 4 and 1 <= int(sent) <= 1440):
            raise parameters.refused("minutes", "out_of_range")
        return int(sent)


@contextmanager
def _naming() -> Iterator[None]:
    """Give the errors of the search the names of the parameters."""
    try:
        yield
    except ValidationError as exc:
        names = {"after": "from", "before": "to"}
        raise ValidationError(
            {names.get(name, name): errors for name, errors in exc.error_dict.items()}
        ) from exc
