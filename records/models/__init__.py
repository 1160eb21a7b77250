"""Patients and what happens to them."""

from .contacts import PatientContact
from .identifiers import PatientIdentifier
from .medications import Medication, MedicationPrice
from .patients import Patient
from .registrations import Registration
from .search_keys import SearchKey

__all__ = [
    "Medication",
    "MedicationPrice",
    "Patient",
    "PatientContact",
    "PatientIdentifier",
    "Registration",
    "SearchKey",
]
