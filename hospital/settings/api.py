"""The REST API and its documentation."""

from typing import Any

REST_FRAMEWORK: dict[str, Any] = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["hospital.kit.api.authentication.TokenAuthentication"],
    # The policy decides, in every view; DRF's permission classes would be a second place.
    "DEFAULT_PERMISSION_CLASSES": [],
    "DEFAULT_THROTTLE_CLASSES": ["hospital.kit.api.throttling.TokenThrottle"],
    "DEFAULT_RENDERER_CLASSES": ["hospital.kit.api.renderers.JsonRenderer"],
    "DEFAULT_PARSER_CLASSES": ["hospital.kit.api.parsers.JsonParser"],
    "DEFAULT_CONTENT_NEGOTIATION_CLASS": "hospital.kit.api.renderers.OneFormat",
    "DEFAULT_SCHEMA_CLASS": "hospital.kit.api.schema.RecordSchema",
    "EXCEPTION_HANDLER": "hospital.kit.api.errors.handler",
    "UNAUTHENTICATED_USER": None,
    "COERCE_DECIMAL_TO_STRING": True,
}

# Per token and server process. A loader sends one request at a time and stays far below.
API_REQUESTS_PER_MINUTE = 6000

SPECTACULAR_SETTINGS: dict[str, Any] = {
    "TITLE": "Openward API",
    "DESCRIPTION": "Hospitals, departments, wards and patients. See docs/api.md for a quick start.",
    "VERSION": "1",
    "OAS_VERSION": "3.1.0",
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "SERVE_INCLUDE_SCHEMA": False,
    "SERVE_AUTHENTICATION": [],
    "SERVERS": [{"url": "/"}],
    "COMPONENT_SPLIT_REQUEST": True,
    "ENUM_GENERATE_CHOICE_DESCRIPTION": False,
    # Names that have landed, for choices of which there are others with the same field's name.
    "ENUM_NAME_OVERRIDES": {
        "KindEnum": "records.models.identifiers.PatientIdentifier.Kind",
        "RelationshipEnum": "records.models.contacts.PatientContact.Relationship",
        "CategoryEnum": "records.models.allergies.Allergy.Category",
        "UnitEnum": "records.models.medications.Medication.Unit",
        "BedKindEnum": "hospital.models.beds.Bed.Kind",
        "CostKindEnum": "billing.models.estimates.EstimateLine.Kind",
        "StatusEnum": "records.models.appointments.Appointment.Status",
        "ClinicalStatusEnum": "records.models.histories.MedicalHistory.ClinicalStatus",
        "DiagnosisClinicalStatusEnum": "records.models.diagnoses.Diagnosis.ClinicalStatus",
        "MedicalHistoryCategoryEnum": "records.models.histories.MedicalHistory.Category",
        "ObservationCategoryEnum": "records.models.observations.Observation.Category",
        # Named after the first field that had it.
        "FirstWeekdayEnum": "hospital.models.hospitals.Weekday",
    },
    "SORT_OPERATIONS": True,
    "PREPROCESSING_HOOKS": ["hospital.kit.api.schema.without_final_slash"],
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "hospital.kit.api.schema.add_shared_answers",
    ],
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "REDOC_DIST": "SIDECAR",
}
