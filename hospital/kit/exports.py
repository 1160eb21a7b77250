"""Lists as files: what can be exported, and how a file is made of it.

A door hands in each of its lists as a ``Source``. A short list is written at once; a long one is
handed to whoever does work in the background, which finds it again by the name of its source.
"""

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

import orjson
from django.conf import settings
from django.utils.functional import Promise

from . import audit, clock, spreadsheets
from .actors import Actor
from .records import Record

# So many rows are read at a time.
BATCH = 500


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a file: its heading, and the value of a record (see spreadsheets.opened)."""

    heading: str
    value: Callable[[Any], Any]


@dataclass(frozen=True)
class Table:
    """What one person's file holds: columns, and the rows in their order.

    ``asked`` are the filters and the order as an address says them, never patient values.
    """

    columns: Sequence[Column]
    batches: Callable[[int], Iterator[list[Record]]]
    number: Callable[[int], int]
    asked: Mapping[str, str] = field(default_factory=dict)
    # The filters as people read them.
    words: Sequence[str] = ()

    @property
    def headings(self) -> list[str]:
        return [column.heading for column in self.columns]

    def line(self, record: Record) -> list[Any]:
        return [column.value(record) for column in self.columns]


class Source(Protocol):
    """A list that can be exported: its name, the permission it takes, and its rows for a person."""

    name: str
    resource: str

    @property
    def label(self) -> str | Promise: ...

    @property
    def url_name(self) -> str: ...

    def table(self, actor: Actor, query: Any) -> Table: ...


@dataclass(frozen=True, slots=True)
class Written:
    """A file that is finished: how many rows it has, and its SHA-256."""

    rows: int
    sha256: str


# Starts the job that makes a file: (actor, source, table, form, reason) -> the job.
Starter = Callable[[Actor, "Source", Table, str, str], Any]

_sources: dict[str, Source] = {}
_starters: list[Starter] = []


def add(*sources: Source) -> None:
    """Make lists known by their names; a list handed in again takes the place of the first."""
    _sources.update({source.name: source for source in sources})


def source(name: str) -> Source:
    """The list of that name; LookupError when there is none."""
    return _sources[name]


def find(name: str) -> Source | None:
    """The list of that name, or None."""
    return _sources.get(name)


def hand_long_ones_to(starter: Starter) -> None:
    """Say who makes files in the background."""
    _starters[:] = [starter]


def hand_over(actor: Actor, source: Source, table: Table, form: str, reason: str = "") -> Any:
    """Have the file made in the background, in the transaction under way; returns its job.

    Where the policy wants a second person it needs a ``reason`` and waits for one.
    """
    return _starters[0](actor, source, table, form, reason)


def permission_of(source: Source) -> str:
    return f"{source.resource}.export"


def file_name(source: Source, form: str) -> str:
    """wards-2026-11-26.csv: which list, and the day in the hospital."""
    return f"{source.name.rpartition('.')[2]}-{clock.today().isoformat()}.{form}"


def is_long(table: Table) -> bool:
    """Whether it has so many rows that nobody should wait for the file."""
    return table.number(settings.EXPORT_AT_ONCE + 1) > settings.EXPORT_AT_ONCE


def write(
    actor: Actor, source: Source, table: Table, form: str, file: Any,
    *, told: Callable[[int], Any] = lambda _done: None,
) -> Written:  # fmt: skip
    """Write the whole table to ``file``, which can be read back; ``told`` hears how many rows are done.

    Every patient in it is booked as shown, each batch before the next is read. Without ``book``
    afterwards the file must not leave the house.
    """
    permission, done = permission_of(source), 0
    sheet = spreadsheets.opened(form, file, table.headings, title=str(source.label))
    for batch in table.batches(BATCH):
        patients = [pk for record in batch if (pk := record.audit_patient_id)]
        if patients:
            audit.looked(actor, permission, patient_ids=patients, detail="rows of a file")
        sheet.write(table.line(record) for record in batch)
        done += len(batch)
        told(done)
    sheet.close()
    file.seek(0)
    return Written(done, hashlib.file_digest(file, "sha256").hexdigest())


def book(actor: Actor, source: Source, table: Table, form: str, made: Written) -> None:
    """Book a finished file: how many rows, of which filters (as a digest), and the file's own digest."""
    audit.happened(
        actor, permission_of(source), resource=source.resource, digest=made.sha256,
        detail=f"{form}, {made.rows} rows, filters {digest_of(table.asked)}",
    )  # fmt: skip


def digest_of(asked: Mapping[str, str]) -> str:
    """A short name for a set of filters: equal for equal ones, and telling nothing else."""
    return hashlib.sha256(orjson.dumps(dict(asked), option=orjson.OPT_SORT_KEYS)).hexdigest()[:16]
