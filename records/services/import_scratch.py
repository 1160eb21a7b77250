"""Who stands in a file already, further up: rows are kept in a private file that is gone with this process.

It holds what the database would hold of them, their keys and the forms of their names, and is asked the same
(``alike_many``).
"""

import json
import sqlite3
from collections.abc import Collection, Iterable, Sequence
from typing import Any
from uuid import UUID

from records import nameruns
from records.likeness import Facts
from records.models import SearchKey

from . import alike, alike_many, vocabulary
from .alike_many import Known

HERE = 0
_KEYS = SearchKey._meta.db_table
_TABLES = f"""
    CREATE TABLE own (key PRIMARY KEY, number) WITHOUT ROWID;
    CREATE TABLE person (number INTEGER PRIMARY KEY, id, told);
    CREATE TABLE form (form, word, PRIMARY KEY (form, word)) WITHOUT ROWID;
    CREATE TABLE {_KEYS} (hospital_id, kind, key, registration_id,
        PRIMARY KEY (hospital_id, kind, key, registration_id)) WITHOUT ROWID;
    CREATE INDEX of_one ON {_KEYS} (registration_id, kind, key);
"""


class Scratch:
    """The rows of one file that were judged so far."""

    def __init__(self) -> None:
        self._db = sqlite3.connect("")
        self._db.executescript(_TABLES)
        self._is_empty = True

    def add(
        self, number: int, pk: UUID, person: Facts, keys: Iterable[tuple[str, str]], exact: Iterable[str]
    ) -> None:  # fmt: skip
        """Remember a row, by the keys it would be found by and by what is its own alone."""
        told = [person.names, person.born, person.sex, sorted(person.phones), person.postal,
                person.street, person.city]  # fmt: skip
        rows = [(HERE, str(kind), key, number) for kind, key in keys]
        words = {key for _, kind, key, _ in rows if kind == SearchKey.Kind.NAME}
        forms = [(form, word) for word in words for form in vocabulary.forms_of(word)]
        put = self._db.executemany
        put("INSERT OR REPLACE INTO person VALUES (?, ?, ?)", [(number, str(pk), json.dumps(told))])
        put("INSERT OR IGNORE INTO own VALUES (?, ?)", [(key, number) for key in exact])
        put(f"INSERT OR IGNORE INTO {_KEYS} VALUES (?, ?, ?, ?)", rows)  # noqa: S608
        put("INSERT OR IGNORE INTO form VALUES (?, ?)", forms)
        self._is_empty = False

    def holder(self, exact: str) -> tuple[int, UUID] | None:
        """The row that has this for its own, and the id given to it."""
        found = self._db.execute(
            "SELECT number, id FROM own JOIN person USING (number) WHERE key = ?", (exact,)
        ).fetchone()
        return (found[0], UUID(found[1])) if found else None

    def like(self, person: Facts, like: alike_many.Like) -> list[Known]:
        """The rows above to compare a person with; ``like`` are words that its names are like."""
        if self._is_empty:
            return []
        words = {
            run: vocabulary.read_as(run, self._under(vocabulary.asked_by_run(run)))
            for run in nameruns.runs(person.names)
        } | {
            name: list(dict.fromkeys([*like.get(name, [name]), *self._words(name)]))
            for name in alike.longest(person.names)
        }
        [found] = alike_many.candidates([person], words, self._ask, HERE, "sqlite")
        marks = ",".join("?" * len(found))
        rows = self._db.execute(
            f"SELECT number, id, told FROM person WHERE number IN ({marks})",  # noqa: S608
            found,
        )
        return [Known(_facts(told), UUID(pk), number) for number, pk, told in rows]

    def clear(self) -> None:
        """Forget all of it."""
        for table in ("own", "person", "form", _KEYS):
            self._db.execute(f"DELETE FROM {table}")  # noqa: S608
        self._is_empty = True

    def _words(self, name: str) -> list[str]:
        return vocabulary.likest(name, self._under(vocabulary.asked_by(name)))

    def _under(self, forms: Collection[str]) -> set[str]:
        marks = ",".join("?" * len(forms))
        rows = self._db.execute(
            f"SELECT DISTINCT word FROM form WHERE form IN ({marks})",  # noqa: S608
            sorted(forms),
        )
        return {word for (word,) in rows}

    def _ask(self, sql: str, values: Sequence[Any]) -> Iterable[tuple[int, Any]]:
        return self._db.execute(sql.replace("%s", "?"), values)


def _facts(told: str) -> Facts:
    names, born, sex, phones, postal, street, city = json.loads(told)
    return Facts(tuple(names), born, sex, frozenset(phones), postal, street, city)
