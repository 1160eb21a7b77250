"""Invented people: the same ones for the same seed."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import accumulate
from random import Random
from typing import Any

from records.models import PatientContact, PatientIdentifier
from records.models.patients import BloodGroup, Sex

from .names import CULTURES, Culture, rare

_CULTURE_WEIGHTS = list(accumulate(culture.weight for culture in CULTURES))
_STREETS = ("Station Road", "Church Lane", "Main Street", "Mill Lane", "Park Avenue", "Hill Street")
_OLDEST = 101 * 365
_LONGEST_AGO = 20 * 365


@dataclass
class Person:
    """What reception would be told: facts of a chart, its identifiers and contacts."""

    facts: dict[str, Any]
    identifiers: list[dict[str, str]] = field(default_factory=list)
    contacts: list[dict[str, str]] = field(default_factory=list)


def person(draw: Random, number: int, today: date) -> Person:
    """One more person. ``number`` keeps what must be unique apart."""
    culture = draw.choices(CULTURES, cum_weights=_CULTURE_WEIGHTS)[0]
    if draw.random() < 0.003:
        return Person({"is_unidentified": True, "sex": Sex.UNKNOWN, "is_birth_date_estimated": True,
                       "birth_date": str(today.year - draw.randrange(18, 90))})  # fmt: skip
    sex = draw.choices((Sex.FEMALE, Sex.MALE, Sex.OTHER), (50, 49, 1))[0]
    facts = {"sex": sex, "language": culture.language, **_name(draw, culture, sex)}
    born = today - timedelta(days=int(draw.triangular(0, _OLDEST, 42 * 365)))
    facts |= _birth(draw, born) | _address(draw, culture, number) | _body(draw, born, today)
    return Person(facts, _identifiers(draw, culture, number), _contacts(draw, culture, facts))


def _name(draw: Random, culture: Culture, sex: str) -> dict[str, str]:
    given = culture.women if sex == Sex.FEMALE else culture.men
    family, first = _common(draw, culture.families), _common(draw, given)
    luck = draw.random()
    if luck < 0.01:
        return {"given_names": first}
    if luck < 0.05:
        family = f"{family}-{_common(draw, culture.families)}"
    elif luck < 0.25:
        family = rare(draw)
    if luck > 0.7:
        first = f"{first} {_common(draw, given)}"
    return {"family_name": family, "given_names": first}


def _common(draw: Random, names: tuple[str, ...]) -> str:
    """A name of a list whose first ones are the commonest."""
    return names[int(len(names) * draw.random() ** 1.7)]


def _birth(draw: Random, born: date) -> dict[str, Any]:
    luck = draw.random()
    if luck < 0.01:
        return {}
    if luck < 0.05:
        return {"birth_date": str(born.year), "is_birth_date_estimated": luck < 0.03}
    return {"birth_date": born.isoformat()[: 7 if luck < 0.06 else 10]}


def _address(draw: Random, culture: Culture, number: int) -> dict[str, str]:
    facts = {"country": culture.country}
    if draw.random() < 0.85:
        facts["phone"] = _phone(draw, culture)
    if draw.random() < 0.8:
        facts["address_line"] = f"{draw.choice(_STREETS)} {draw.randrange(1, 200)}"
        facts["postal_code"] = f"{draw.randrange(10_000, 99_999)}"
        facts["city"] = _common(draw, culture.cities)
    if draw.random() < 0.25:
        facts["email"] = f"person{number}@example.org"
    return facts


def _phone(draw: Random, culture: Culture) -> str:
    missing = culture.phone.count("#")
    return culture.phone.rstrip("#") + f"{draw.randrange(10**missing):0{missing}}"


def _body(draw: Random, born: date, today: date) -> dict[str, Any]:
    facts: dict[str, Any] = {}
    if draw.random() < 0.3:
        facts["blood_group"] = draw.choice(BloodGroup.values)
    if draw.random() < 0.03:
        died = max(born, today - timedelta(days=draw.randrange(_LONGEST_AGO)))
        facts |= {"is_deceased": True, "deceased_on": died.isoformat()}
    return facts


def _identifiers(draw: Random, culture: Culture, number: int) -> list[dict[str, str]]:
    kinds = PatientIdentifier.Kind
    found = []
    if draw.random() < 0.3:
        value = f"{draw.randrange(1000)}-{number:09}"
        found.append({"kind": str(kinds.NATIONAL), "system": culture.country, "value": value})
    if draw.random() < 0.1:
        value = f"{draw.choice('ACKX')}{number:08}"
        found.append({"kind": str(kinds.INSURANCE), "system": "AOK", "value": value})
    return found


def _contacts(draw: Random, culture: Culture, facts: dict[str, Any]) -> list[dict[str, str]]:
    if draw.random() > 0.2:
        return []
    name = f"{_common(draw, culture.women)} {facts.get('family_name', '')}".strip()
    relationship = draw.choice(PatientContact.Relationship.values)
    return [{"name": name, "relationship": relationship, "phone": _phone(draw, culture)}]
