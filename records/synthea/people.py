"""Patients, and what is known about them."""

from hospital.kit import facts
from records.models import Allergy, Diagnosis, Patient
from records.services import allergies, patients

from .known import Known
from .reading import Row, short

SEXES = {"M": "male", "F": "female"}
SEVERITIES = {"MILD": "mild", "MODERATE": "moderate", "SEVERE": "severe"}
CATEGORIES = {"food": "food", "environment": "environment", "medication": "medication"}
SYSTEMS = {"SNOMED-CT": "SNOMED CT", "RxNorm": "RxNorm"}


def patient(known: Known, row: Row, key: str) -> None:
    chart = Patient(
        family_name=row["LAST"], given_names=row["FIRST"], birth_date=row["BIRTHDATE"],
        sex=SEXES.get(row["GENDER"], "unknown"), address_line=short(row["ADDRESS"], 200),
        city=row["CITY"], state=row["STATE"], postal_code=row["ZIP"], country="US",
        is_deceased=bool(row["DEATHDATE"]), deceased_on=row["DEATHDATE"][:10],
    )  # fmt: skip
    patients.register(known.actor, patient=chart, external_id=key)


def allergy(known: Known, row: Row, key: str) -> None:
    entry = Allergy(
        patient=known.patient(row), substance=short(row["DESCRIPTION"], 200),
        code_system=SYSTEMS.get(row["SYSTEM"], row["SYSTEM"]), code=row["CODE"],
        type=row["TYPE"] if row["TYPE"] in Allergy.Type.values else "",
        category=CATEGORIES.get(row["CATEGORY"], "environment"),
        reaction=short(row["DESCRIPTION1"], 300), severity=SEVERITIES.get(row["SEVERITY1"], ""),
        onset=row["START"][:10], verification_status="confirmed",
        clinical_status="resolved" if row["STOP"] else "active",
        **Allergy.recorder(known.actor),
    )  # fmt: skip
    allergies.record(known.actor, allergy=entry, external_id=key)


def condition(known: Known, row: Row, key: str) -> None:
    entry = Diagnosis(
        patient=known.patient(row), encounter=known.encounter(row),
        description=short(row["DESCRIPTION"], 500), code_system="SNOMED CT", code=row["CODE"],
        onset=row["START"][:10], resolved=row["STOP"][:10],
        clinical_status="resolved" if row["STOP"] else "active",
        **Diagnosis.recorder(known.actor),
    )  # fmt: skip
    facts.create(known.actor, entry, external_id=key)
