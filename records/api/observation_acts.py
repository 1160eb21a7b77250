"""What is done with observations: many recorded at once, and one made final."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.http import HttpResponse
from rest_framework import serializers
from rest_framework.decorators import action

from hospital.kit import ids
from hospital.kit.api.fields import FlagField
from hospital.kit.api.idempotent import once
from hospital.kit.api.renderers import answer
from hospital.kit.api.rows import Rows
from hospital.kit.api.serializers import Checked
from hospital.kit.api.writes import ActSerializer, RecordViewSet
from records.models import Observation
from records.services import observations

from .acts import ActingViewSet
from .entries import PATIENT_ID

LIST = "observations"
ONE: dict[str, Any] = {
    "patient_id": PATIENT_ID,
    "code_system": "http://loinc.org",
    "taken_at": "2026-03-14T09:05:00+01:00",
}


class ManyObservationsSerializer(Checked):
    """One to a hundred observations, and what is said of all of them."""

    is_preliminary = FlagField(required=False, help_text="Whether they are still to be looked at.")
    confirmed = FlagField(
        source="is_confirmed", required=False,
        help_text="Whether somebody has looked at what is unlikely, and says that it is right.",
    )  # fmt: skip

    class Meta:
        sent: ClassVar[dict[str, Any]] = {
            LIST: [
                ONE | {"code": "8867-4", "value": "84"},
                ONE | {"code": "8310-5", "value": "37.2"},
            ]
        }

    def to_internal_value(self, data: Any) -> dict[str, Any]:
        """How many they are is judged before each of them is."""
        if isinstance(data, dict) and isinstance(rows := data.get(LIST), list):
            observations.refuse_count(rows)
        return super().to_internal_value(data)


class ObservationActs(ActingViewSet):
    """All that can be done with an observation."""

    argument = "observation"
    many_class: type[ManyObservationsSerializer]
    actions_of_policy: ClassVar[dict[str, str]] = {
        **RecordViewSet.actions_of_policy,
        "batch": "create",
    }
    bodies: ClassVar[dict[str, Any]] = {**RecordViewSet.bodies, "finalise": ActSerializer}
    acts_on_one = (*RecordViewSet.acts_on_one, "finalise")
    lists = ("batch",)
    statuses: ClassVar[dict[str, tuple[int, ...]]] = {
        "batch": (201, 400, 403, 409, 413, 415, 422),
        "finalise": (200, 400, 403, 404, 409, 412, 413, 415, 422),
    }

    @action(detail=True, methods=["post"])
    def finalise(self, request: Any, pk: str) -> HttpResponse:
        """What was preliminary has been looked at and is final."""
        return self.act(observations.finalise)

    @action(detail=False, methods=["post"])
    def batch(self, request: Any) -> HttpResponse:
        """Record one to a hundred observations: all of them, or none when one is wrong."""
        outcome = once(request, status=201, work=self._recorded)
        made = ids.following(outcome.object_id, len(request.data[LIST]))
        reader = Rows(self.serializer_class, self.context())
        found = reader.values(self.visible().filter(pk__in=made)).order_by("id")
        rows = reader.shown(list(found))
        if outcome.is_replay:
            self.looked(rows, action="read")
        replayed = {"Idempotent-Replay": "true"} if outcome.is_replay else None
        return answer({"results": rows, "next": None}, status=201, headers=replayed)

    # ---- steps

    def _recorded(self) -> Observation:
        """The first one, whose id leads to the others when the request comes again."""
        body = self.many_class(data=self.request.data, context=self.context(references={}))
        body.is_valid(raise_exception=True)
        wanted: dict[str, Any] = dict(body.validated_data)
        sent = wanted.pop(LIST)
        external_ids = [facts.pop("external_id", "") for facts in sent]
        server = Observation.recorder(self.actor)
        rows = [
            Observation(id=pk, **server, **facts)
            for pk, facts in zip(ids.following(ids.uuid7(), len(sent)), sent, strict=True)
        ]
        with _placed(self.serializer_class(context=self.context())):
            made = observations.record(
                self.actor, observations=rows, external_ids=external_ids, **wanted
            )
        return made[0]


@contextmanager
def _placed(serializer: serializers.Serializer) -> Iterator[None]:
    """Give the errors of the rows the places and names that they have in the body."""
    names = {field.source: name for name, field in serializer.fields.items()}
    try:
        yield
    except ValidationError as exc:
        told: dict[str, list[ValidationError]] = {}
        for key, errors in exc.error_dict.items():
            for error in errors:
                number, name, text = getattr(error, "place", (1, key, error.messages[0]))
                is_of_list = key == LIST and not hasattr(error, "place")
                where = LIST if is_of_list else f"{LIST}.{number - 1}.{names.get(name, name)}"
                told.setdefault(where, []).append(ValidationError(text, error.code))
        raise ValidationError(told) from exc
