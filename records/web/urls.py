"""Pages of patients and what happens to them. No address ever says who a patient is."""

from django.urls import path

from hospital.kit.web.plain import urls_of

from . import (
    allergies,
    appointment_booking,
    appointment_days,
    appointment_identifying,
    appointment_lists,
    appointments,
    bed_acts,
    bed_board,
    bed_census,
    calendar_feeds,
    patient_edits,
    patient_exports,
    patient_lists,
    patient_registering,
    patients,
    stays,
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
    path(
        "patients/<uuid:patient_id>/appointments/",
        appointment_lists.of_patient,
        name="appointment-of-patient",
    ),
    path("appointments/", appointment_days.day, name="appointment-list"),
    path("appointments/week/", appointment_days.week, name="appointment-week"),
    path("appointments/agenda/", appointment_days.agenda, name="appointment-agenda"),
    path("appointments/new/", appointment_booking.book, name="appointment-create"),
    path("appointments/to-move/", appointment_lists.to_move, name="appointment-to-move"),
    path("appointments/overbooked/", appointment_lists.overbooked, name="appointment-overbooked"),
    path("appointments/reassign/", appointment_lists.reassign, name="appointment-reassign"),
    path("appointments/<uuid:pk>/move/", appointment_booking.move, name="appointment-move"),
    path("appointments/<uuid:pk>/slip/", appointment_lists.slip, name="appointment-slip"),
    path(
        "appointments/<uuid:pk>/patient/",
        appointment_identifying.identify,
        name="appointment-identify",
    ),
    *appointments.urls(),
    path("calendar-feeds/new/", calendar_feeds.issue, name="calendarfeed-create"),
    path("calendar-feeds/<uuid:pk>/revoke/", calendar_feeds.revoke, name="calendarfeed-retire"),
    path("calendar/<str:secret>.ics", calendar_feeds.calendar, name="calendar"),
    *bed_board.urls(),
    *bed_census.urls(),
    *bed_acts.urls(),
    *stays.urls(),
    *allergies.URLS,
    *urls_of(__package__),
]
