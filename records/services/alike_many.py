"""Who may be meant, for many people at once: the clues of ``alike``, with a few questions for all of them.

What is asked is SQL that both databases and the private file of ``import_scratch`` answer alike, so that a
check of a file finds among its rows whom the import will find among the charts.
"""

import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from django.db import connection

from hospital.kit.actors import Actor
from records import likeness, nameruns
from records.likeness import FULL, Facts
from records.models import SearchKey

from . import alike, vocabulary

Kind = SearchKey.Kind
_LOADED = 1_000
# Asks the statement with these values: rows of (who asks, whose key it is).
Ask = Callable[[str, Sequence[Any]], Iterable[tuple[int, Any]]]
Like = Mapping[str, Sequence[str]]

KEYS = f"{SearchKey._meta.db_table} s"
# Each fills in: the rows asked for, and the keys of which hospital.
# One for each house: joined to a table of ranges, PostgreSQL reads all addresses for each.
_HOUSE = (
    "SELECT {who}, s.registration_id FROM {keys}"
    " WHERE s.hospital_id = %s AND s.kind = '{house}' AND s.key >= %s AND s.key < %s"
)
# CROSS JOIN: SQLite looks up each of what is asked, and never reads the keys first.
_PHONES = (
    "SELECT DISTINCT a.v0, s.registration_id FROM {asked} a CROSS JOIN {keys}"
    " WHERE s.hospital_id = %s AND s.kind = '{phone}' AND s.key = a.v1"
)
_DATED = (
    "WITH dated AS MATERIALIZED (SELECT a.v0, s.registration_id FROM {asked} a CROSS JOIN {keys}"
    " WHERE s.hospital_id = %s AND s.kind = '{born}' AND s.key = a.v1)"
    " SELECT DISTINCT d.v0, d.registration_id FROM dated d CROSS JOIN {keys}"
    " WHERE s.registration_id = d.registration_id AND s.kind = '{name}'"
    " AND (d.v0, s.key) IN (SELECT n.v0, n.v2 FROM {named} n)"
)
_TWO_NAMES = (
    "SELECT n.v0, s.registration_id FROM {named} n CROSS JOIN {keys}"
    " WHERE s.hospital_id = %s AND s.kind = '{name}' AND s.key = n.v2"
    " GROUP BY n.v0, s.registration_id HAVING COUNT(DISTINCT n.v1) > 1"
)


@dataclass(frozen=True, slots=True)
class Known:
    """Somebody who may be meant."""

    facts: Facts
    patient_id: UUID
    row: int | None = None


def charts(actor: Actor, people: Sequence[Facts], like: Like) -> list[list[Known]]:
    """For each of the people the live patients of the actor's hospital to compare with, 100 at most."""
    here = SearchKey._meta.get_field("hospital_id").get_db_prep_value(actor.here, connection)
    found = candidates(people, like, _ask, here, connection.vendor)
    to_id = SearchKey._meta.get_field("registration").target_field.to_python
    shared = [[to_id(pk) for pk in each] for each in found]
    known = _loaded(actor, {pk for each in shared for pk in each})
    return [[one for pk in each for one in known.get(pk, ())] for each in shared]


def likest(person: Facts, found: Sequence[Known]) -> Known | None:
    """The one most likely to be the person; None when none is likely."""
    less = alike.less_for(person, [each.facts for each in found])
    scored = [(likeness.score(person, each.facts) - less, each) for each in found]
    likely = [pair for pair in scored if pair[0] >= likeness.LIKELY]
    # A chart before a row, and of rows the first.
    best = min(
        likely, key=lambda pair: (-pair[0], pair[1].row or 0, pair[1].patient_id), default=None
    )
    return best[1] if best else None


def like_words(people: Iterable[Facts]) -> dict[str, list[str]]:
    """The words that the longest names of people are like, out of those somebody here is called by."""
    told = list(people)
    runs = {run for each in told for run in nameruns.runs(each.names)}
    return vocabulary.like_many({name for each in told for name in alike.longest(each.names)}, runs)


