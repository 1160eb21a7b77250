"""The REST door of diagnoses."""

from typing import Any

import django_filters

from hospital.api.examples import as_shown
from hospital.kit.api.fields import ReferenceField
from hospital.kit.api.filters import FlagFilter
from hospital.kit.api.writes import RecordViewSet
from records.models import Diagnosis, Encounter
from records.services import diagnoses

from .entries import CODED_HELP, ENCOUNTER_ID, PATIENT_ID, RECORDER_ID, EntrySerializer


class DiagnosisSerializer(EntrySerializer):
    """A condition that a doctor names, in the words of FHIR's Condition."""

    encounter_id = ReferenceField(
        Encounter, source="encounter", required=False, allow_null=True,
        help_text="The visit or stay it was made in; null on the patient's list of problems.",
    )  # fmt: skip

    class Meta:
        model = Diagnosis
        fields = (
            "id", "version", "patient_id", "hospital_id", "recorded_by_id", "encounter_id",
            "description", "code_system", "code", "code_display", "certainty", "clinical_status",
            "is_main", "onset", "resolved", "note", "external_id", "external_ids", "created_at",
            "updated_at", "retired_at",
        )  # fmt: skip
        extra_kwargs = {
            **CODED_HELP,
            "description": {"help_text": "In words; a code is optional."},
            "code_display": {"help_text": "What the code means; of ICD-10 it is filled in."},
            "certainty": {"help_text": "FHIR's verification status."},
            "is_main": {
                "help_text": "One of an encounter at most: the main one before it becomes secondary."
            },
            "onset": {"help_text": "Since when: 1988, 1988-03 or 1988-03-14; empty when unknown."},
            "resolved": {"help_text": "Until when, in the same way; not with `active`."},
        }
        sent = {
            "patient_id": PATIENT_ID,
            "description": "Acute tonsillitis",
            "code_system": "http://hl7.org/fhir/sid/icd-10",
            "code": "J03.9",
            "certainty": "confirmed",
            "clinical_status": "active",
            "is_main": False,
            "onset": "2026-03-12",
            "external_id": "HIS-DX-7",
        }
        shown = as_shown(
            fields, sent, recorded_by_id=RECORDER_ID, encounter_id=ENCOUNTER_ID,
            code_display="Acute tonsillitis, unspecified",
        )  # fmt: skip

    def create(self, validated_data: dict[str, Any]) -> Diagnosis:
        external_id = validated_data.pop("external_id", "")
        diagnosis = Diagnosis(**self.server_facts(), **validated_data)
        with self.naming():
            return diagnoses.record(self.actor, diagnosis=diagnosis, external_id=external_id)

    def change(self, record: Diagnosis, validated_data: dict[str, Any]) -> Diagnosis:
        for name, value in validated_data.items():
            setattr(record, name, value)
        return diagnoses.change(self.actor, diagnosis=record, **self.expectation)


class DiagnosisFilters(django_filters.FilterSet):
    """Diagnoses by patient, encounter, certainty, status and code."""

    patient_id = django_filters.UUIDFilter(help_text="Diagnoses of this patient.")
    encounter_id = django_filters.UUIDFilter(help_text="Made in this visit or stay.")
    certainty = django_filters.ChoiceFilter(
        choices=Diagnosis.Certainty.choices,
        help_text="`provisional`, `differential`, `confirmed` or `refuted`.",
    )
    clinical_status = django_filters.ChoiceFilter(
        choices=Diagnosis.ClinicalStatus.choices, help_text="`active`, `remission` or `resolved`."
    )
    is_main = FlagFilter(help_text="`true` for main diagnoses, `false` for the others.")
    code = django_filters.CharFilter(help_text="The whole code.")

    class Meta:
        model = Diagnosis
        fields = ("patient_id", "encounter_id", "certainty", "clinical_status", "is_main", "code")


class DiagnosisViewSet(RecordViewSet):
    """The diagnoses made at the token's hospital."""

    topic = "diagnoses"
    serializer_class = DiagnosisSerializer
    filterset_class = DiagnosisFilters
    patient_field = "patient_id"
