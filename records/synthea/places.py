"""Organizations become clinics of the hospital that takes them in, and providers its doctors."""

from hospital.kit import facts
from hospital.kit.actors import Actor
from hospital.models import Clinic, Department, Doctor
from hospital.services import doctors

from .known import Known
from .reading import Row, short

DEPARTMENT = "SYNTHEA"


def department(actor: Actor) -> Department:
    """The department that everything is put into."""
    rows = Department.objects.live().filter(hospital=actor.here, code=DEPARTMENT)
    made = Department(hospital_id=actor.here, code=DEPARTMENT, name="Brought in")
    return rows.first() or facts.create(actor, made)


def organization(known: Known, row: Row, key: str) -> None:
    clinic = Clinic(
        hospital_id=known.actor.here, department=known.department,
        code=f"S{key.replace('-', '')[:12]}".upper(), name=short(row["NAME"].title(), 120),
    )  # fmt: skip
    facts.create(known.actor, clinic, external_id=key)


def provider(known: Known, row: Row, key: str) -> None:
    given, _, family = row["NAME"].rpartition(" ")
    doctor = Doctor(
        hospital_id=known.actor.here, department=known.department, title="Dr",
        given_names=given, family_name=family, licence_number=f"SYN-{key[:13]}",
        speciality=short(row["SPECIALITY"].capitalize(), 120),
    )  # fmt: skip
    clinic = known.find(Clinic, row["ORGANIZATION"])
    doctors.add(known.actor, doctor=doctor, clinics=[clinic] if clinic else [], external_id=key)
