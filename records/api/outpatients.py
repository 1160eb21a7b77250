"""The REST door of visits without a bed."""

from collections.abc import Mapping
from typing import Any, ClassVar

import django_filters
from rest_framework import serializers

from hospital.api.examples import HOSPITAL_ID, as_shown
from hospital.kit.api.fields import MomentField, ReferenceField, TextField, WordField
from hospital.kit.api.filters import MomentFilter
from hospital.kit.api.writes import RecordViewSet
from hospital.models import Clinic, Doctor
from records.models import Appointment, OutPatient, Patient
from records.services import outpatients

from .acts import AT, ActedSerializer, refuse_fixed
from .bookables import CLINIC_ID, DOCTOR_ID, PATIENT_ID
from .outpatient_acts import OutPatientActs

S = OutPatient.Status
STATUSES = [each for each in S.choices if each[0] not in (S.PLANNED, S.ON_LEAVE)]
KINDS = [each for each in OutPatient.Kind.choices if each[0] in OutPatient.KINDS]
# What leads to a status, from the one that stands and from any other.
ACTS = {
    (S.ARRIVED, S.IN_PROGRESS): "start",
    S.IN_PROGRESS: "undo",
    S.ARRIVED: "undo",
    S.FINISHED: "finish",
    S.CANCELLED: "cancel",
}
# What is fixed from the beginning, by the name it is sent under.
FIXED = {"patient": "patient_id", "appointment": "appointment_id", "kind": "kind", "at": "at"}
# What an appointment says of its visit, so that it is not said again.
OF_APPOINTMENT = {"clinic": "clinic_id", "kind": "kind", "at": "at"}
SENT = {
    "patient_id": PATIENT_ID,
    "kind": "outpatient",
    "clinic_id": CLINIC_ID,
    "attending_id": DOCTOR_ID,
    "complaint": "Sore throat",
    "at": "2026-03-14T09:00:00+01:00",
    "external_id": "HIS-7",
}
SHOWN: dict[str, Any] = {
    "hospital_id": HOSPITAL_ID,
    "number": "10000014",
    "status": "arrived",
    "appointment_id": None,
    "starts_at": "2026-03-14T09:00:00+01:00",
    "seen_at": None,
    "ends_at": None,
}


class OutPatientSerializer(ActedSerializer):
    """A visit of a patient without a bed: arrived, being seen, over."""

    statuses = frozenset(dict(STATUSES))
    topic = "outpatients"

    hospital_id: Any = serializers.PrimaryKeyRelatedField(
        read_only=True, source="hospital", pk_field=serializers.UUIDField()
    )
    patient_id = ReferenceField(
        Patient, source="patient", required=False,
        help_text=(
            "A patient registered at your hospital; needed without an appointment. It stays the same."
        ),
    )  # fmt: skip
    appointment_id = ReferenceField(
        Appointment, source="appointment", required=False, allow_null=True,
        help_text=(
            "The appointment the patient has come to: it is checked in. It says the clinic and the "
            "doctor. It stays the same."
        ),
    )  # fmt: skip
    kind = WordField(
        choices=KINDS, required=False,
        help_text="`outpatient`, or `emergency` for who comes without a clinic. It stays the same.",
    )  # fmt: skip
    status = WordField(
        choices=STATUSES, read_only=True,
        help_text="`arrived`, `in_progress`, `finished` or `cancelled`; changed by acts alone.",
    )  # fmt: skip
    clinic_id = ReferenceField(
        Clinic, source="clinic", required=False, allow_null=True,
        help_text="Needed for an out-patient without an appointment.",
    )  # fmt: skip
    attending_id = ReferenceField(
        Doctor, source="attending", required=False, allow_null=True,
        help_text="The doctor who sees the patient; null for whoever is free.",
    )  # fmt: skip
    notes = TextField(
        source="summary", required=False, allow_blank=True, max_length=10_000,
        help_text="What the doctor notes. Not for every role: without it the field is not there.",
    )  # fmt: skip
    at = MomentField(write_only=True, required=False, help_text=AT)

    class Meta:
        model = OutPatient
        fields: tuple[str, ...] = (
            "id", "version", "hospital_id", "patient_id", "appointment_id", "kind", "number",
            "status", "clinic_id", "attending_id", "complaint", "notes", "follow_up", "starts_at",
            "seen_at", "ends_at", "cancel_reason", "at", "external_id", "external_ids",
            "created_at", "updated_at", "retired_at",
        )  # fmt: skip
        extra_kwargs: ClassVar[dict[str, Any]] = {
            "number": {"help_text": "With a check digit; never given twice."},
            "complaint": {"help_text": "Why the patient has come."},
            "follow_up": {"help_text": "What is to be done next, and when."},
            "starts_at": {
                "read_only": True,
                "help_text": "When the patient came; of a new visit send `at`.",
            },
            "seen_at": {"help_text": "Since when the patient has been seen; null while waiting."},
            "ends_at": {"help_text": "When the patient left."},
        }
        sent: ClassVar[dict[str, Any]] = SENT
        shown: ClassVar[dict[str, Any]] = {
            name: value for name, value in as_shown(fields, SENT, **SHOWN).items() if name != "at"
        }

    # ---- checking

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Another status is 409 with the act's address; what is fixed is `read_only`."""
        visit: Any = self.instance
        if visit is not None:
            if wanted := self.status_wanted(visit):
                self.leave_to_act(visit, ACTS.get((visit.status, wanted)) or ACTS[wanted])
            refuse_fixed([name for source, name in FIXED.items() if source in attrs])
        elif appointment := attrs.get("appointment"):
            said = {"clinic": appointment.clinic, "kind": OutPatient.Kind.OUTPATIENT, "at": None}
            refuse_fixed(
                [
                    name
                    for source, name in OF_APPOINTMENT.items()
                    if source in attrs and attrs[source] != said[source]
                ]
            )
        return attrs

    # ---- writing

    def create(self, validated_data: dict[str, Any]) -> OutPatient:
        external_id = validated_data.pop("external_id", "")
        appointment = validated_data.pop("appointment", None)
        with self.naming():
            if appointment:
                return self._come_to(appointment, validated_data, external_id)
            at = validated_data.pop("at", None)
            visit = OutPatient(**self.server_facts(), **validated_data)
            return outpatients.arrive(self.actor, visit=visit, at=at, external_id=external_id)

    def change(self, record: OutPatient, validated_data: dict[str, Any]) -> OutPatient:
        for name, value in validated_data.items():
            setattr(record, name, value)
        return outpatients.change(self.actor, visit=record, **self.expectation)

    def _come_to(
        self, appointment: Appointment, told: dict[str, Any], external_id: str
    ) -> OutPatient:
        visit = outpatients.arrive_for(
            self.actor, appointment=appointment, patient=told.pop("patient", None),
            external_id=external_id,
        )  # fmt: skip
        for name, value in told.items():
            if name not in OF_APPOINTMENT:
                setattr(visit, name, value)
        return outpatients.change(self.actor, visit=visit)


