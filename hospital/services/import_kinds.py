"""What can be brought in from a file: each kind says its fields, and judges, stores and takes back its rows.

Apps hand theirs in from ``ready()``.
"""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, NamedTuple, Protocol
from uuid import UUID

from django.utils.functional import Promise

from hospital.kit.actors import Actor
from hospital.kit.sortkeys import fold
from hospital.models import ImportRow

Outcome = ImportRow.Outcome
LIKELY, ABOVE = "import_likely", "import_above"
CHECK, BRING_IN, UNDO = "import.check", "import.bring_in", "import.undo"
LIKELY_WAYS = ("skip", "create", "link")
EVERY_WAY = (*LIKELY_WAYS, "refuse")
DATE_ORDERS = ("dmy", "mdy", "ymd")


@dataclass(frozen=True, slots=True)
class Field:
    """One thing that a column may hold. ``words`` are headings it goes by; of several columns that it
    ``joins`` the texts are put one after another. It may have several lines where it ``has_lines``.
    """

    name: str
    label: str | Promise
    words: tuple[str, ...] = ()
    joins: bool = False
    is_date: bool = False
    has_lines: bool = False


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


class Named(NamedTuple):
    """What lists call a thing, and its number where its kind has one."""

    name: str
    number: str = ""

    def __str__(self) -> str:
        return " · ".join(filter(None, self))


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
    # A field that says by itself what others say in parts, and these: it never stands beside one of them.
    wholes: Mapping[str, tuple[str, ...]] = MappingProxyType({})
    # What may be done with what is probably there already; the first is the usual one.
    likely_ways: Sequence[str] = LIKELY_WAYS
    # Where a thing that was made is shown.
    url_name: str
    # Where those are compared that came in though probably there already: the page, its permission, its name.
    compared: tuple[str, str, str | Promise] | None = None
    # What the number of one is called; "" where they have none.
    number: str | Promise = ""
    # What a look at them is booked as, when they are patients.
    looks: str = ""
    # What is good to know before its columns are chosen.
    hint: str | Promise = ""
    # Who comes first where one is chosen.
    order: int = 50

    def run(self, actor: Actor, options: Mapping[str, Any]) -> Run:
        raise NotImplementedError

    def named(self, actor: Actor, ids: Collection[UUID]) -> dict[UUID, Named]:
        """What they are called, of those that this person may see."""
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
    """For each heading the field it sounds like, or "": each field once, unless it joins columns.

    Where there are parts of a whole, a column that sounds like the whole is taken for the part that has no
    column of its own, or left out when all have.
    """
    found: list[str] = []
    for heading in headings:
        word = plain_word(heading)
        fitting = [each for each in kind.fields if word == each.name or word in each.words]
        free = [each.name for each in fitting if each.joins or each.name not in found]
        found.append(free[0] if free else "")
    for whole, parts in kind.wholes.items():
        if set(parts) & set(found):
            instead = next((part for part in parts if part not in found), "")
            found = [instead if name == whole else name for name in found]
    return found


def beside(kind: Kind, fields: Collection[str]) -> Iterator[tuple[str, list[str]]]:
    """Each whole among these fields that has parts of itself beside it, and which."""
    for whole, parts in kind.wholes.items():
        chosen = [name for name in parts if name in fields]
        if whole in fields and chosen:
            yield whole, chosen


def plain_word(heading: str) -> str:
    """A heading as words are compared: "Date of Birth " -> date_of_birth."""
    return re.sub(r"[^a-z0-9]+", "_", fold(heading)).strip("_")
