"""The REST door of medical histories."""

import django_filters

from hospital.api.examples import as_shown
from hospital.kit.api.writes import RecordViewSet
from records.models import MedicalHistory

from .entries import CODED_HELP, PATIENT_ID, RECORDER_ID, EntrySerializer


class MedicalHistorySerializer(EntrySerializer):
    """A fact of a patient's past, or of what runs in the family."""

    class Meta:
        model = MedicalHistory
        fields = (
            "id", "version", "patient_id", "hospital_id", "recorded_by_id", "category",
            "description", "code_system", "code", "code_display", "relationship",
            "clinical_status", "onset", "resolved", "note", "external_id", "external_ids",
            "created_at", "updated_at", "retired_at",
        )  # fmt: skip
        extra_kwargs = {
            **CODED_HELP,
            "description": {"help_text": "In words; a code is optional."},
            "code_display": {"help_text": "What the code means; of ICD-10 it is filled in."},
            "relationship": {"help_text": "Which relative; with category `family` only."},
            "clinical_status": {
                "help_text": "Empty when not recorded; of a surgery or an immunisation always."
            },
            "onset": {"help_text": "Since when, or done on: 1988, 1988-03 or 1988-03-14."},
            "resolved": {"help_text": "Until when, in the same way; not with `active`."},
        }
        sent = {
            "patient_id": PATIENT_ID,
            "category": "condition",
            "description": "Diabetes, on tablets",
            "code_system": "http://hl7.org/fhir/sid/icd-10",
            "code": "E11.9",
            "clinical_status": "active",
            "onset": "2011-05",
            "external_id": "HIS-HX-7",
        }
        shown = as_shown(
            fields, sent, recorded_by_id=RECORDER_ID,
            code_display="Type 2 diabetes mellitus without complications",
        )  # fmt: skip


class MedicalHistoryFilters(django_filters.FilterSet):
    """Histories by patient, kind, status and the hospital that recorded them."""

    patient_id = django_filters.UUIDFilter(help_text="The history of this patient.")
    hospital_id = django_filters.UUIDFilter(help_text="Recorded by this hospital.")
    category = django_filters.ChoiceFilter(
        choices=MedicalHistory.Category.choices,
        help_text="`condition`, `surgery`, `family`, `social` or `immunisation`.",
    )
    clinical_status = django_filters.ChoiceFilter(
        choices=MedicalHistory.ClinicalStatus.choices,
        help_text="`active`, `inactive` or `resolved`.",
    )

    class Meta:
        model = MedicalHistory
        fields = ("patient_id", "hospital_id", "category", "clinical_status")


class MedicalHistoryViewSet(RecordViewSet):
    """Histories of the patients registered at the token's hospital, whichever hospital recorded them."""

    topic = "histories"
    also = ("medical_histories",)
    serializer_class = MedicalHistorySerializer
    filterset_class = MedicalHistoryFilters
    patient_field = "patient_id"
