"""The REST doors of allergies, and of the statement that there are none."""

from typing import Any

import django_filters

from hospital.api.examples import as_shown
from hospital.kit.api.fields import MomentField
from hospital.kit.api.writes import RecordViewSet, StatementViewSet
from records.models import Allergy, AllergyStatement
from records.services import allergies

from .entries import CODED_HELP, PATIENT_ID, RECORDER_ID, EntrySerializer


class AllergySerializer(EntrySerializer):
    """A substance that harms a patient, in the words of FHIR's AllergyIntolerance."""

    class Meta:
        model = Allergy
        fields = (
            "id", "version", "patient_id", "hospital_id", "recorded_by_id", "substance",
            "code_system", "code", "type", "category", "criticality", "reaction", "severity",
            "clinical_status", "verification_status", "onset", "note", "external_id",
            "external_ids", "created_at", "updated_at", "retired_at",
        )  # fmt: skip
        extra_kwargs = {
            **CODED_HELP,
            "substance": {"help_text": "In words; one live entry for each substance of a patient."},
            "criticality": {"help_text": "How badly a reaction might end."},
            "severity": {"help_text": "How bad the reaction was."},
            "clinical_status": {"help_text": "Only `active` ones stand in the banner."},
            "verification_status": {
                "help_text": "`refuted` ones do not stand. Entered in error is DELETE."
            },
            "onset": {"help_text": "Since when: 1988, 1988-03 or 1988-03-14; empty when unknown."},
        }
        sent = {
            "patient_id": PATIENT_ID,
            "substance": "Penicillin",
            "code_system": "http://www.whocc.no/atc",
            "code": "J01CE",
            "type": "allergy",
            "category": "medication",
            "criticality": "high",
            "reaction": "Swollen face, short of breath",
            "severity": "severe",
            "clinical_status": "active",
            "verification_status": "confirmed",
            "onset": "1998",
            "external_id": "HIS-ALG-7",
        }
        shown = as_shown(fields, sent, recorded_by_id=RECORDER_ID)

    def create(self, validated_data: dict[str, Any]) -> Allergy:
        external_id = validated_data.pop("external_id", "")
        allergy = Allergy(**self.server_facts(), **validated_data)
        with self.naming():
            return allergies.record(self.actor, allergy=allergy, external_id=external_id)

    def change(self, record: Allergy, validated_data: dict[str, Any]) -> Allergy:
        for name, value in validated_data.items():
            setattr(record, name, value)
        return allergies.change(self.actor, allergy=record, **self.expectation)


class AllergyFilters(django_filters.FilterSet):
    """Allergies by patient, kind, status and the hospital that recorded them."""

    patient_id = django_filters.UUIDFilter(help_text="Allergies of this patient.")
    hospital_id = django_filters.UUIDFilter(help_text="Recorded by this hospital.")
    category = django_filters.ChoiceFilter(
        choices=Allergy.Category.choices,
        help_text="`food`, `medication`, `environment` or `biologic`.",
    )
    clinical_status = django_filters.ChoiceFilter(
        choices=Allergy.ClinicalStatus.choices, help_text="`active`, `inactive` or `resolved`."
    )

    class Meta:
        model = Allergy
        fields = ("patient_id", "hospital_id", "category", "clinical_status")


class AllergyViewSet(RecordViewSet):
    """Allergies of the patients registered at the token's hospital, whichever hospital recorded them."""

    topic = "allergies"
    serializer_class = AllergySerializer
    filterset_class = AllergyFilters
    patient_field = "patient_id"

    def bring_back(self, record: Allergy, *, expected_version: int | None) -> Allergy:
        return allergies.restore(self.actor, allergy=record, expected_version=expected_version)


class AllergyStatementSerializer(EntrySerializer):
    """Somebody has asked, and the patient has no known allergies."""

    made_at = MomentField(read_only=True, help_text="When it was stated.")

    class Meta:
        model = AllergyStatement
        fields = (
            "id", "version", "patient_id", "hospital_id", "recorded_by_id", "made_at",
            "external_id", "external_ids", "created_at", "updated_at", "retired_at",
        )  # fmt: skip
        sent = {"patient_id": PATIENT_ID, "external_id": "HIS-NKA-7"}
        shown = as_shown(
            fields, sent, recorded_by_id=RECORDER_ID, made_at="2026-03-14T09:26:53.589793+01:00"
        )

    def create(self, validated_data: dict[str, Any]) -> AllergyStatement:
        external_id = validated_data.pop("external_id", "")
        statement = AllergyStatement(**self.server_facts(), **validated_data)
        with self.naming():
            return allergies.state_none(self.actor, statement=statement, external_id=external_id)


class AllergyStatementFilters(django_filters.FilterSet):
    """Statements by patient and the hospital that made them."""

    patient_id = django_filters.UUIDFilter(help_text="The statement about this patient.")
    hospital_id = django_filters.UUIDFilter(help_text="Made at this hospital.")

    class Meta:
        model = AllergyStatement
        fields = ("patient_id", "hospital_id")


class AllergyStatementViewSet(StatementViewSet):
    """Statements that a patient has no known allergies: one live one each, never beside an active allergy."""

    topic = "allergy-statements"
    serializer_class = AllergyStatementSerializer
    filterset_class = AllergyStatementFilters
    patient_field = "patient_id"

    def bring_back(
        self, record: AllergyStatement, *, expected_version: int | None
    ) -> AllergyStatement:
        return allergies.restate_none(
            self.actor, statement=record, expected_version=expected_version
        )
