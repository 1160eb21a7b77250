"""The REST door of treatments."""

from typing import Any, ClassVar

import django_filters
from django.http import HttpResponse
from rest_framework import serializers
from rest_framework.decorators import action

from hospital.api.examples import as_shown
from hospital.kit import codes
from hospital.kit.api.fields import ReferenceField, TextField, WordField
from hospital.kit.api.serializers import PartSerializer
from hospital.kit.api.writes import ActSerializer
from hospital.models import Doctor
from records.models import (
    Consumable,
    Encounter,
    Medication,
    Patient,
    Procedure,
    Treatment,
    TreatmentConsumable,
    TreatmentMedication,
)
from records.services import treatments

from .acts import ActedSerializer, ActingViewSet, MomentSerializer
from .bookables import DOCTOR_ID
from .entries import ENCOUNTER_ID, PATIENT_ID, RECORDER_ID, EntrySerializer

S = Treatment.Status
# What leads from "planned" to a status; from any other it is taken back first.
ACTS = {S.DONE: "perform", S.CANCELLED: "cancel"}
ON_ONE = ("perform", "cancel", "undo")
LISTS: dict[str, Any] = {"medications": TreatmentMedication, "consumables": TreatmentConsumable}
PROCEDURE_ID = "019e8f70-1a2b-7c3d-8e4f-5a6b7c8d9e0f"
MEDICATION_ID = "019e8f70-2b3c-7d4e-9f50-6b7c8d9e0f1a"
CONSUMABLE_ID = "019e8f70-3c4d-7e5f-8a61-7c8d9e0f1a2b"
HOW_MUCH = "Text, in units of the entry, to a thousandth, such as 2.5; 1 when it is left out."
UNIT = {"help_text": "What the entry was counted in when it was listed."}
SENT: dict[str, Any] = {
    "encounter_id": ENCOUNTER_ID,
    "procedure_id": PROCEDURE_ID,
    "doctor_id": DOCTOR_ID,
    "planned_for": "2026-03-16T09:00:00+01:00",
    "consent": "given",
    "consent_note": "Signed form",
    "note": "Left knee",
    "medications": [{"medication_id": MEDICATION_ID, "quantity": "2.5"}],
    "consumables": [{"consumable_id": CONSUMABLE_ID, "quantity": "1"}],
    "external_id": "HIS-TR-7",
}
SHOWN: dict[str, Any] = {
    "patient_id": PATIENT_ID,
    "recorded_by_id": RECORDER_ID,
    "status": "planned",
    "done_at": None,
    "medications": [{"medication_id": MEDICATION_ID, "quantity": "2.5", "unit": "tablet"}],
    "consumables": [{"consumable_id": CONSUMABLE_ID, "quantity": "1", "unit": "pair"}],
}


class UseSerializer(PartSerializer):
    """So much of an entry of a catalogue; a class names the model and the entry."""

    def to_internal_value(self, data: Any) -> dict[str, Any]:
        """The unit may come back as it was shown; it is chosen with the entry."""
        row = super().to_internal_value(data)
        if "unit" in data and data["unit"] not in self._units(row):
            error = serializers.ErrorDetail(codes.sentence("read_only"), "read_only")
            raise serializers.ValidationError({"unit": error})
        return row

    def _units(self, row: dict[str, Any]) -> set[str]:
        key = f"{self.Meta.model.ITEM}_id"
        entry = row[self.Meta.model.ITEM]
        shown = (self.context.get("shown") or {}).get(f"{self.Meta.model.ITEM}s", ())
        return {entry.unit} | {each["unit"] for each in shown if each[key] == str(entry.pk)}

    class Meta(PartSerializer.Meta):
        model: Any
        extra_kwargs: ClassVar[dict[str, Any]] = {"quantity": {"help_text": HOW_MUCH}, "unit": UNIT}


class UsedMedicationSerializer(UseSerializer):
    """A medication given with a treatment."""

    medication_id = ReferenceField(
        Medication, source="medication", help_text="Of the hospital's catalogue; listed once."
    )

    class Meta(UseSerializer.Meta):
        model = TreatmentMedication
        fields = ("medication_id", "quantity", "unit")


class UsedConsumableSerializer(UseSerializer):
    """A consumable used up with a treatment."""

    consumable_id = ReferenceField(
        Consumable, source="consumable", help_text="Of the hospital's catalogue; listed once."
    )

    class Meta(UseSerializer.Meta):
        model = TreatmentConsumable
        fields = ("consumable_id", "quantity", "unit")


