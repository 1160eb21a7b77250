"""Pages of patients and what happens to them. No address ever says who a patient is."""

from django.urls import path

from hospital.kit.web.plain import urls_of

from . import (
    allergies,
    patient_edits,
    patient_exports,
    patient_lists,
    patient_registering,
    patients,
)

app_name = "records"
urlpatterns = [
    path("patients/", patient_lists.everybody, name="patient-list"),
    path("patients/search/", patient_lists.search, name="patient-search"),
    path("patients/export/", patient_exports.export, name="patient-export"),
    path("patients/found/<uuid:search_id>/", patient_lists.found, name="patient-found"),
    path("patients/register/", patient_registering.register, name="patient-register"),
    path(
        "patients/register-here/", patient_registering.register_here, name="patient-register-here"
    ),
    path("patients/<uuid:pk>/", patients.detail, name="patient-detail"),
    path("patients/<uuid:pk>/reveal/", patients.reveal, name="patient-reveal"),
    path("patients/<uuid:pk>/history/", patients.history, name="patient-history"),
    path("patients/<uuid:pk>/edit/", patient_edits.edit, name="patient-edit"),
    path("patients/<uuid:pk>/retire/", patient_edits.retire, name="patient-retire"),
    path("patients/<uuid:pk>/restore/", patient_edits.restore, name="patient-restore"),
    *allergies.URLS,
    *urls_of(__package__),
]
