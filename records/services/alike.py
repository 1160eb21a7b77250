"""Who may be meant: registered patients like what is known of a person, the likest first.

Nobody is compared with everybody. Those who share one of a few strong clues are looked up by their
search keys, and only they are scored (``records.likeness``). The same few questions however many
patients there are.
"""

from __future__ import annotations

import math
import re
from collections import namedtuple
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any
from uuid import UUID

from django.db.models import Case, Max, Q, Value, When

from hospital.kit.actors import Actor
from hospital.kit.prepared import EACH, HERE, SELF, Prepared, shape_of
from hospital.kit.sortkeys import fold, parts
from records import likeness
from records.likeness import FULL, Facts
from records.models import Patient, SearchKey

from . import vocabulary
from .clues import Clue
from .search_keys import national, street_key

Kind = SearchKey.Kind
# So many are scored at most; those who share two common names come last.
MOST = 100
NAMES_LOOKED_AT = 4
# So many of one name are no more than chance, or entered twice.
RARE = 4
# Asks for every fact.
EVERYTHING = Facts(phones=frozenset({""}), postal=" ", street=" ", city=" ")
Told = namedtuple(
    "Told",
    "registration_id id family_name given_names birth_date sex phone postal_code address_line city",
)


@dataclass(frozen=True, slots=True)
class Alike:
    """One registered patient, what is known of it, and how much speaks for being the one meant."""

    patient_id: UUID
    facts: Facts
    score: float
    registration_id: UUID


def facts_of(patient: Any, asked: Facts = EVERYTHING) -> Facts:
    """What is compared of a chart, or of one that is typed just now; what ``asked`` does not know is left out."""
    has_phone = patient.phone and asked.phones
    return Facts(
        names=tuple(parts(f"{patient.given_names} {patient.family_name}")),
        born=patient.birth_date,
        sex=patient.sex,
        phones=frozenset({national(patient.phone)}) if has_phone else frozenset(),
        postal="".join(parts(patient.postal_code)) if asked.postal else "",
        street=street_key(patient.address_line) if asked.street else "",
        city=fold(patient.city) if asked.city else "",
    )


def to(actor: Actor, person: Facts, *, least: float, but: UUID | None = None) -> list[Alike]:
    """Live patients of the actor's hospital who score at least ``least`` against a person."""
    shared = candidates(actor, _clues(person))
    found = scored(actor, person, shared) if shared else []
    others = _rarer(person, [each for each in found if each.patient_id != but])
    return ranked(each for each in others if each.score >= least)


def _rarer(person: Facts, found: list[Alike]) -> list[Alike]:
    """The more people have this very name, the less it says: one bit for twice as many, from four on."""
    less = less_for(person, [each.facts for each in found])
    return [replace(each, score=each.score - less) for each in found] if less else found


def less_for(person: Facts, found: Sequence[Facts]) -> float:
    """How much less a likeness says when so many of those found have the very name of the person."""
    named = sum(set(each.names) >= set(person.names) for each in found) if person.names else 0
    return math.log2(max(named / RARE, 1.0))


def ranked(found: Iterable[Alike]) -> list[Alike]:
    """The likest first; those of one score by name."""
    return sorted(found, key=lambda each: (-each.score, each.facts.names, each.patient_id))


@dataclass(frozen=True, slots=True)
class Name:
    """One name: the words that are like it, and how one may begin that it is the beginning of."""

    words: Sequence[str]
    beginning: str = ""

    def q(self) -> Q:
        like = Q(kind=Kind.NAME, key__in=self.words)
        return like | Clue(Kind.NAME, self.beginning).q() if self.beginning else like


@dataclass(frozen=True, slots=True)
class Clues:
    """What candidates are looked up by: each name, what must come with a name, and what is enough by itself."""

    names: Sequence[Name]
    beside: Sequence[Q] = ()
    alone: Sequence[Q] = ()