class TreatmentSerializer(ActedSerializer, EntrySerializer):
    """A procedure that is planned or done for a patient, with what is given and used: FHIR's Procedure."""

    statuses = frozenset(S.values)
    topic = "treatments"

    patient_id = ReferenceField(
        Patient, source="patient", required=False,
        help_text="Whose visit or stay it is; need not be sent. It stays the same.",
    )  # fmt: skip
    encounter_id = ReferenceField(
        Encounter, source="encounter", help_text="The visit or stay it is done in."
    )
    procedure_id = ReferenceField(
        Procedure, source="procedure", help_text="Of the hospital's catalogue."
    )
    doctor_id = ReferenceField(Doctor, source="doctor", help_text="Who does it, or is to.")
    status = WordField(
        choices=Treatment.Status.choices, read_only=True,
        help_text="`planned`, `done` or `cancelled`; changed by acts alone.",
    )  # fmt: skip
    medications = UsedMedicationSerializer(
        many=True, required=False, help_text="A list sent replaces the whole list."
    )
    consumables = UsedConsumableSerializer(
        many=True, required=False, help_text="A list sent replaces the whole list."
    )

    class Meta:
        model = Treatment
        fields = (
            "id", "version", "patient_id", "hospital_id", "recorded_by_id", "encounter_id",
            "procedure_id", "doctor_id", "planned_for", "consent", "consent_note", "note",
            "medications", "consumables", "status", "done_at", "cancel_reason", "external_id",
            "external_ids", "created_at", "updated_at", "retired_at",
        )  # fmt: skip
        extra_kwargs: ClassVar[dict[str, Any]] = {
            "planned_for": {
                "help_text": "When it is to be done: its prices are those of that day."
            },
            "consent": {"help_text": "Empty while nobody has asked; `refused` forbids doing it."},
            "done_at": {"help_text": "When it was done: its prices are those of that day."},
        }
        sent = SENT
        shown = as_shown(fields, SENT, **SHOWN)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Another status is 409 with the address of the act."""
        treatment: Any = self.instance
        if treatment is not None and (wanted := self.status_wanted(treatment)):
            word = ACTS[S(wanted)] if treatment.is_planned else "undo"
            self.leave_to_act(treatment, word)
        return attrs

    def create(self, validated_data: dict[str, Any]) -> Treatment:
        external_id = validated_data.pop("external_id", "")
        lists = {name: rows or () for name, rows in _lists(validated_data).items()}
        treatment = Treatment(**self.server_facts(), **validated_data)
        with self.naming():
            return treatments.plan(
                self.actor, treatment=treatment, external_id=external_id, **lists
            )

    def change(self, record: Treatment, validated_data: dict[str, Any]) -> Treatment:
        lists = _lists(validated_data)
        for name, value in validated_data.items():
            setattr(record, name, value)
        return treatments.change(self.actor, treatment=record, **lists, **self.expectation)


def _lists(sent: dict[str, Any]) -> dict[str, Any]:
    """The nested lists of a body as unsaved rows; None for a list that was not sent."""
    return {
        name: None if (rows := sent.pop(name, None)) is None else [model(**row) for row in rows]
        for name, model in LISTS.items()
    }


class CancelTreatmentSerializer(ActSerializer):
    """Why a planned treatment is not to be done."""

    reason = TextField(help_text="Why, in at most 200 characters.")

    class Meta:
        sent: ClassVar[dict[str, Any]] = {"reason": "The patient feels better"}


class TreatmentFilters(django_filters.FilterSet):
    """Treatments by whom, where, what and how far."""

    patient_id = django_filters.UUIDFilter(help_text="Treatments of this patient.")
    encounter_id = django_filters.UUIDFilter(help_text="In this visit or stay.")
    procedure_id = django_filters.UUIDFilter(help_text="By this entry of the catalogue.")
    doctor_id = django_filters.UUIDFilter(help_text="Done by this doctor, or to be done.")
    status = django_filters.ChoiceFilter(
        choices=S.choices, help_text="`planned`, `done` or `cancelled`."
    )

    class Meta:
        model = Treatment
        fields = ("patient_id", "encounter_id", "procedure_id", "doctor_id", "status")


class TreatmentViewSet(ActingViewSet):
    """The treatments of the token's hospital. DELETE means that one was entered in error."""

    topic = "treatments"
    argument = "treatment"
    serializer_class = TreatmentSerializer
    filterset_class = TreatmentFilters
    patient_field = "patient_id"
    actions_of_policy: ClassVar[dict[str, str]] = {
        **ActingViewSet.actions_of_policy,
        **{word: word for word in ON_ONE},
    }
    bodies: ClassVar[dict[str, Any]] = {
        **ActingViewSet.bodies,
        "perform": MomentSerializer,
        "cancel": CancelTreatmentSerializer,
        "undo": ActSerializer,
    }
    acts_on_one = (*ActingViewSet.acts_on_one, *ON_ONE)
    statuses: ClassVar[dict[str, tuple[int, ...]]] = dict.fromkeys(
        ON_ONE, (200, 400, 403, 404, 409, 412, 413, 415, 422)
    )

    @action(detail=True, methods=["post"])
    def perform(self, request: Any, pk: str) -> HttpResponse:
        """It has been done. From now on it is fixed, and the prices of that day are those of its cost."""
        return self.act(treatments.perform)

    @action(detail=True, methods=["post"])
    def cancel(self, request: Any, pk: str) -> HttpResponse:
        """It is not to be done."""
        return self.act(treatments.cancel)

    @action(detail=True, methods=["post"])
    def undo(self, request: Any, pk: str) -> HttpResponse:
        """It is planned again: it was not done, or is to be done after all. Within 72 hours."""
        return self.act(treatments.undo)
