"""The invented patients: registered, corrected, retired and met again like real ones."""

import random

from hospital.kit.actors import Actor
from records.models import Patient, PatientContact, PatientIdentifier
from records.models.patients import BloodGroup
from records.services import matching
from records.services import patients as charts

from . import names
from .names import Name
from .places import BRIGID, COLUMBA, Place

PEOPLE = {BRIGID.code: names.BRIGID, COLUMBA.code: names.COLUMBA}
RELATIONSHIPS = ("spouse", "parent", "child", "sibling", "friend")


def register_all(
    reception: Actor, administrator: Actor, place: Place, chance: random.Random
) -> None:
    """Register the hospital's own patients, and do to some what happens to patients."""
    made = [_register(reception, place, name, chance) for name in PEOPLE[place.code]]
    made.append(_register_unknown(reception))
    for chart in made[5::12]:
        chart.phone = _phone(place, chance)
        charts.update(reception, patient=chart, expected_version=chart.version)
    for chart in made[9::24]:
        chart.is_deceased, chart.deceased_on = True, "2026-08-03"
        charts.update(reception, patient=chart, expected_version=chart.version)
    twice = made[3]
    charts.retire(reception, patient=twice, reason="Registered twice")
    charts.restore(administrator, patient=twice)
    charts.retire(reception, patient=made[-3], reason="Registered twice")


def register_shared(first: Actor, second: Actor, chance: random.Random) -> None:
    """Register people at the first hospital and find them again at the second, by their passports."""
    for number, name in enumerate(names.BOTH):
        passport = PatientIdentifier(
            kind="passport", system="XX", value=f"X{7_301_100 + number * 37}"
        )
        chart = _facts(BRIGID, name, chance)
        charts.register(first, patient=chart, identifiers=[passport])
        match = matching.elsewhere(second, identifier=passport.value)[0]
        charts.register_here(second, match=match.match, reason="Here today with a referral")


def _register(reception: Actor, place: Place, name: Name, chance: random.Random) -> Patient:
    identifiers, contacts = [], []
    if chance.random() < 0.5:
        value = f"{chance.randrange(10**9, 10**10)}"
        identifiers = [PatientIdentifier(kind="insurance", system=place.insurer, value=value)]
    if chance.random() < 0.4:
        contact = f"{name[1].split()[0]}’s contact"
        relationship = chance.choice(RELATIONSHIPS)
        phone = _phone(place, chance)
        contacts = [PatientContact(name=contact, relationship=relationship, phone=phone)]
    chart = _facts(place, name, chance)
    return charts.register(reception, patient=chart, identifiers=identifiers, contacts=contacts)


def _register_unknown(reception: Actor) -> Patient:
    """Somebody brought in unconscious."""
    chart = Patient(
        is_unidentified=True, sex="male", birth_date="1965", is_birth_date_estimated=True
    )
    return charts.register(reception, patient=chart)


def _facts(place: Place, name: Name, chance: random.Random) -> Patient:
    family_name, given_names, sex = name
    birth_date, is_estimated = _birth_date(chance)
    return Patient(
        family_name=family_name,
        given_names=given_names,
        sex=sex,
        birth_date=birth_date,
        is_birth_date_estimated=is_estimated,
        phone=_phone(place, chance),
        email=f"patient{chance.randrange(1000, 9999)}@example.org" if chance.random() < 0.3 else "",
        address_line=f"{chance.choice(place.streets)} {chance.randint(1, 140)}",
        city=place.city,
        postal_code=chance.choice(place.postal_codes),
        country=place.facts["country"],
        blood_group=chance.choice(["", "", *BloodGroup.values]),
    )


def _birth_date(chance: random.Random) -> tuple[str, bool]:
    """Mostly a full date, sometimes the month or the year alone, sometimes an estimate."""
    year, month, day = chance.randint(1931, 2025), chance.randint(1, 12), chance.randint(1, 28)
    known = chance.random()
    if known < 0.06:
        return f"{year}", True
    if known < 0.10:
        return f"{year}-{month:02}", False
    return f"{year}-{month:02}-{day:02}", False


def _phone(place: Place, chance: random.Random) -> str:
    """A number that is kept free for fiction."""
    digits = 2 if place is BRIGID else 3
    return f"{place.mobile}{chance.randrange(10**digits):0{digits}}"