class OutPatientFilters(django_filters.FilterSet):
    """Visits by whom, where, how far and when."""

    patient_id = django_filters.UUIDFilter(help_text="Visits of this patient.")
    clinic_id = django_filters.UUIDFilter(help_text="Visits to this clinic.")
    attending_id = django_filters.UUIDFilter(help_text="Visits that this doctor sees.")
    appointment_id = django_filters.UUIDFilter(help_text="The visit of this appointment.")
    kind = django_filters.ChoiceFilter(choices=KINDS, help_text="`outpatient` or `emergency`.")
    number = django_filters.CharFilter(help_text="The whole number of a visit.")
    status = django_filters.ChoiceFilter(
        choices=STATUSES,
        help_text="`arrived`, `in_progress`, `finished` or `cancelled`.",
    )

    class Meta:
        model = OutPatient
        fields = (
            "patient_id", "clinic_id", "attending_id", "appointment_id", "kind", "number", "status",
        )  # fmt: skip

    @classmethod
    def get_filters(cls) -> Mapping[str, Any]:
        """And those of the time: `from` is a word of Python's, so it cannot be declared above."""
        begins, ends = "Came at this moment or later.", "Came before this moment."
        return super().get_filters() | {
            "from": MomentFilter("starts_at", "gte", help_text=begins),
            "to": MomentFilter("starts_at", "lt", help_text=ends),
        }


class OutPatientViewSet(OutPatientActs):
    """The visits of the token's hospital, the latest first."""

    topic = "outpatients"
    also = ("out_patients",)
    serializer_class = OutPatientSerializer
    filterset_class = OutPatientFilters
    patient_field = "patient_id"
    orderings: ClassVar[dict[str, Any]] = {
        **RecordViewSet.orderings,
        "starts_at": ("starts_at", "id"),
        "-starts_at": ("-starts_at", "-id"),
    }
    default_ordering = "-starts_at"

    def retire(self, record: OutPatient, *, reason: str, expected_version: int | None) -> None:
        outpatients.retire(
            self.actor, visit=record, reason=reason, expected_version=expected_version
        )

    def bring_back(self, record: OutPatient, *, expected_version: int | None) -> OutPatient:
        return outpatients.restore(self.actor, visit=record, expected_version=expected_version)
