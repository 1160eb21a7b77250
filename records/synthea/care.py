"""Encounters, what was measured in them, and what was done and given."""

import datetime as dt
import re
from collections import defaultdict
from decimal import Decimal, InvalidOperation
from typing import Any

from hospital.models import Clinic, Doctor
from records import vitals
from records.models import (
    Encounter,
    InPatient,
    Medication,
    MedicationPrice,
    Observation,
    OutPatient,
    Procedure,
    ProcedurePrice,
    Treatment,
    TreatmentMedication,
)
from records.services import catalogues, observations, past

from .known import Known, Unknown
from .reading import Row, Source, moment, short

KINDS = {
    "inpatient": Encounter.Kind.INPATIENT,
    "emergency": Encounter.Kind.EMERGENCY,
    "urgentcare": Encounter.Kind.EMERGENCY,
}
LOINC = re.compile(r"\d{1,6}-\d")
OWN_SYSTEM = "https://synthetichealth.github.io/synthea"
UNITLESS = "{score}"
DISPENSING = "DISPENSING"


def encounter(known: Known, row: Row, key: str) -> None:
    kind = KINDS.get(row["ENCOUNTERCLASS"], Encounter.Kind.OUTPATIENT)
    is_stay = kind == Encounter.Kind.INPATIENT
    about = {} if is_stay else {"clinic": known.find(Clinic, row["ORGANIZATION"])}
    entry = (InPatient if is_stay else OutPatient)(
        hospital_id=known.actor.here, kind=kind, patient=known.patient(row),
        attending=known.find(Doctor, row["PROVIDER"]), starts_at=moment(row["START"]),
        complaint=short(row["REASONDESCRIPTION"] or row["DESCRIPTION"], 200), **about,
    )  # fmt: skip
    ends_at = max(moment(row["STOP"]), entry.starts_at + dt.timedelta(seconds=1))
    past.enter_encounter(known.actor, encounter=entry, ends_at=ends_at, external_id=key)


def observation(known: Known, row: Row, key: str) -> None:
    value = _number(row)
    is_loinc = LOINC.fullmatch(row["CODE"])
    entry = Observation(
        patient=known.patient(row), encounter=known.encounter(row),
        category=row["CATEGORY"] if row["CATEGORY"] in Observation.Category.values else "other",
        code_system=vitals.LOINC_SYSTEM if is_loinc else OWN_SYSTEM, code=row["CODE"],
        name=short(row["DESCRIPTION"], 200), value=value,
        unit="" if value is None else _unit(row),
        value_text=short(row["VALUE"], 500) if value is None else "",
        taken_at=moment(row["DATE"]), **Observation.recorder(known.actor),
    )  # fmt: skip
    observations.record(known.actor, observations=[entry], is_confirmed=True, external_ids=[key])


def procedure(known: Known, row: Row, key: str) -> None:
    place = known.encounter(row)
    treatment = _treatment(known, place, known.find(Procedure, row["CODE"]))
    past.enter_treatment(
        known.actor, treatment=treatment, done_at=moment(row["START"]), external_id=key
    )


def dispensing(known: Known, rows: list[Row], key: str) -> None:
    """All that was given out in one encounter."""
    place = known.encounter(rows[0])
    quantities: dict[str, Decimal] = defaultdict(Decimal)
    for row in rows:
        quantities[row["CODE"]] += Decimal(row["DISPENSES"])
    treatment = _treatment(known, place, known.find(Procedure, DISPENSING))
    past.enter_treatment(
        known.actor,
        treatment=treatment,
        done_at=min(moment(row["START"]) for row in rows),
        medications=[
            TreatmentMedication(medication=known.find(Medication, code), quantity=quantity)
            for code, quantity in quantities.items()
        ],
        external_id=key,
    )


def stock(known: Known, source: Source) -> list[tuple[type, str, Row]]:
    """What the catalogues need: (model, id, the last row that tells its price, from its first day on)."""
    wanted: dict[tuple[type, str], Row] = {}
    files: tuple[tuple[type, str], ...] = ((Procedure, "procedures"), (Medication, "medications"))
    for model, name in files:
        for _line, row in sorted(source.rows(name), key=lambda each: each[1]["START"]):
            first = wanted.get((model, row["CODE"]), row)
            wanted[model, row["CODE"]] = {**row, "START": first["START"]}
    given = {"DESCRIPTION": "Medication given out", "BASE_COST": "0.00", "START": "1900-01-01"}
    wanted[Procedure, DISPENSING] = {**given, "CODE": DISPENSING}
    return [(model, code, row) for (model, code), row in wanted.items()]


def catalogue_entry(known: Known, model: type, code: str, row: Row) -> None:
    """An entry with its price from the first day on which it was used."""
    about = {"hospital_id": known.actor.here, "name": short(row["DESCRIPTION"], 120)}
    price = {"amount": row["BASE_COST"], "valid_from": dt.date.fromisoformat(row["START"][:10])}
    is_medication = model is Medication
    entry: Any = Medication(form="other", unit="piece", **about) if is_medication else None
    entry = entry or Procedure(code=code, **about)
    prices = [MedicationPrice(**price) if is_medication else ProcedurePrice(**price)]
    catalogues.add(known.actor, entry=entry, prices=prices, external_id=code)


def _treatment(known: Known, place: Encounter | None, what: Procedure | None) -> Treatment:
    if place is None or place.attending is None or what is None:
        raise Unknown("encounter, doctor or procedure")
    return Treatment(
        patient_id=place.patient_id, encounter=place, doctor=place.attending, procedure=what,
        **Treatment.recorder(known.actor),
    )  # fmt: skip


def _number(row: Row) -> Decimal | None:
    if row["TYPE"] != "numeric":
        return None
    try:
        return Decimal(row["VALUE"])
    except InvalidOperation:
        return None


def _unit(row: Row) -> str:
    return UNITLESS if row["UNITS"] in {"", "null"} else row["UNITS"]
