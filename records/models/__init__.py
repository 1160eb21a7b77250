"""Patients and what happens to them."""

from .absences import Absence
from .allergies import Allergy, AllergyStatement
from .appointment_kinds import AppointmentKind
from .appointments import Appointment
from .bed_periods import BedPeriod, Leave
from .bookings import Booking
from .calendar_feeds import CalendarFeed
from .contacts import PatientContact
from .encounters import Encounter, InPatient
from .histories import MedicalHistory
from .holds import Hold
from .holidays import Holiday
from .identifiers import PatientIdentifier
from .medications import Medication, MedicationPrice
from .patients import Patient
from .registrations import Registration
from .search_keys import SearchKey
from .sessions import Session

__all__ = [
    "Absence",
    "Allergy",
    "AllergyStatement",
    "Appointment",
    "AppointmentKind",
    "BedPeriod",
    "Booking",
    "CalendarFeed",
    "Encounter",
    "Hold",
    "Holiday",
    "InPatient",
    "Leave",
    "MedicalHistory",
    "Medication",
    "MedicationPrice",
    "Patient",
    "PatientContact",
    "PatientIdentifier",
    "Registration",
    "SearchKey",
    "Session",
]
