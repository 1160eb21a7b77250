"""Who fits nearly what was typed: a slip in a word, another spelling, day and month swapped, the end of a number."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from functools import lru_cache
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet

from hospital.kit import clock, partialdates
from hospital.kit.actors import Actor
from hospital.kit.prepared import EACH, HERE, SELF, Prepared, shape_of, some_text
from hospital.kit.sortkeys import parts
from records import likeness
from records.likeness import FULL, Facts
from records.models import Patient, SearchKey
from records.models.identifiers import key_of

from . import alike, typed, vocabulary
from .alike import Alike, Clues, Kind, Name
from .clues import Clue
from .search_keys import ending_key

SHORTEST_BEGINNING, SHORTEST_NUMBER, ENOUGH = 3, 4, 5
SPELLINGS_OF_ONE, YEAR = 8, 4
# What agreement on all that was typed would weigh, and how much of it is near enough to be shown.
NAME, BORN, NUMBER, NEAR = 5.0, 10.0, 4.0, 0.2


def search(actor: Actor, text: str, *, limit: int, least: int = ENOUGH) -> list[Alike]:
    """Live patients of the actor's hospital who fit most of what was typed, the likest first.

    Are they fewer than ``least``, also who fits less: by one name alone.
    """
    return near(actor, *_told(typed.understood(text)), limit=limit, least=least)


def near(
    actor: Actor, person: Facts, number: str = "", *, limit: int, least: int = ENOUGH
) -> list[Alike]:
    """The same for names and a birth date told apart; ``number`` may be an identifier, a phone, a postal code."""
    numbers = _keys_of_number(number)
    if numbers and not (person.names or person.born):
        return _numbered(actor, numbers, limit)
    most = (
        min(NAME * len(person.names), likeness.NAMES)
        + BORN * bool(person.born)
        + NUMBER * bool(numbers)
    )
    found: dict[UUID, Alike] = {}
    for clues in _clues(person, numbers):
        some = alike.scored(actor, person, alike.candidates(actor, clues), begun=person.names)
        some = _with_number(some, numbers) if numbers else some
        found |= {each.patient_id: each for each in some if each.score >= most * NEAR}
        if len(found) >= least:
            break
    return alike.ranked(found.values())[:limit]


def _told(said: typed.Typed) -> tuple[Facts, str]:
    """What was typed as facts of a person, and a number that may be anything. A year to come is a number."""
    born, number = said.birth_date, said.number
    if partialdates.begins_after(born, clock.today()):
        born, number = "", f"{number} {born}".strip()
    elif len(born) == YEAR and not number:
        number = born  # a postal code reads like a year
    return Facts(names=tuple(parts(said.name)), born=born), number or said.phone


def _keys_of_number(number: str) -> list[Clue]:
    """How a number may be somebody's: an identifier or a phone by its beginning or its end, a postal code."""
    key = key_of(number)
    if len(key) < SHORTEST_NUMBER:
        return []
    digits = re.sub(r"\D", "", number).lstrip("0") or key
    return [
        Clue(Kind.IDENTIFIER, key),
        Clue(Kind.PHONE, digits),
        Clue(Kind.ENDING, ending_key(key)),
        Clue(Kind.ADDRESS, f"{key.lower()} "),
    ]


def _clues(person: Facts, numbers: list[Clue]) -> Iterator[Clues]:
    """What to look by: two things that fit together, then, when that is hardly anybody, any one name."""
    names = alike.longest(person.names)
    like = vocabulary.like(names)
    beside = [*_dates(person.born), *(each.q() for each in numbers)]
    if len(names) > 1 or beside:
        alone = beside if not names else [Q(kind=Kind.BIRTH_DATE, key=person.born)]
        yield Clues(_names(names, like), beside, alone)
    if names:
        spelled = [word for name in names for word in like[name][:SPELLINGS_OF_ONE]]
        yield Clues([], alone=[Q(kind=Kind.NAME, key__in=spelled)])


def _names(names: list[str], like: dict[str, list[str]]) -> list[Name]:
    """Each name with those like it, and with what it may become when it is typed to its end.

    Those are spelled out where they are not too many: words alone are answered by an index without the table.
    """
    long = [name for name in names if len(name) >= SHORTEST_BEGINNING]
    begun = vocabulary.begun(long)
    return [
        Name(like[name] + begun.get(name, []), "" if begun or name not in long else name)
        for name in names
    ]


def _dates(born: str) -> list[Q]:
    if len(born) == FULL:
        return [Q(kind=Kind.BIRTH_DATE, key__in=likeness.dates_like(born))]
    return [Clue(Kind.BIRTH_DATE, born).q()] if born else []


def _numbered(actor: Actor, numbers: list[Clue], limit: int) -> list[Alike]:
    """Those whose number it may be, by name; nothing else was told of them, so no more are read than are wanted."""
    rows = _owners(_kinds(numbers)).rows(actor.here, *_texts(numbers))
    owners = {pk for (pk,) in rows}
    if len(owners) > limit:
        named = _by_name(shape_of(actor)).rows(actor.hospital_id, actor.user_id, list(owners))
        owners = {pk for (pk,) in list(named)[:limit]}
    found = [replace(each, score=NUMBER) for each in alike.scored(actor, Facts(), owners)]
    return alike.ranked(found)


def _with_number(found: list[Alike], numbers: list[Clue]) -> list[Alike]:
    """More for those whose number it is."""
    asked = _owners_of_some(_kinds(numbers))
    rows = asked.rows([each.registration_id for each in found], *_texts(numbers))
    theirs = {pk for (pk,) in rows}
    return [
        replace(each, score=each.score + NUMBER) if each.registration_id in theirs else each
        for each in found
    ]


def _kinds(numbers: list[Clue]) -> tuple[str, ...]:
    return tuple(each.kind for each in numbers)


def _texts(numbers: list[Clue]) -> list[str]:
    return [bound for each in numbers for bound in each.bounds()]


@lru_cache(maxsize=16)
def _owners(kinds: tuple[str, ...]) -> Prepared:
    """The registrations at a hospital that have one of several numbers, at most so many as are compared."""
    keys, texts = _having(kinds)
    rows = keys.filter(hospital_id=HERE).values_list("registration")
    return Prepared(rows[: alike.MOST], [HERE, *texts], keeps_plan=False)


@lru_cache(maxsize=256)
def _by_name(shape: Actor) -> Prepared:
    """The live ones among some registrations, in the order of their names."""
    rows: Any = Patient.objects.visible_to(shape, "list").live()
    rows = rows.filter(registration_id__in=[EACH]).order_by("sort_key", "id")
    return Prepared(rows.values_list("registration_id"), [HERE, SELF, EACH])


@lru_cache(maxsize=16)
def _owners_of_some(kinds: tuple[str, ...]) -> Prepared:
    """Those among some registrations."""
    keys, texts = _having(kinds)
    rows = keys.filter(registration__in=[EACH]).values_list("registration")
    return Prepared(rows, [EACH, *texts])


def _having(kinds: tuple[str, ...]) -> tuple[QuerySet[SearchKey], list[str]]:
    numbers = [Clue(kind, some_text(at)) for at, kind in enumerate(kinds)]
    fits = alike.any_of([each.q() for each in numbers])
    return SearchKey.objects.filter(fits), _texts(numbers)
