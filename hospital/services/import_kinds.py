"""What can be brought in from a file: each kind says its fields, and judges, stores and takes back its rows.

Apps hand theirs in from ``ready()``.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol
from uuid import UUID

from django.utils.functional import Promise

from hospital.kit.actors import Actor
from hospital.kit.sortkeys import fold
from hospital.models import ImportRow

Outcome = ImportRow.Outcome
LIKELY = "import_likely"
CHECK, BRING_IN, UNDO = "import.check", "import.bring_in", "import.undo"
LIKELY_WAYS = ("skip", "create", "link")
EVERY_WAY = (*LIKELY_WAYS, "refuse")
DATE_ORDERS = ("dmy", "mdy", "ymd")


@dataclass(frozen=True, slots=True)
class Field:
    """One thing that a column may hold. ``words`` are headings it goes by; of several columns that it
    ``joins`` the texts are put one after another.
    """

    name: str
    label: str | Promise
    words: tuple[str, ...] = ()
    joins: bool = False
    is_date: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a file as the mapping reads it: field -> text. ``wrong`` is what could not even be read."""

    number: int
    values: Mapping[str, str]
    wrong: tuple[tuple[str, str], ...] = ()


@dataclass(slots=True)
class Judged:
    """What becomes of a row: problems are (field, code), the field "" for the whole row."""

    number: int
    outcome: Outcome = Outcome.CREATED
    problems: list[tuple[str, str]] = field(default_factory=list)
    object_id: UUID | None = None
    like_row: int | None = None
    made: Any = None

    @property
    def is_likely(self) -> bool:
        return any(code == LIKELY for _field, code in self.problems)


class Run(Protocol):
    """One reading of one file, chunk by chunk, from its beginning or from where it stopped."""

    def judge(self, rows: Sequence[Row]) -> list[Judged]:
        """What would become of these rows, knowing the ones judged before."""

    def store(self, judged: Sequence[Judged]) -> None:
        """Store those to be created, in the transaction under way, and give each its ``object_id``."""

    def stored(self) -> None:
        """Forget what was judged: it is in the database now."""


class Kind:
    """A kind of thing that can be brought in."""

    name: str
    label: str | Promise
    fields: Sequence[Field]
    # Of each of these one has to be there.
    needs: Sequence[tuple[str, ...]] = ()
    # What may be done with what is probably there already; the first is the usual one.
    likely_ways: Sequence[str] = LIKELY_WAYS
    # Where a thing that was made is shown.
    url_name: str
    # Where those are compared that came in though probably there already: the page, its permission, its name.
    compared: tuple[str, str, str | Promise] | None = None
    # Who comes first where one is chosen.
    order: int = 50

    def run(self, actor: Actor, options: Mapping[str, Any]) -> Run:
        raise NotImplementedError

    def undo(self, actor: Actor, ids: Sequence[UUID]) -> set[UUID]:
        """Take back those that are as the import left them and that nothing refers to; returns the ids of those."""
        raise NotImplementedError


_kinds: dict[str, Kind] = {}


def add(*kinds: Kind) -> None:
    """Make kinds known by their names."""
    _kinds.update({kind.name: kind for kind in kinds})


def get(name: str) -> Kind:
    """The kind of that name; KeyError when there is none."""
    return _kinds[name]


def every() -> list[Kind]:
    return sorted(_kinds.values(), key=lambda kind: kind.order)


def guessed(kind: Kind, headings: Iterable[str]) -> list[str]:
    """For each heading the field it sounds like, or "": each field once, unless it joins columns."""
    found: list[str] = []
    for heading in headings:
        word = plain_word(heading)
        fitting = [each for each in kind.fields if word == each.name or word in each.words]
        free = [each.name for each in fitting if each.joins or each.name not in found]
        found.append(free[0] if free else "")
    return found


def plain_word(heading: str) -> str:
    """A heading as words are compared: "Date of Birth " -> date_of_birth."""
    return re.sub(r"[^a-z0-9]+", "_", fold(heading)).strip("_")


def date_order(texts: Iterable[str]) -> str:
    """In which order these dates seem to be written; day first where nothing tells."""
    for text in texts:
        numbers = re.findall(r"\d+", text)
        if len(numbers) >= 1 and len(numbers[0]) in {4, 8}:
            return "ymd"
        if len(numbers) == 3 and int(numbers[0]) > 12:
            return "dmy"
        if len(numbers) == 3 and int(numbers[1]) > 12:
            return "mdy"
    return "dmy"
