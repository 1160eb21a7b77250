"""The REST door of observations."""

from collections.abc import Mapping
from typing import Any, ClassVar

import django_filters

from hospital.api.examples import as_shown
from hospital.kit.api.fields import FlagField, ReferenceField
from hospital.kit.api.filters import MomentFilter
from hospital.kit.api.writes import RecordViewSet
from records.models import Encounter, Observation
from records.services import observations

from .acts import refuse_fixed
from .entries import CODED_HELP, ENCOUNTER_ID, PATIENT_ID, RECORDER_ID, EntrySerializer
from .observation_acts import ManyObservationsSerializer, ObservationActs

# What is said of observations beside what they say.
OPTIONS = ("is_preliminary", "confirmed")
SENT = {
    "patient_id": PATIENT_ID,
    "category": "vital-signs",
    "code_system": "http://loinc.org",
    "code": "8310-5",
    "value": "38.4",
    "unit": "Cel",
    "taken_at": "2026-03-14T09:05:00+01:00",
    "external_id": "HIS-OBS-7",
}


class ObservationRowSerializer(EntrySerializer):
    """One thing observed at one moment, as a number with its unit or in words (FHIR's Observation)."""

    encounter_id = ReferenceField(
        Encounter, source="encounter", required=False, allow_null=True,
        help_text="The visit or stay in which it was observed.",
    )  # fmt: skip

    class Meta:
        model = Observation
        fields: tuple[str, ...] = (
            "patient_id", "encounter_id", "category", "code_system", "code", "name", "value",
            "unit", "value_text", "note", "taken_at", "external_id",
        )  # fmt: skip
        extra_kwargs: ClassVar[dict[str, Any]] = {
            **CODED_HELP,
            "code": {"help_text": "In LOINC; kept as it is."},
            "name": {
                "required": False,
                "allow_blank": True,
                "help_text": "What it is. Of a vital sign it is filled in.",
            },
            "value": {
                "help_text": "As text, with at most three decimals; null for what is told in words."
            },
            "unit": {
                "help_text": (
                    "As UCUM writes it, `{score}` where there is none. A vital sign has one unit: it "
                    "is filled in, and another one is refused."
                )
            },
            "value_text": {"help_text": "In words, instead of a value or beside it."},
            "taken_at": {"help_text": "When it was observed; now, when it is left out."},
        }
        sent: ClassVar[dict[str, Any]] = SENT


class ObservationSerializer(ObservationRowSerializer):
    """One thing observed at one moment, as a number with its unit or in words (FHIR's Observation)."""

    is_preliminary = FlagField(
        write_only=True, required=False,
        help_text="Whether it is still to be looked at; `finalise` says that it has been.",
    )  # fmt: skip
    confirmed = FlagField(
        write_only=True, required=False,
        help_text="Whether somebody has looked at a value that is unlikely, and says that it is right.",
    )  # fmt: skip

    class Meta(ObservationRowSerializer.Meta):
        fields = (
            "id", "version", "patient_id", "hospital_id", "recorded_by_id", "encounter_id",
            "category", "code_system", "code", "name", "value", "unit", "value_text", "note",
            "interpretation", "status", "taken_at", "is_preliminary", "confirmed", "external_id",
            "external_ids", "created_at", "updated_at", "retired_at",
        )  # fmt: skip
        extra_kwargs: ClassVar[dict[str, Any]] = {
            **ObservationRowSerializer.Meta.extra_kwargs,
            "interpretation": {
                "allow_blank": True,
                "help_text": (
                    "Against the range for the patient's age: `LL`, `L`, `N`, `H` or `HH`; empty "
                    "where there is no range."
                ),
            },
            "status": {"help_text": "What was final and is changed is `amended`."},
        }
        shown: ClassVar[dict[str, Any]] = {
            name: value
            for name, value in as_shown(
                fields, SENT, recorded_by_id=RECORDER_ID, encounter_id=ENCOUNTER_ID,
                name="Body temperature", interpretation="H", status="final",
            ).items()
            if name not in OPTIONS
        }  # fmt: skip

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if self.instance is not None:
            refuse_fixed([name for name in ("is_preliminary",) if name in attrs])
        return attrs

    def create(self, validated_data: dict[str, Any]) -> Observation:
        external_id = validated_data.pop("external_id", "")
        is_preliminary, is_confirmed = (validated_data.pop(name, False) for name in OPTIONS)
        row = Observation(**self.server_facts(), **validated_data)
        with self.naming():
            [made] = observations.record(
                self.actor, observations=[row], is_preliminary=is_preliminary,
                is_confirmed=is_confirmed, external_ids=[external_id],
            )  # fmt: skip
        return made

    def change(self, record: Observation, validated_data: dict[str, Any]) -> Observation:
        is_confirmed = validated_data.pop("confirmed", False)
        for name, value in validated_data.items():
            setattr(record, name, value)
        return observations.change(
            self.actor, observation=record, is_confirmed=is_confirmed, **self.expectation
        )


class ObservationsSerializer(ManyObservationsSerializer):
    """One to a hundred observations, and what is said of all of them."""

    observations = ObservationRowSerializer(many=True)


class ObservationFilters(django_filters.FilterSet):
    """Observations by patient, encounter, what, how far, how bad and when."""

    patient_id = django_filters.UUIDFilter(help_text="Observations of this patient.")
    encounter_id = django_filters.UUIDFilter(help_text="Made in this visit or stay.")
    category = django_filters.ChoiceFilter(
        choices=Observation.Category.choices, help_text="FHIR's observation category."
    )
    code = django_filters.CharFilter(help_text="The whole code, such as 8867-4 for the pulse.")
    status = django_filters.ChoiceFilter(
        choices=Observation.Status.choices, help_text="`preliminary`, `final` or `amended`."
    )
    interpretation = django_filters.ChoiceFilter(
        choices=Observation.Interpretation.choices, help_text="`LL`, `L`, `N`, `H` or `HH`."
    )

    class Meta:
        model = Observation
        fields = ("patient_id", "encounter_id", "category", "code", "status", "interpretation")

    @classmethod
    def get_filters(cls) -> Mapping[str, Any]:
        """And those of the time: `from` is a word of Python's, so it cannot be declared above."""
        begins, ends = "Taken at this moment or later.", "Taken before this moment."
        return super().get_filters() | {
            "from": MomentFilter("taken_at", "gte", help_text=begins),
            "to": MomentFilter("taken_at", "lt", help_text=ends),
        }


class ObservationViewSet(ObservationActs):
    """What was observed at the token's hospital, the latest first."""

    topic = "observations"
    serializer_class = ObservationSerializer
    many_class = ObservationsSerializer
    bodies: ClassVar[dict[str, Any]] = {**ObservationActs.bodies, "batch": ObservationsSerializer}
    filterset_class = ObservationFilters
    patient_field = "patient_id"
    orderings: ClassVar[dict[str, Any]] = {
        **RecordViewSet.orderings,
        "taken_at": ("taken_at", "id"),
        "-taken_at": ("-taken_at", "-id"),
    }
    default_ordering = "-taken_at"
