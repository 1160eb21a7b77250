"""The place and its people: tables of the lowest layer."""

from .audit import AuditEvent, AuditPatient, AuditSeal
from .beds import Bed
from .clinics import Clinic
from .departments import Department
from .doctors import Doctor, DoctorClinic
from .drafts import Draft
from .external_ids import ExternalId
from .hospitals import Hospital
from .idempotency import IdempotencyKey
from .imports import ImportBatch, ImportRow
from .installation import Installation
from .invitations import Invitation
from .jobs import Job
from .memberships import Membership, Role
from .resources import Resource
from .saved_filters import SavedFilter
from .saved_searches import SavedSearch
from .series import Series
from .tokens import ApiToken
from .users import User
from .wards import Ward

__all__ = [
    "ApiToken",
    "AuditEvent",
    "AuditPatient",
    "AuditSeal",
    "Bed",
    "Clinic",
    "Department",
    "Doctor",
    "DoctorClinic",
    "Draft",
    "ExternalId",
    "Hospital",
    "IdempotencyKey",
    "ImportBatch",
    "ImportRow",
    "Installation",
    "Invitation",
    "Job",
    "Membership",
    "Resource",
    "Role",
    "SavedFilter",
    "SavedSearch",
    "Series",
    "User",
    "Ward",
]
