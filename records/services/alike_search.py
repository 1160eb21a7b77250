"""Who fits nearly what was typed: a slip in a word, another spelling, day and month swapped, the end of a number."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from functools import lru_cache
from uuid import UUID

from django.db.models import QuerySet

from hospital.kit import clock, partialdates
from hospital.kit.actors import Actor
from hospital.kit.prepared import EACH, HERE, SELF, Prepared, shape_of
from records import likeness, nameruns
from records.likeness import FULL, Facts
from records.models import SearchKey
from records.models.identifiers import key_of

from . import alike, typed, vocabulary
from .alike import Alike, Clues, Kind
from .clues import Clue, Exact, Group, Groups, Words, any_of, bounds_of, pattern_of
from .readings import MOST_GROUPS
from .search_keys import ending_key

SHORTEST_BEGINNING, SHORTEST_NUMBER, ENOUGH = 3, 4, 5
SPELLINGS_OF_ONE, YEAR = 8, 4
# What agreement on all that was typed would weigh, and how much of it is near enough to be shown.
NAME, BORN, NUMBER, NEAR = 5.0, 10.0, 4.0, 0.2
# One of two names: a title before it, a former name. Only where hardly anybody is near.
LESS = 0.1


def search(actor: Actor, text: str, *, limit: int, least: int = ENOUGH) -> list[Alike]:
    """Live patients of the actor's hospital who fit most of what was typed, the likest first.

    Are they fewer than ``least``, also who fits less: by one name alone.
    """
    return near(actor, *_told(typed.understood(text)), limit=limit, least=least)


def near(
    actor: Actor, person: Facts, number: str = "", *, limit: int, least: int = ENOUGH
) -> list[Alike]:
    """The same for names and a birth date told apart; ``number`` may be an identifier, a phone, a postal code."""
    person = replace(person, names=person.names[:MOST_GROUPS])
    numbers = _keys_of_number(number)
    if numbers and not (person.names or person.born):
        return _numbered(actor, numbers, limit)
    most = (
        min(NAME * len(person.names), likeness.NAMES)
        + BORN * bool(person.born)
        + NUMBER * bool(numbers)
    )
    found: dict[UUID, Alike] = {}
    less: dict[UUID, Alike] = {}
    for clues in _clues(person, numbers):
        some = alike.scored(actor, person, alike.candidates(actor, clues), begun=person.names)
        some = _with_number(some, numbers) if numbers else some
        found |= {each.patient_id: each for each in some if each.score >= most * NEAR}
        less |= {each.patient_id: each for each in some if each.score >= most * LESS}
        if len(found) >= least:
            break
    others = alike.ranked(each for pk, each in less.items() if pk not in found)
    return [*alike.ranked(found.values()), *others[: max(least - len(found), 0)]][:limit]


def _told(said: typed.Typed) -> tuple[Facts, str]:
    """What was typed as facts of a person, and a number that may be anything. A year to come is a number."""
    born, number = said.birth_date, said.number
    if partialdates.begins_after(born, clock.today()):
        born, number = "", f"{number} {born}".strip()
    elif len(born) == YEAR and not number:
        number = born  # a postal code reads like a year
    names = alike.name_of(said.family_name, said.given_names)
    return Facts(names=names, born=born), number or said.phone


def _keys_of_number(number: str) -> Group:
    """How a number may be somebody's: an identifier or a phone by its beginning or its end, a postal code."""
    key = key_of(number)
    if len(key) < SHORTEST_NUMBER:
        return ()
    digits = re.sub(r"\D", "", number).lstrip("0")
    phone = (Clue(Kind.PHONE, digits),) if len(digits) >= SHORTEST_NUMBER else ()
    return (
        Clue(Kind.IDENTIFIER, key),
        *phone,
        Clue(Kind.ENDING, ending_key(key)),
        Clue(Kind.ADDRESS, f"{key.lower()} "),
    )


