"""What the demo's visits and stays of today have come to: vital signs, diagnoses, treatments."""

import datetime as dt
import random
from decimal import Decimal
from typing import Any

from django.utils import timezone

from hospital.kit import clock
from hospital.kit.actors import Actor
from hospital.models import Hospital
from records.models import (
    Consumable,
    Diagnosis,
    Encounter,
    InPatient,
    Medication,
    Observation,
    OutPatient,
    Procedure,
    Treatment,
    TreatmentConsumable,
    TreatmentMedication,
)
from records.services import diagnoses, observations, outpatients, treatments

S = Encounter.Status
HOUR = dt.timedelta(hours=1)
# Description and ICD-10 code.
FOUND = (
    ("High blood pressure", "I10"),
    ("Atrial fibrillation", "I48.9"),
    ("Type 2 diabetes", "E11.9"),
    ("Asthma", "J45.9"),
    ("Bronchitis", "J20.9"),
    ("Urinary infection", "N39.0"),
    ("Low back pain", "M54.5"),
    ("Migraine", "G43.9"),
)
COMPLAINTS = ("Cut on the hand", "Sprained ankle", "Stomach ache", "Something in the eye")
# LOINC code -> the middle and the spread of what is measured.
SIGNS = {
    "8480-6": (128, 14),
    "8462-4": (78, 9),
    "8867-4": (78, 11),
    "9279-1": (16, 3),
    "59408-5": (97, 1),
}
TEMPERATURE = "8310-5"
# What costs that much takes an operating theatre.
THEATRE = 500


def fill(nurse: Actor, doctor: Actor, hospital: Hospital, chance: random.Random) -> None:
    """Write down what would have been by this hour, and let two walk in."""
    with timezone.override(hospital.zone):
        _walk_ins(nurse, hospital, chance)
        today = OutPatient.objects.live().filter(hospital=hospital).order_by("starts_at", "id")
        for number, visit in enumerate(today.select_related("patient", "attending")):
            _measured(nurse, visit, visit.starts_at, chance)
            if visit.status in (S.IN_PROGRESS, S.FINISHED):
                _diagnosed(doctor, visit, chance)
            if visit.attending and number % 2 == 0:
                _treated(doctor, visit, number, chance)
        for number, stay in enumerate(_lying(hospital)):
            hours = int((clock.now() - stay.starts_at) / HOUR)
            for ago in range(0, min(hours, 48), 8):
                _measured(nurse, stay, clock.now() - ago * HOUR, chance)
            if number % 2 == 0:
                _diagnosed(doctor, stay, chance)


def _walk_ins(nurse: Actor, hospital: Hospital, chance: random.Random) -> None:
    """Two in an emergency: one is being seen, one waits."""
    lying = {stay.patient_id for stay in _lying(hospital)}
    rows = hospital.registrations.live().select_related("patient").order_by("pk")  # type: ignore[attr-defined]
    free = [
        row.patient for row in rows if row.patient_id not in lying and not row.patient.is_deceased
    ]
    for number, patient in enumerate(free[:2]):
        visit = OutPatient(
            hospital=hospital, patient=patient, kind=Encounter.Kind.EMERGENCY,
            complaint=chance.choice(COMPLAINTS),
        )  # fmt: skip
        outpatients.arrive(nurse, visit=visit, at=clock.now() - (2 - number) * HOUR / 2)
        if number == 0:
            outpatients.start(nurse, visit=visit)


def _lying(hospital: Hospital) -> list[InPatient]:
    rows: Any = InPatient.objects.live().filter(hospital=hospital, status=S.IN_PROGRESS)
    return list(rows.select_related("patient").order_by("starts_at", "id"))


def _measured(
    nurse: Actor, encounter: Encounter, taken_at: dt.datetime, chance: random.Random
) -> None:
    about = {
        "patient": encounter.patient, "encounter": encounter, "taken_at": taken_at,
        **Observation.recorder(nurse),
    }  # fmt: skip
    values = {code: round(chance.gauss(*usual)) for code, usual in SIGNS.items()}
    values["59408-5"] = min(values["59408-5"], 100)
    rows = [
        Observation(code_system="LOINC", code=code, value=Decimal(value), **about)
        for code, value in values.items()
    ]
    degrees = Decimal(round(chance.gauss(36.9, 0.5), 1)).quantize(Decimal("0.1"))
    rows.append(Observation(code_system="LOINC", code=TEMPERATURE, value=degrees, **about))
    observations.record(nurse, observations=rows, is_confirmed=True)


def _diagnosed(doctor: Actor, encounter: Encounter, chance: random.Random) -> None:
    description, code = chance.choice(FOUND)
    diagnoses.record(
        doctor,
        diagnosis=Diagnosis(
            patient=encounter.patient, encounter=encounter, description=description,
            code_system="ICD-10", code=code, is_main=True, **Diagnosis.recorder(doctor),
        ),
    )  # fmt: skip


def _treated(doctor: Actor, visit: OutPatient, number: int, chance: random.Random) -> None:
    """Something is done, or planned while the patient waits, with what the catalogues have a price for."""
    day = clock.today()
    # What is done at the clinic, and nothing that takes a theatre.
    place = visit.clinic.department_id if visit.clinic else None
    procedures = [
        row
        for row in _priced(Procedure, visit, day)
        if row.department_id in (None, place) and row.price_today < THEATRE
    ]
    if not procedures:
        return
    treatment = Treatment(
        patient=visit.patient, encounter=visit, doctor=visit.attending,
        procedure=chance.choice(procedures),
        consent=Treatment.Consent.GIVEN if number % 4 == 0 else Treatment.Consent.NOT_NEEDED,
        **Treatment.recorder(doctor),
    )  # fmt: skip
    medications = _some(_priced(Medication, visit, day), 3, chance)
    consumables = _some(_priced(Consumable, visit, day), 2, chance)
    treatments.plan(
        doctor,
        treatment=treatment,
        medications=[
            TreatmentMedication(medication=row, quantity=Decimal(chance.randint(1, 3)))
            for row in medications
        ],
        consumables=[
            TreatmentConsumable(consumable=row, quantity=Decimal(chance.randint(1, 2)))
            for row in consumables
        ],
    )
    if visit.status == S.FINISHED:
        treatments.perform(doctor, treatment=treatment, at=visit.seen_at)


def _some(rows: list[Any], most: int, chance: random.Random) -> list[Any]:
    return chance.sample(rows, min(len(rows), chance.randint(0, most)))


def _priced(catalogue: Any, visit: OutPatient, day: dt.date) -> list[Any]:
    rows = catalogue.objects.live().filter(hospital=visit.hospital_id).on_day(day)
    return list(rows.filter(price_today__isnull=False).order_by("pk"))
