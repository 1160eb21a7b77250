"""What the invented charts say: allergies, and statements that there are none."""

import random

from hospital.kit.actors import Actor
from records.models import Allergy, AllergyStatement, Patient
from records.services import allergies

# Substance, ATC code, category, reaction, severity, criticality.
ALLERGIES = (
    ("Penicillin", "J01CE", "medication", "Swollen face, short of breath", "severe", "high"),
    ("Latex", "", "environment", "Rash where it touched", "mild", "low"),
    ("Peanuts", "", "food", "Hives, vomiting", "moderate", "high"),
    ("Ibuprofen", "M01AE01", "medication", "Wheezing", "moderate", "low"),
    ("Bee venom", "", "biologic", "Faint within minutes", "severe", "high"),
    ("Iodinated contrast", "V08A", "medication", "Hives", "mild", "low"),
    ("Cow’s milk", "", "food", "Cramps", "mild", "low"),
)
VERIFIED = ("confirmed", "confirmed", "unconfirmed")


def write_all(nurse: Actor, chance: random.Random) -> None:
    """Ask every other patient who has not been asked elsewhere; what they say is recorded."""
    charts = Patient.objects.visible_to(nurse).live().order_by("mrn")
    asked = [
        {row.patient_id for row in model.objects.all()} for model in (Allergy, AllergyStatement)
    ]
    for chart in charts[::2]:
        if chart.pk in set().union(*asked):
            continue
        if chance.random() < 0.4:
            _state_none(nurse, chart)
        else:
            for facts in chance.sample(ALLERGIES, chance.choice((1, 1, 2))):
                _allergy(nurse, chart, facts, chance)


def _state_none(nurse: Actor, chart: Patient) -> None:
    statement = AllergyStatement(patient=chart, **AllergyStatement.recorder(nurse))
    allergies.state_none(nurse, statement=statement)


def _allergy(nurse: Actor, chart: Patient, facts: tuple[str, ...], chance: random.Random) -> None:
    substance, code, category, reaction, severity, criticality = facts
    past = chance.random() < 0.12
    allergy = Allergy(
        patient=chart, substance=substance, code_system="ATC" if code else "", code=code,
        category=category, reaction=reaction, severity=severity, criticality=criticality,
        onset=str(chance.randint(1990, 2025)), verification_status=chance.choice(VERIFIED),
        clinical_status="resolved" if past else "active", **Allergy.recorder(nurse),
    )  # fmt: skip
    allergies.record(nurse, allergy=allergy)
