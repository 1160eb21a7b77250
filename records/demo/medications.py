"""The demo's catalogue: common medications with invented prices."""

import random
from decimal import Decimal

from hospital.kit.actors import Actor
from hospital.models import Hospital
from records.models import Medication, MedicationPrice
from records.services import catalogues

from .catalogues import prices_of

# Name, generic name, strength, form, unit, ATC code, about what one unit costs.
Entry = tuple[str, str, str, str, str, str, str]

ENTRIES: list[Entry] = [
    ("Paracetamol", "Paracetamol", "500 mg", "tablet", "tablet", "N02BE01", "0.06"),
    ("Paracetamol", "Paracetamol", "10 mg/ml", "infusion", "bottle", "N02BE01", "2.40"),
    ("Paracetamol", "Paracetamol", "250 mg", "suppository", "piece", "N02BE01", "0.28"),
    ("Ibuprofen", "Ibuprofen", "400 mg", "tablet", "tablet", "M01AE01", "0.09"),
    ("Ibuprofen", "Ibuprofen", "20 mg/ml", "suspension", "ml", "M01AE01", "0.03"),
    ("Voltaren", "Diclofenac", "75 mg/3 ml", "injection", "ampoule", "M01AB05", "0.85"),
    ("Novalgin", "Metamizole", "500 mg/ml", "drops", "ml", "N02BB02", "0.11"),
    ("Morphine", "Morphine", "10 mg/ml", "injection", "ampoule", "N02AA01", "1.35"),
    ("Morphine", "Morphine", "10 mg", "tablet", "tablet", "N02AA01", "0.42"),
    ("Durogesic", "Fentanyl", "25 µg/h", "patch", "piece", "N02AB03", "6.90"),
    ("Amoxicillin", "Amoxicillin", "500 mg", "capsule", "capsule", "J01CA04", "0.17"),
    (
        "Augmentin",
        "Amoxicillin and clavulanic acid",
        "875 mg/125 mg",
        "tablet",
        "tablet",
        "J01CR02",
        "0.38",
    ),
    ("Ceftriaxone", "Ceftriaxone", "1 g", "powder", "vial", "J01DD04", "3.20"),
    ("Cefuroxime", "Cefuroxime", "1.5 g", "powder", "vial", "J01DC02", "2.95"),
    ("Tazocin", "Piperacillin and tazobactam", "4 g/0.5 g", "powder", "vial", "J01CR05", "7.60"),
    ("Meropenem", "Meropenem", "1 g", "powder", "vial", "J01DH02", "9.80"),
    ("Ciprofloxacin", "Ciprofloxacin", "500 mg", "tablet", "tablet", "J01MA02", "0.29"),
    ("Metronidazole", "Metronidazole", "5 mg/ml", "infusion", "bag", "J01XD01", "2.10"),
    ("Aspirin", "Acetylsalicylic acid", "100 mg", "tablet", "tablet", "B01AC06", "0.04"),
    ("Plavix", "Clopidogrel", "75 mg", "tablet", "tablet", "B01AC04", "0.18"),
    ("Clexane", "Enoxaparin", "40 mg/0.4 ml", "injection", "dose", "B01AB05", "3.75"),
    ("Heparin", "Heparin", "25 000 IU/5 ml", "injection", "vial", "B01AB01", "4.60"),
    ("Eliquis", "Apixaban", "5 mg", "tablet", "tablet", "B01AF02", "1.20"),
    ("Metoprolol", "Metoprolol", "47.5 mg", "tablet", "tablet", "C07AB02", "0.11"),
    ("Bisoprolol", "Bisoprolol", "2.5 mg", "tablet", "tablet", "C07AB07", "0.08"),
    ("Ramipril", "Ramipril", "5 mg", "tablet", "tablet", "C09AA05", "0.09"),
    ("Amlodipine", "Amlodipine", "5 mg", "tablet", "tablet", "C08CA01", "0.07"),
    ("Furosemide", "Furosemide", "40 mg", "tablet", "tablet", "C03CA01", "0.06"),
    ("Furosemide", "Furosemide", "20 mg/2 ml", "injection", "ampoule", "C03CA01", "0.55"),
    ("Atorvastatin", "Atorvastatin", "20 mg", "tablet", "tablet", "C10AA05", "0.10"),
    ("Nitrolingual", "Glyceryl trinitrate", "0.4 mg", "other", "dose", "C01DA02", "0.07"),
    ("Adrenaline", "Epinephrine", "1 mg/ml", "injection", "ampoule", "C01CA24", "1.10"),
    ("Noradrenaline", "Norepinephrine", "1 mg/ml", "injection", "ampoule", "C01CA03", "2.30"),
    ("Ventolin", "Salbutamol", "100 µg", "inhaler", "dose", "R03AC02", "0.03"),
    ("Pulmicort", "Budesonide", "200 µg", "inhaler", "dose", "R03BA02", "0.09"),
    ("Prednisolone", "Prednisolone", "20 mg", "tablet", "tablet", "H02AB06", "0.16"),
    ("Hydrocortisone", "Hydrocortisone", "1 %", "cream", "g", "D07AA02", "0.15"),
    ("Euthyrox", "Levothyroxine", "75 µg", "tablet", "tablet", "H03AA01", "0.08"),
    ("Metformin", "Metformin", "850 mg", "tablet", "tablet", "A10BA02", "0.06"),
    ("Lantus", "Insulin glargine", "100 IU/ml", "injection", "ml", "A10AE04", "4.40"),
    ("Pantoprazole", "Pantoprazole", "40 mg", "tablet", "tablet", "A02BC02", "0.12"),
    ("Zofran", "Ondansetron", "4 mg/2 ml", "injection", "ampoule", "A04AA01", "0.95"),
    ("Lactulose", "Lactulose", "670 mg/ml", "syrup", "ml", "A06AD11", "0.02"),
    ("Sodium chloride", "Sodium chloride", "0.9 %", "infusion", "bag", "B05BB01", "1.05"),
    ("Glucose", "Glucose", "5 %", "infusion", "bag", "B05BA03", "1.15"),
    (
        "Potassium chloride",
        "Potassium chloride",
        "7.45 %",
        "infusion",
        "ampoule",
        "B05XA01",
        "0.70",
    ),
]


def stock(pharmacist: Actor, hospital: Hospital, chance: random.Random) -> None:
    """Fill the hospital's catalogue; most prices were lower last year, some go up next month."""
    for name, generic_name, strength, form, unit, atc_code, about in ENTRIES:
        medication = Medication(
            hospital=hospital, name=name, generic_name=generic_name, strength=strength, form=form, unit=unit,
            atc_code=atc_code,
        )  # fmt: skip
        prices = prices_of(MedicationPrice, Decimal(about), chance)
        catalogues.add(pharmacist, entry=medication, prices=prices)
