"""The demo's wards: who has come in over the last days, and how the beds stand at this hour."""

import datetime as dt
import random
from collections import defaultdict

from django.utils import timezone

from hospital.kit import clock
from hospital.kit.actors import Actor
from hospital.models import Bed, Doctor, Hospital, Ward
from records.models import InPatient, Patient
from records.services import bed_keeping, inpatients

# How many of a ward's beds have somebody in them, at most.
SHARE = 0.7
HOUR = dt.timedelta(hours=1)
COMPLAINTS = {
    "CARD": ("Chest pain", "Palpitations", "Shortness of breath", "Pacemaker check"),
    "SURG": ("Gallstones", "Inguinal hernia", "Appendicitis", "Hip fracture"),
    "MAT": ("Labour", "Observation before birth", "After a caesarean"),
    "PAED": ("Fever", "Asthma", "Tonsillitis"),
    "MED": ("Pneumonia", "High blood sugar", "Dehydration", "Kidney infection"),
}
# Who is left for those expected tomorrow and the one who waits for a bed.
LEFT = 3
AWAY, GOING = 5, 7  # of those who are in, each so-many-th is on leave, or has been discharged today


def fill(nurse: Actor, hospital: Hospital, chance: random.Random) -> None:
    """Take patients in as they would have come, then let some move, go home for a while, and leave."""
    with timezone.override(hospital.zone):
        people = _people(hospital, chance)
        number = 0
        for ward in Ward.objects.live().filter(hospital=hospital).select_related("department"):
            beds = list(ward.beds.live())
            doctors = list(Doctor.objects.live().filter(department=ward.department))
            for bed in beds[: int(len(beds) * SHARE)]:
                if not (patient := _taken(people, ward)):
                    break
                number += 1
                doctor = doctors[number % len(doctors)] if doctors else None
                stay = _admitted(nurse, bed, patient, doctor, chance)
                _onwards(nurse, stay, number, chance)
            _kept(nurse, beds, chance)
        _expected(nurse, hospital, people[""])


def _people(hospital: Hospital, chance: random.Random) -> dict[str, list[Patient]]:
    """Who may lie where: women at the maternity, children with the paediatricians, the others anywhere."""
    found: dict[str, list[Patient]] = defaultdict(list)
    rows = [
        row for row in Patient.objects.at(hospital.pk).live().order_by("id") if not row.is_deceased
    ]
    chance.shuffle(rows)
    this_year = clock.today().year
    for row in rows:
        year = int(row.birth_date[:4]) if row.birth_date[:4].isdecimal() else 0
        age = this_year - year if year else 40
        is_mother = row.sex == "female" and 18 <= age <= 42
        found["PAED" if age < 16 else "MAT" if is_mother else ""].append(row)
    return found


def _taken(people: dict[str, list[Patient]], ward: Ward) -> Patient | None:
    code = ward.department.code
    if code in ("PAED", "MAT"):
        return people[code].pop() if people[code] else None
    return people[""].pop() if len(people[""]) > LEFT else None


def _admitted(
    nurse: Actor, bed: Bed, patient: Patient, doctor: Doctor | None, chance: random.Random
) -> InPatient:
    begun = chance.randint(3, 70)
    stay = InPatient(
        hospital_id=bed.hospital_id, patient=patient, attending=doctor,
        complaint=chance.choice(COMPLAINTS[bed.ward.department.code]),
        source=chance.choice(["emd", "gp", "outp"]),
        expected_end_on=clock.today() + dt.timedelta(days=chance.randint(0, 4)),
    )  # fmt: skip
    return inpatients.admit(nurse, stay=stay, bed=bed, at=clock.now() - begun * HOUR)


def _onwards(nurse: Actor, stay: InPatient, number: int, chance: random.Random) -> None:
    soon = stay.starts_at + chance.randint(1, 2) * HOUR
    if number % GOING == 0:
        stay.summary = "Well again. Control with the family doctor in a week."
        inpatients.change(nurse, stay=stay)
        inpatients.discharge(nurse, stay=stay, disposition="home", at=clock.now() - HOUR)
    elif number % AWAY == 0:
        inpatients.leave(nurse, stay=stay, at=soon, expected_back_at=clock.now() + 20 * HOUR)


def _kept(nurse: Actor, beds: list[Bed], chance: random.Random) -> None:
    """Of the beds in which nobody has lain: one closed, one kept for somebody."""
    if len(beds) < 10:
        return
    bed_keeping.close(nurse, bed=beds[-3], reason="Rail is being mended")
    until = clock.now() + chance.randint(3, 20) * HOUR
    bed_keeping.reserve(nurse, bed=beds[-4], until=until, reason="From the emergency department")


def _expected(nurse: Actor, hospital: Hospital, people: list[Patient]) -> None:
    """Two are expected tomorrow, and somebody waits for a bed."""
    for hours in (20, 22):
        stay = InPatient(
            hospital=hospital, patient=people.pop(), complaint="Planned operation", source="gp",
            starts_at=(clock.now() + hours * HOUR).replace(minute=0, second=0, microsecond=0),
        )  # fmt: skip
        inpatients.plan(nurse, stay=stay)
    ward = Ward.objects.live().filter(hospital=hospital, department__code="MED").first()
    waiting = InPatient(
        hospital=hospital, patient=people.pop(), complaint="Dizziness", source="emd"
    )
    inpatients.admit(nurse, stay=waiting, ward=ward, at=clock.now() - HOUR)
