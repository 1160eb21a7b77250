"""What the REST doors of a chart's entries have in common."""

from typing import Any

from rest_framework import serializers

from hospital.kit.api.fields import ReferenceField
from hospital.kit.api.serializers import RecordSerializer
from records.models import Patient

PATIENT_ID = "019e8f6a-1c1e-7b52-9d0e-3f5a7c2b9d10"
RECORDER_ID = "019e8f69-77aa-7c31-8a44-52f0d1c3e6b7"
ENCOUNTER_ID = "019e8f6e-4d5f-7a97-9e53-7b9c1d3f5a46"
CODED_HELP = {
    "code_system": {
        "help_text": "FHIR's address of the system. ATC, ICD-10, SNOMED CT, LOINC and RxNorm may be sent by name."
    },
    "code": {"help_text": "Checked in ATC and ICD-10, kept as it is in any other system."},
}


class EntrySerializer(RecordSerializer):
    """An entry of a chart: the patient's, whichever hospital recorded it."""

    patient_id = ReferenceField(
        Patient, source="patient", help_text="A patient registered at your hospital."
    )
    hospital_id = serializers.UUIDField(read_only=True, help_text="The hospital that recorded it.")
    recorded_by_id = serializers.UUIDField(
        read_only=True, allow_null=True, source="recorded_by",
        help_text="The account that recorded it: FHIR's recorder.",
    )  # fmt: skip

    def server_facts(self) -> dict[str, Any]:
        return self.Meta.model.recorder(self.actor)
