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
from functools import cache, lru_cache
from typing import Any
from uuid import UUID

from django.db.models import Case, Exists, Max, OuterRef, Value, When

from hospital.kit.actors import Actor
from hospital.kit.prepared import EACH, HERE, SELF, Prepared, shape_of
from hospital.kit.sortkeys import fold, parts
from records import abjads, likeness, nameruns
from records.likeness import FULL, Facts
from records.models import Patient, SearchKey

from . import undivided, vocabulary
from .clues import Clue, Group, Groups, Words, any_of, bounds_of, pattern_of
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
    "registration_id id family_name given_names birth_date sex phone postal_code address_line city has_former",
)


@dataclass(frozen=True, slots=True)
class Alike:
    """One registered patient, what is known of it, and how much speaks for being the one meant."""

    patient_id: UUID
    facts: Facts
    score: float
    registration_id: UUID
    is_former_name: bool = False


def facts_of(patient: Any, asked: Facts = EVERYTHING) -> Facts:
    """What is compared of a chart, or of one that is typed just now; what ``asked`` does not know is left out."""
    has_phone = patient.phone and asked.phones
    return Facts(
        names=name_of(patient.family_name, patient.given_names),
        born=patient.birth_date,
        sex=patient.sex,
        phones=frozenset({national(patient.phone)}) if has_phone else frozenset(),
        postal="".join(parts(patient.postal_code)) if asked.postal else "",
        street=street_key(patient.address_line) if asked.street else "",
        city=fold(patient.city) if asked.city else "",
    )


def name_of(family_name: str, given_names: str) -> tuple[str, ...]:
    """The words of a name as they are compared: the family name last, but first where names are written together."""
    parted = (given_names, family_name)
    ordered = parted[::-1] if undivided.has_any("".join(parted)) else parted
    return tuple(abjads.words_of(" ".join(ordered)))


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
class Clues:
    """What candidates are looked up by: each name, what must come with a name, and what is enough by itself."""

    names: Groups
    beside: Group = ()
    alone: Group = ()


def _clues(person: Facts) -> Clues:
    beside: Group = ()
    alone: list[Clue | Words] = []
    if len(person.born) == FULL:
        beside = (Words(Kind.BIRTH_DATE, tuple(likeness.dates_like(person.born))),)
    if person.phones:
        alone.append(Words(Kind.PHONE, tuple(person.phones)))
    if house := house_of(person):
        alone.append(Clue(Kind.ADDRESS, house))
    like = vocabulary.like(longest(person.names), nameruns.runs(person.names)).values()
    return Clues(tuple((Words(Kind.NAME, tuple(words)),) for words in like), beside, tuple(alone))


def house_of(person: Facts) -> str:
    """How the keys of a person's house begin, "" when it is not told."""
    number = re.match(r"\d+", person.street)
    return f"{person.postal} {number[0]}" if person.postal and number else ""


def longest(names: Iterable[str]) -> list[str]:
    """The names that are looked up by: a long one is shared by fewer."""
    return sorted(set(names), key=lambda name: (-len(name), name))[:NAMES_LOOKED_AT]


def candidates(actor: Actor, clues: Clues) -> set[UUID]:
    """Registrations that share two clues, or one that is enough: with one query, the rarest first."""
    groups = (_any_name(clues.names), clues.beside, clues.alone, *clues.names)
    asked = _sharing(pattern_of(groups))
    return {pk for (pk,) in asked.rows(actor.here, *bounds_of(groups))} if asked else set()


def _any_name(names: Groups) -> Group:
    """The keys of one of several names; the words in one list, which an index answers by itself."""
    every = [each for name in names for each in name]
    words = {text for each in every if isinstance(each, Words) for text in each.texts}
    one_list = [Words(Kind.NAME, tuple(sorted(words)))] if words else []
    return (*one_list, *(each for each in every if isinstance(each, Clue)))


