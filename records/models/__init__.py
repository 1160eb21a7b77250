"""Patients and what happens to them."""

from .allergies import Allergy, AllergyStatement
from .contacts import PatientContact
from .histories import MedicalHistory
from .identifiers import PatientIdentifier
from .medications import Medication, MedicationPrice
from .patients import Patient
from .registrations import Registration
from .search_keys import SearchKey

__all__ = [
    "Allergy",
    "AllergyStatement",
    "MedicalHistory",
    "Medication",
    "MedicationPrice",
    "Patient",
    "PatientContact",
    "PatientIdentifier",
    "Registration",
    "SearchKey",
]
