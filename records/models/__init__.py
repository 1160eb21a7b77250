"""Patients and what happens to them."""

from .absences import Absence
from .allergies import Allergy, AllergyStatement
from .appointment_kinds import AppointmentKind
from .appointments import Appointment
from .bed_periods import BedPeriod, Leave
from .bookings import Booking
from .calendar_feeds import CalendarFeed
from .consumables import Consumable, ConsumablePrice
from .contacts import PatientContact
from .diagnoses import Diagnosis
from .duplicates import DuplicatePair, DuplicateSearch
from .encounters import Encounter
from .histories import MedicalHistory
from .holds import Hold
from .holidays import Holiday
from .identifiers import PatientIdentifier
from .inpatients import InPatient
from .medications import Medication, MedicationPrice
from .merges import MergedRow, MergeEvent
from .name_forms import NameForm
from .observations import Observation
from .outpatients import OutPatient
from .patients import Patient
from .procedures import Procedure, ProcedurePrice
from .registrations import Registration
from .search_keys import SearchKey
from .sessions import Session
from .tasks import Task
from .treatments import Treatment, TreatmentConsumable, TreatmentMedication
from .vital_ranges import VitalRange

__all__ = [
    "Absence",
    "Allergy",
    "AllergyStatement",
    "Appointment",
    "AppointmentKind",
    "BedPeriod",
    "Booking",
    "CalendarFeed",
    "Consumable",
    "ConsumablePrice",
    "Diagnosis",
    "DuplicatePair",
    "DuplicateSearch",
    "Encounter",
    "Hold",
    "Holiday",
    "InPatient",
    "Leave",
    "MedicalHistory",
    "Medication",
    "MedicationPrice",
    "MergeEvent",
    "MergedRow",
    "NameForm",
    "Observation",
    "OutPatient",
    "Patient",
    "PatientContact",
    "PatientIdentifier",
    "Procedure",
    "ProcedurePrice",
    "Registration",
    "SearchKey",
    "Session",
    "Task",
    "Treatment",
    "TreatmentConsumable",
    "TreatmentMedication",
    "VitalRange",
]