@lru_cache(maxsize=256)
def _sharing(shape: Groups) -> Prepared | None:
    """Those candidates, for any that are told by as many clues of the same kinds; None when by too few."""
    any_name, beside, alone, *names = shape
    keys = SearchKey.objects.filter(hospital_id=HERE)
    named = keys.filter(any_of(any_name))
    queries = [keys.filter(any_of(alone))] if alone else []
    if names and beside:
        # IN, not EXISTS: SQLite would look through all that fit once for each key.
        queries.append(keys.filter(any_of(beside), registration__in=named.values("registration")))
    if len(names) > 1:
        queries.append(_with_two(named, names))
    if not queries:
        return None
    first, *others = (query.values_list("registration") for query in queries)
    rows = first.union(*others, all=True)[:MOST] if others else first[:MOST]
    return Prepared(rows, [HERE, *bounds_of(shape)], keeps_plan=False)


def _with_two(keys: Any, names: Sequence[Group]) -> Any:
    """The registrations of ``keys`` that have two of the names: all keys once, not once for each two names."""
    fits = (Max(Case(When(any_of(name), then=1), default=0)) for name in names)
    return keys.values("registration").annotate(fitting=sum(fits, Value(0))).filter(fitting__gte=2)


def scored(
    actor: Actor, person: Facts, registrations: Iterable[UUID], *, begun: Sequence[str] = ()
) -> list[Alike]:
    """The live ones that the actor sees, each with its score, by its own name or one of a chart that was merged into
    it. A name that goes on as one of ``begun`` is that.
    """
    wanted = list(registrations)
    if not wanted:
        return []
    answer = _listed(shape_of(actor)).rows(actor.hospital_id, actor.user_id, wanted)
    rows = [Told._make(row) for row in answer]
    former, starts = former_names(rows), _starts(begun)

    def judged(row: Any, told: Facts, *, is_former: bool = False) -> Alike:
        points = likeness.score(person, _as_begun(told, starts))
        return Alike(row.id, told, points, row.registration_id, is_former)

    found = []
    for row in rows:
        told = facts_of(row, person)
        by_former = (
            judged(row, replace(told, names=names), is_former=True)
            for names in former.get(row.id, ())
        )
        found.append(max([judged(row, told), *by_former], key=lambda each: each.score))
    return found


def former_names(rows: Iterable[Any]) -> dict[UUID, list[tuple[str, ...]]]:
    """The names that charts had that were merged into these (``Told``); nothing is asked when there are none."""
    found: dict[UUID, list[tuple[str, ...]]] = {}
    ids = [row.id for row in rows if row.has_former]
    for pk, family_name, given_names in _merged().rows(ids) if ids else ():
        found.setdefault(pk, []).append(name_of(family_name, given_names))
    return found


@cache
def _merged() -> Prepared:
    rows = Patient._base_manager.filter(merged_into__in=[EACH])
    return Prepared(rows.values_list("merged_into_id", "family_name", "given_names"), [[EACH]])


@lru_cache(maxsize=256)
def _listed(shape: Actor) -> Prepared:
    return Prepared(live_among(shape).values_list(*Told._fields), [HERE, SELF, [EACH]])


def live_among(shape: Actor) -> Any:
    """The live patients that an actor sees, among some registrations (``EACH``)."""
    return comparable(shape).filter(registration_id__in=[EACH])


def comparable(actor: Actor) -> Any:
    """The live patients that an actor sees, with what ``Told`` tells of them."""
    merged = Patient._base_manager.filter(merged_into=OuterRef("pk"))
    rows: Any = Patient.objects.visible_to(actor, "list").live()
    return rows.annotate(has_former=Exists(merged))


def _starts(begun: Sequence[str]) -> list[str]:
    """Words as far as they were typed, by themselves or with their neighbours, the longest first."""
    starts = {start for start in (*begun, *nameruns.runs(begun)) if len(start) > 1}
    return sorted(starts, key=lambda start: (-len(start), start))


def _as_begun(told: Facts, starts: Sequence[str]) -> Facts:
    names = tuple(
        next((start for start in starts if name.startswith(start)), name) for name in told.names
    )
    return told if names == told.names else replace(told, names=names)