def _clues(person: Facts, numbers: Group) -> Iterator[Clues]:
    """What to look by: two things that fit together, then, when that is hardly anybody, any one name."""
    names, runs = alike.longest(person.names), nameruns.runs(person.names)
    like = vocabulary.like(names, runs)
    beside = (*_dates(person.born), *numbers)
    if len(names) > 1 or beside:
        alone = (Exact(Kind.BIRTH_DATE, person.born),) if names else beside
        yield Clues(_names(names, runs, like), beside, alone)
    if names:
        spelled = (word for name in names for word in like[name][:SPELLINGS_OF_ONE])
        joined = (word for run in runs for word in like.get(run, ())[:SPELLINGS_OF_ONE])
        yield Clues((), alone=(Words(Kind.NAME, (*spelled, *joined)),))


def _names(names: list[str], runs: list[str], like: dict[str, list[str]]) -> Groups:
    """Each name, and each written together, with those like it and with what it may become when it is typed to its end.

    Those are spelled out where they are not too many: words alone are answered by an index without the table.
    """
    long = [name for name in names if len(name) >= SHORTEST_BEGINNING]
    begun = vocabulary.begun([*long, *(run for run in runs if len(run) >= SHORTEST_BEGINNING)])
    words = {
        name: Words(Kind.NAME, (*like.get(name, ()), *begun.get(name, ())))
        for name in (*names, *runs)
    }
    told = (
        (words[name],) if begun or name not in long else (words[name], Clue(Kind.NAME, name))
        for name in names
    )
    return (*told, *((words[run],) for run in _counted(runs) if words[run].texts))


def _counted(runs: list[str]) -> list[str]:
    """The longest is the whole name, and is two clues: there is nothing that could be beside it."""
    return [*runs, max(runs, key=len)] if runs else []


def _dates(born: str) -> Group:
    if len(born) == FULL:
        return (Words(Kind.BIRTH_DATE, tuple(likeness.dates_like(born))),)
    return (Clue(Kind.BIRTH_DATE, born),) if born else ()


def _numbered(actor: Actor, numbers: Group, limit: int) -> list[Alike]:
    """Those whose number it may be, in the order of their names: nothing else was told of them."""
    asked = _owners(pattern_of((numbers,)))
    owners = {pk for (pk,) in asked.rows(actor.here, *bounds_of([numbers]))}
    if not owners:
        return []
    rows = _named(shape_of(actor)).rows(actor.hospital_id, actor.user_id, list(owners))
    first = (alike.Told._make(told) for _name, *told in sorted(rows, key=tuple)[:limit])
    return [
        Alike(row.id, alike.facts_of(row, Facts()), NUMBER, row.registration_id) for row in first
    ]


def _with_number(found: list[Alike], numbers: Group) -> list[Alike]:
    """More for those whose number it is."""
    asked = _owners_of_some(pattern_of((numbers,)))
    rows = asked.rows([each.registration_id for each in found], *bounds_of([numbers]))
    theirs = {pk for (pk,) in rows}
    return [
        replace(each, score=each.score + NUMBER) if each.registration_id in theirs else each
        for each in found
    ]


@lru_cache(maxsize=16)
def _owners(shape: Groups) -> Prepared:
    """The registrations at a hospital that have one of several numbers, at most so many as are compared."""
    rows = _having(shape).filter(hospital_id=HERE).values_list("registration")
    return Prepared(rows[: alike.MOST], [HERE, *bounds_of(shape)], keeps_plan=False)


@lru_cache(maxsize=256)
def _named(shape: Actor) -> Prepared:
    """The live ones among some registrations, each after the name that lists sort by."""
    rows = alike.live_among(shape).values_list("sort_key", *alike.Told._fields)
    return Prepared(rows, [HERE, SELF, [EACH]])


@lru_cache(maxsize=16)
def _owners_of_some(shape: Groups) -> Prepared:
    """Those among some registrations."""
    rows = _having(shape).filter(registration__in=[EACH]).values_list("registration")
    return Prepared(rows, [[EACH], *bounds_of(shape)])


def _having(shape: Groups) -> QuerySet[SearchKey]:
    (numbers,) = shape
    return SearchKey.objects.filter(any_of(numbers))