def _clues(person: Facts) -> Clues:
    beside, alone = [], []
    if len(person.born) == FULL:
        beside.append(Q(kind=Kind.BIRTH_DATE, key__in=likeness.dates_like(person.born)))
    if person.phones:
        alone.append(Q(kind=Kind.PHONE, key__in=person.phones))
    if house := house_of(person):
        alone.append(Clue(Kind.ADDRESS, house).q())
    like = vocabulary.like(longest(person.names)).values()
    return Clues([Name(words) for words in like], beside, alone)


def house_of(person: Facts) -> str:
    """How the keys of a person's house begin, "" when it is not told."""
    number = re.match(r"\d+", person.street)
    return f"{person.postal} {number[0]}" if person.postal and number else ""


def longest(names: Iterable[str]) -> list[str]:
    """The names that are looked up by: a long one is shared by fewer."""
    return sorted(set(names), key=lambda name: (-len(name), name))[:NAMES_LOOKED_AT]


def candidates(actor: Actor, clues: Clues) -> set[UUID]:
    """Registrations that share two clues, or one that is enough: with one query, the rarest first."""
    keys = SearchKey.objects.filter(hospital_id=actor.here)
    queries = [keys.filter(any_of(clues.alone))] if clues.alone else []
    named = _any_name(clues.names)
    if clues.names and clues.beside:
        # IN, not EXISTS: SQLite would look through all that fit once for each key.
        theirs = keys.filter(named).values("registration")
        queries.append(keys.filter(any_of(clues.beside), registration__in=theirs))
    if len(clues.names) > 1:
        queries.append(_with_two(keys.filter(named), clues.names))
    if not queries:
        return set()
    first, *others = (query.values_list("registration", flat=True) for query in queries)
    return set(first.union(*others, all=True)[:MOST] if others else first[:MOST])


def _any_name(names: Sequence[Name]) -> Q:
    """The keys of one of several names; the words in one list, which an index answers by itself."""
    words = Q(kind=Kind.NAME, key__in=sorted({word for name in names for word in name.words}))
    return any_of(
        [words, *(Clue(Kind.NAME, name.beginning).q() for name in names if name.beginning)]
    )


def _with_two(keys: Any, names: Sequence[Name]) -> Any:
    """The registrations of ``keys`` that have two of the names: all keys once, not once for each two names."""
    fits = (Max(Case(When(name.q(), then=1), default=0)) for name in names)
    return keys.values("registration").annotate(fitting=sum(fits, Value(0))).filter(fitting__gte=2)


def any_of(conditions: Sequence[Q]) -> Q:
    """What fits one of several conditions."""
    either = Q()
    for each in conditions:
        either |= each
    return either


def scored(
    actor: Actor, person: Facts, registrations: Iterable[UUID], *, begun: Sequence[str] = ()
) -> list[Alike]:
    """The live ones that the actor sees, each with its score. A name that goes on as one of ``begun`` is that."""
    wanted = list(registrations)
    if not wanted:
        return []
    rows = _listed(shape_of(actor)).rows(actor.hospital_id, actor.user_id, wanted)
    found = ((row.registration_id, row.id, facts_of(row, person)) for row in map(Told._make, rows))
    return [
        Alike(pk, told, likeness.score(person, _as_begun(told, begun)), key)
        for key, pk, told in found
    ]


@lru_cache(maxsize=256)
def _listed(shape: Actor) -> Prepared:
    rows: Any = Patient.objects.visible_to(shape, "list").live()
    rows = rows.filter(registration_id__in=[EACH])
    return Prepared(rows.values_list(*Told._fields), [HERE, SELF, EACH])


def _as_begun(told: Facts, begun: Sequence[str]) -> Facts:
    names = tuple(
        next((start for start in begun if len(start) > 1 and name.startswith(start)), name)
        for name in told.names
    )
    return told if names == told.names else replace(told, names=names)