def candidates(
    people: Sequence[Facts], like: Like, ask: Ask, hospital: Any, vendor: str
) -> list[list[Any]]:
    """For each of the people whose keys share two clues, or one that is enough, the rarest first."""
    rows = _Rows(people, like)
    found: dict[int, dict[Any, None]] = defaultdict(dict)
    for who, whose in _in_houses(rows.houses, ask, hospital):
        found[who][whose] = None
    for statement, asked in (
        (_PHONES, rows.phones), (_DATED, rows.dates), (_TWO_NAMES, rows.names),
    ):  # fmt: skip
        if not asked:
            continue
        values: list[Any] = [] if statement is _TWO_NAMES else [json.dumps(asked)]
        names = [json.dumps(rows.names)] if "{named}" in statement else []
        values = [*names, hospital] if statement is _TWO_NAMES else [*values, hospital, *names]
        sql = statement.format(
            asked=_table(len(asked[0]), vendor), named=_table(3, vendor), keys=KEYS,
            phone=Kind.PHONE.value, born=Kind.BIRTH_DATE.value, name=Kind.NAME.value,
        )  # fmt: skip
        for who, whose in ask(sql, values):
            if len(found[who]) < alike.MOST:
                found[who][whose] = None
    return [list(found[who]) for who in range(len(people))]


def _in_houses(houses: Sequence[Any], ask: Ask, hospital: Any) -> Iterable[tuple[int, Any]]:
    if not houses:
        return []
    each = (
        _HOUSE.format(who=int(who), keys=KEYS, house=Kind.ADDRESS.value) for who, *_ends in houses
    )
    values = [value for _who, *ends in houses for value in (hospital, *ends)]
    return ask(" UNION ALL ".join(each), values)


class _Rows:
    """What is asked for: one row for each clue of each of the people."""

    def __init__(self, people: Sequence[Facts], like: Like):
        self.phones: list[Any] = []
        self.houses: list[Any] = []
        self.dates: list[Any] = []
        self.names: list[Any] = []
        for who, person in enumerate(people):
            self.phones += [[who, phone] for phone in sorted(person.phones)]
            if len(person.born) == FULL:
                self.dates += [[who, date] for date in sorted(likeness.dates_like(person.born))]
            runs = (run for run in nameruns.runs(person.names) if run in like)
            for at, name in enumerate([*alike.longest(person.names), *runs]):
                self.names += [[who, at, word] for word in like.get(name, [name])]
            if start := alike.house_of(person):
                self.houses.append([who, start, start + vocabulary.LAST])


def _table(width: int, vendor: str) -> str:
    """Rows handed over as one JSON text, as a table of columns v0, v1, …; the first is a number."""
    if vendor == "postgresql":
        columns = ", ".join(f"v->>{at} AS v{at}" for at in range(1, width))
        return f"(SELECT (v->>0)::int AS v0, {columns} FROM json_array_elements(%s::json) v)"  # noqa: S608
    columns = ", ".join(f"json_extract(value, '$[{at}]') AS v{at}" for at in range(width))
    return f"(SELECT {columns} FROM json_each(%s))"  # noqa: S608


def _ask(sql: str, values: Sequence[Any]) -> Iterable[tuple[int, Any]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return cursor.fetchall()


def _loaded(actor: Actor, registrations: set[UUID]) -> dict[UUID, list[Known]]:
    """By registration: the chart, once more by each name that a chart merged into it had."""
    live, wanted = alike.comparable(actor), sorted(registrations)
    found: dict[UUID, list[Known]] = {}
    for start in range(0, len(wanted), _LOADED):
        some = live.filter(registration_id__in=wanted[start : start + _LOADED])
        rows = list(some.values_list(*alike.Told._fields, named=True))
        former = alike.former_names(rows)
        for row in rows:
            facts = alike.facts_of(row)
            others = [replace(facts, names=names) for names in former.get(row.id, ())]
            found[row.registration_id] = [Known(each, row.id) for each in (facts, *others)]
    return found
