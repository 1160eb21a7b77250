"""What the invented charts say: allergies, statements that there are none, and what was before."""

import random

from hospital.kit import facts
from hospital.kit.actors import Actor
from records.models import Allergy, AllergyStatement, MedicalHistory, Patient
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
# Category, what, ICD-10 code, relative, status.
HISTORIES = (
    ("condition", "High blood pressure", "I10", "", "active"),
    ("condition", "Diabetes, on tablets", "E11.9", "", "active"),
    ("condition", "Asthma as a child", "J45.9", "", "resolved"),
    ("condition", "Migraine", "G43.9", "", "active"),
    ("surgery", "Appendix removed", "", "", ""),
    ("surgery", "Hip replaced, left", "", "", ""),
    ("family", "Heart attack before the age of 60", "", "father", ""),
    ("family", "Breast cancer", "", "mother", ""),
    ("social", "Smokes ten cigarettes a day", "", "", "active"),
    ("immunisation", "Tetanus", "", "", ""),
)
VERIFIED = ("confirmed", "confirmed", "unconfirmed")


def write_all(nurse: Actor, chance: random.Random) -> None:
    """Ask every other patient who has not been asked elsewhere, and write down what they say."""
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
            for said in chance.sample(ALLERGIES, chance.choice((1, 1, 2))):
                _allergy(nurse, chart, said, chance)
        for past in chance.sample(HISTORIES, chance.choice((0, 1, 2, 3))):
            _history(nurse, chart, past, chance)


def _state_none(nurse: Actor, chart: Patient) -> None:
    statement = AllergyStatement(patient=chart, **AllergyStatement.recorder(nurse))
    allergies.state_none(nurse, statement=statement)


def _allergy(nurse: Actor, chart: Patient, said: tuple[str, ...], chance: random.Random) -> None:
    substance, code, category, reaction, severity, criticality = said
    past = chance.random() < 0.12
    allergy = Allergy(
        patient=chart, substance=substance, code_system="ATC" if code else "", code=code,
        category=category, reaction=reaction, severity=severity, criticality=criticality,
        onset=str(chance.randint(1990, 2025)), verification_status=chance.choice(VERIFIED),
        clinical_status="resolved" if past else "active", **Allergy.recorder(nurse),
    )  # fmt: skip
    allergies.record(nurse, allergy=allergy)


def _history(nurse: Actor, chart: Patient, past: tuple[str, ...], chance: random.Random) -> None:
    category, description, code, relationship, status = past
    is_over = status == MedicalHistory.ClinicalStatus.RESOLVED
    began = chance.randint(1985, 2015)
    entry = MedicalHistory(
        patient=chart, category=category, description=description, relationship=relationship,
        code_system="ICD-10" if code else "", code=code, clinical_status=status, onset=str(began),
        resolved=str(began + chance.randint(1, 8)) if is_over else "",
        **MedicalHistory.recorder(nurse),
    )  # fmt: skip
    facts.create(nurse, entry)
