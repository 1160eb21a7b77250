"""The REST door of the bed board: the wards of a hospital at a moment, and who lies where."""

from collections.abc import Iterator
from typing import Any, ClassVar
from uuid import UUID

from django.http import HttpResponse
from drf_spectacular.utils import OpenApiParameter
from rest_framework import serializers

from hospital.kit import audit, clock, policy
from hospital.kit.api import parameters
from hospital.kit.api.fields import MomentField
from hospital.kit.api.renderers import answer
from hospital.kit.api.views import ApiView
from hospital.models import Ward
from records.models import BedPeriod
from records.services import bed_board
from records.services.bed_board import FREE, Place, WardBoard

from .bookables import PATIENT_ID
from .inpatient_acts import BED_ID, STAY_ID, WARD_ID

STATES = [FREE, *BedPeriod.Kind.values]
ASKED: dict[str, tuple[dict[str, Any], str]] = {
    "ward_id": ({"type": "string", "format": "uuid"}, "This ward alone."),
    "as_of": (
        {"type": "string", "format": "date-time"},
        "The board at this moment, as it is known today; now, when it is left out.",
    ),
    "known_at": (
        {"type": "string", "format": "date-time"},
        "As the records told it then, without what was entered or put right later. Not before `as_of`.",
    ),
}
WHO: dict[str, Any] = {
    "stay_id": STAY_ID,
    "patient_id": PATIENT_ID,
    "on_leave": False,
    "expected_end_on": "2026-03-18",
}
SHOWN: dict[str, Any] = {
    "as_of": "2026-03-14T09:26:53.589793+01:00",
    "known_at": None,
    "wards": [
        {
            "ward_id": WARD_ID,
            "name": "Ward 3",
            "counts": {state: int(state == "occupied") for state in [*STATES, "waiting"]},
            "beds": [
                {
                    "bed_id": BED_ID,
                    "label": "12A",
                    "state": "occupied",
                    "since": "2026-03-14T09:00:00+01:00",
                    "until": None,
                    **WHO,
                }
            ],
            "waiting": [],
        }
    ],
}


class StayInPlaceSerializer(serializers.Serializer):
    """Who is in a place."""

    stay_id = serializers.UUIDField(allow_null=True)
    patient_id = serializers.UUIDField(allow_null=True)
    on_leave = serializers.BooleanField(help_text="Away for a while; the bed is kept.")
    expected_end_on = serializers.DateField(allow_null=True)


class BedStateSerializer(StayInPlaceSerializer):
    """A bed and what it is used for."""

    bed_id = serializers.UUIDField()
    label = serializers.CharField()  # type: ignore[assignment]
    state = serializers.ChoiceField(choices=[(state, state) for state in STATES])
    since = MomentField(allow_null=True, help_text="null of a free bed.")
    until = MomentField(allow_null=True, help_text="null when it is not known.")


class WaitingSerializer(StayInPlaceSerializer):
    """A patient who waits in the ward for a bed."""

    since = MomentField()


class BedCountsSerializer(serializers.Serializer):
    """How many beds are in each state, and how many patients wait for one."""

    free = serializers.IntegerField()
    occupied = serializers.IntegerField()
    reserved = serializers.IntegerField()
    cleaning = serializers.IntegerField()
    closed = serializers.IntegerField()
    waiting = serializers.IntegerField()


class WardBoardSerializer(serializers.Serializer):
    """A ward, its beds in their order, and who waits for one."""

    ward_id = serializers.UUIDField()
    name = serializers.CharField()
    counts = BedCountsSerializer()
    beds = BedStateSerializer(many=True)
    waiting = WaitingSerializer(many=True)


class BoardSerializer(serializers.Serializer):
    """The bed board."""

    as_of = MomentField()
    known_at = MomentField(allow_null=True, help_text="null is as it is known today.")
    wards = WardBoardSerializer(many=True)

    class Meta:
        shown: ClassVar[dict[str, Any]] = SHOWN


class BedBoardView(ApiView):
    """Every bed of the wards with what it is used for, and who waits for a bed."""

    permission = "records.inpatient.list"
    serializer_class = BoardSerializer
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
        """The wards as they are, or were at `as_of`, as it is known today or was at `known_at`. The look at
        everybody shown is on record."""
        known_at = parameters.moment(request, "known_at")
        when = parameters.moment(request, "as_of") or known_at or clock.now()
        boards = bed_board.at(self.actor, when, wards=self._wards(), known_at=known_at)
        told: dict[str, Any] = {
            "as_of": clock.local(when),
            "known_at": clock.local(known_at) if known_at else None,
            "wards": [_told(board) for board in boards],
        }
        audit.looked(self.actor, self.permission, patient_ids=_patients(told["wards"]))
        return answer(told)

    def _wards(self) -> list[Ward] | None:
        sent = self.request.query_params.get("ward_id")
        if sent is None:
            return None
        try:
            key = UUID(sent)
        except ValueError:
            raise parameters.refused("ward_id", "invalid") from None
        found = list(Ward.objects.visible_to(self.actor).live().filter(pk=key))
        if not found:
            raise parameters.refused("ward_id", "invalid_choice")
        return found


def _told(board: WardBoard) -> dict[str, Any]:
    counts = {state: board.number(state) for state in STATES}
    return {
        "ward_id": board.ward.pk,
        "name": board.ward.name,
        "counts": {**counts, "waiting": len(board.waiting)},
        "beds": [_bed(place) for place in board.places],
        "waiting": [
            {"since": clock.local(place.period.starts_at), **_who(place)}
            for place in board.waiting
            if place.period
        ],
    }


def _bed(place: Place) -> dict[str, Any]:
    period = place.period
    assert place.bed is not None
    return {
        "bed_id": place.bed.pk,
        "label": place.bed.label,
        "state": place.state,
        "since": clock.local(period.starts_at) if period else None,
        "until": clock.local(period.ends_at) if period and period.ends_at else None,
        **_who(place),
    }


def _who(place: Place) -> dict[str, Any]:
    """Who lies or waits there, or for whom it is kept."""
    stay = place.period.encounter if place.period else None
    return {
        "stay_id": stay.pk if stay else None,
        "patient_id": stay.patient_id if stay else None,
        "on_leave": place.is_on_leave,
        "expected_end_on": stay.expected_end_on if stay else None,
    }


def _patients(wards: list[dict[str, Any]]) -> Iterator[UUID]:
    for ward in wards:
        for place in (*ward["beds"], *ward["waiting"]):
            if place["patient_id"]:
                yield place["patient_id"]
