"""Who stands in a file already, further up: rows are kept in a private file that is gone with this process.

Like in ``alike``, nobody is compared with everybody: only with who shares a strong clue.
"""

import json
import re
import sqlite3
from collections.abc import Iterable
from itertools import combinations
from uuid import UUID

from records import likeness
from records.likeness import FULL, Facts

from . import alike

MOST = 100
_LOOKED_AT = 500  # marks in one question


class Scratch:
    """The rows of one file that were judged so far."""

    def __init__(self) -> None:
        self._db = sqlite3.connect("")
        self._db.execute(
            "CREATE TABLE known (key, number, PRIMARY KEY (key, number)) WITHOUT ROWID"
        )
        self._db.execute("CREATE TABLE person (number PRIMARY KEY, id, told) WITHOUT ROWID")

    def add(self, number: int, pk: UUID, person: Facts, exact: Iterable[str]) -> None:
        """Remember a row, by what is like it and by what is its own alone."""
        told = [person.names, person.born, person.sex, sorted(person.phones), person.postal,
                person.street, person.city]  # fmt: skip
        keys = {*exact, *_keys(person, {person.born})}
        self._db.execute(
            "INSERT OR REPLACE INTO person VALUES (?, ?, ?)", (number, str(pk), json.dumps(told))
        )
        self._db.executemany(
            "INSERT OR IGNORE INTO known VALUES (?, ?)", [(key, number) for key in keys]
        )

    def holder(self, exact: str) -> tuple[int, UUID] | None:
        """The row that has this for its own, and the id given to it."""
        found = self._db.execute(
            "SELECT number, id FROM known JOIN person USING (number) WHERE key = ?", (exact,)
        ).fetchone()
        return (found[0], UUID(found[1])) if found else None

    def likest(self, person: Facts) -> tuple[int, UUID] | None:
        """The row above that is likely to be of the same person, and the id given to it."""
        dates = likeness.dates_like(person.born) if len(person.born) == FULL else {person.born}
        keys = list(_keys(person, dates))[:_LOOKED_AT]
        marks = ",".join("?" * len(keys))
        rows = self._db.execute(
            f"SELECT number, id, told FROM person WHERE number IN (SELECT number FROM known"  # noqa: S608
            f" WHERE key IN ({marks})) LIMIT {MOST}",
            keys,
        )
        found = [(number, pk, _facts(told)) for number, pk, told in rows]
        less = alike.less_for(person, [told for *_, told in found])
        scored = [(likeness.score(person, told) - less, -number, pk) for number, pk, told in found]
        best = max(scored, default=(0.0, 0, ""))
        return (-best[1], UUID(best[2])) if best[0] >= likeness.LIKELY else None

    def clear(self) -> None:
        self._db.execute("DELETE FROM known")
        self._db.execute("DELETE FROM person")


def _facts(told: str) -> Facts:
    names, born, sex, phones, postal, street, city = json.loads(told)
    return Facts(tuple(names), born, sex, frozenset(phones), postal, street, city)


def _keys(person: Facts, dates: Iterable[str]) -> set[str]:
    """What rows are looked up by: a birth date with how a name begins or ends, two names by their sound,
    a phone, a house.
    """
    names = alike.longest(person.names)
    ends = {end for name in names for end in (name[0], f"-{name[-1]}")}
    sounds = sorted({likeness.sound_of(name) or name for name in names})
    house = re.match(r"\d+", person.street) if person.postal else None
    return {
        *(f"b{date}{end}" for date in dates if date for end in ends),
        *(f"n{one} {other}" for one, other in combinations(sounds, 2)),
        *(f"p{phone}" for phone in person.phones),
        *([f"h{person.postal} {house[0]}"] if house else []),
    }
