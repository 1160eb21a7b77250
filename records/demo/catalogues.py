"""The demo's catalogues of what is done and what is used up, and the invented prices of all three."""

import random
from datetime import timedelta
from decimal import Decimal
from typing import Any

from hospital.kit import clock
from hospital.kit.actors import Actor
from hospital.models import Hospital
from records.models import Consumable, ConsumablePrice, Procedure, ProcedurePrice
from records.models.prices import Price
from records.services import catalogues

# Code, name, department ("" for all of them), note, about what it costs.
PROCEDURES = [
    ("CONS-1", "First consultation", "", "Up to 40 minutes", "68.00"),
    ("CONS-2", "Follow-up consultation", "", "Up to 20 minutes", "38.00"),
    ("CONS-N", "Consultation at night", "", "22:00 to 06:00", "95.00"),
    ("BLOOD", "Blood taken from a vein", "", "", "7.50"),
    ("IV-LINE", "Peripheral venous line", "", "", "14.00"),
    ("DRESS", "Dressing changed", "", "Material is charged apart", "16.50"),
    ("XRAY-CH", "Chest X-ray, two views", "", "", "54.00"),
    ("ECG12", "Electrocardiogram, 12 leads", "CARD", "At rest", "32.00"),
    ("ECG-EX", "Exercise electrocardiogram", "CARD", "On the bicycle, 30 minutes", "88.00"),
    ("ECHO", "Echocardiography through the chest", "CARD", "", "145.00"),
    ("HOLTER", "Electrocardiogram over 24 hours", "CARD", "", "76.00"),
    ("PACE-CK", "Pacemaker check", "CARD", "", "62.00"),
    ("CORO", "Coronary angiography", "CARD", "Contrast is charged apart", "1180.00"),
    ("SUTURE", "Wound closed by suture", "SURG", "Up to 5 cm", "58.00"),
    ("DRAIN", "Abscess opened and drained", "SURG", "", "112.00"),
    ("APPEND", "Appendix removed, keyhole", "SURG", "", "1850.00"),
    ("CHOLE", "Gallbladder removed, keyhole", "SURG", "", "2240.00"),
    ("HERNIA", "Inguinal hernia repaired", "SURG", "One side", "1420.00"),
    ("US-PREG", "Ultrasound in pregnancy", "MAT", "", "64.00"),
    ("CTG", "Cardiotocography", "MAT", "30 minutes", "29.00"),
    ("BIRTH", "Birth, attended", "MAT", "", "980.00"),
    ("SECTIO", "Caesarean section", "MAT", "", "1960.00"),
    ("CHECK-C", "Check-up of a child", "PAED", "", "48.00"),
    ("NEBUL", "Inhalation by nebuliser", "PAED", "", "12.00"),
    ("GASTRO", "Gastroscopy", "MED", "With biopsy", "210.00"),
    ("COLON", "Colonoscopy", "MED", "With biopsy", "340.00"),
    ("SPIRO", "Spirometry", "MED", "", "42.00"),
]

# Code, name, unit, about what one unit costs.
CONSUMABLES = [
    ("GLOVE-M", "Examination gloves, nitrile, M", "pair", "0.14"),
    ("GLOVE-S7", "Surgical gloves, sterile, 7", "pair", "0.95"),
    ("GAUZE-10", "Gauze swabs, sterile, 10 × 10 cm", "pack", "0.62"),
    ("DRESS-F", "Foam dressing, 10 × 10 cm", "piece", "4.80"),
    ("BANDAGE", "Elastic bandage, 8 cm wide", "metre", "0.35"),
    ("PLASTER", "Plaster of Paris bandage, 10 cm", "piece", "2.15"),
    ("CANNULA", "Venous cannula, 20 G", "piece", "0.88"),
    ("INF-SET", "Infusion set with filter", "set", "1.30"),
    ("SUT-SET", "Suture set, single use", "set", "7.90"),
    ("CATH-14", "Urinary catheter, 14 Ch", "piece", "3.60"),
    ("CONTR-I", "Contrast medium, iodinated, 300 mg/ml", "ml", "0.42"),
    ("US-GEL", "Ultrasound gel", "g", "0.01"),
    ("MASK-2", "Surgical masks, type IIR", "pack", "3.20"),
]


def stock(administrator: Actor, hospital: Hospital, chance: random.Random) -> None:
    """Fill the hospital's catalogues of procedures and consumables."""
    departments: dict[str, Any] = {row.code: row for row in hospital.departments.live()}
    for code, name, at, note, about in PROCEDURES:
        procedure = Procedure(
            hospital=hospital, code=code, name=name, department=departments.get(at), note=note
        )
        prices = prices_of(ProcedurePrice, Decimal(about), chance)
        catalogues.add(administrator, entry=procedure, prices=prices)
    for code, name, unit, about in CONSUMABLES:
        consumable = Consumable(hospital=hospital, code=code, name=name, unit=unit)
        prices = prices_of(ConsumablePrice, Decimal(about), chance)
        catalogues.add(administrator, entry=consumable, prices=prices)


def prices_of(model: type[Price], about: Decimal, chance: random.Random) -> list[Any]:
    """What it cost last year, costs now and, one time in five, will cost from next month on."""
    today = clock.today()
    this_year, next_month = today.replace(month=1, day=1), (today.replace(day=28) + timedelta(4))
    next_month = next_month.replace(day=1)
    now = max(Decimal("0.01"), round(about * chance.randint(96, 118) / 100, 2))
    rises = chance.random() < 0.2
    prices = [
        model(
            amount=about,
            valid_from=this_year.replace(year=this_year.year - 1),
            valid_to=this_year - timedelta(1),
        ),
        model(
            amount=now,
            valid_from=this_year,
            valid_to=next_month - timedelta(1) if rises else None,
        ),
    ]
    if rises:
        later = round(now * Decimal("1.05"), 2) + Decimal("0.01")
        prices.append(model(amount=later, valid_from=next_month))
    return prices
