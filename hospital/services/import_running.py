"""Going through a file: a hundred rows to a transaction, which also moves the position in it.

Killed at any moment and begun again it goes on behind the last row that is stored.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from itertools import islice
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import IntegrityError
from django.db.models import F
from django.utils.translation import gettext

from hospital.kit import audit, clock, policy, tables
from hospital.kit.actors import Actor
from hospital.kit.acts import in_transaction
from hospital.kit.errors import RuleError
from hospital.kit.inserts import insert
from hospital.models import ImportBatch, ImportRow

from . import import_kinds, imports, jobs, turns
from .import_kinds import BRING_IN, CHECK, UNDO, Judged, Kind, Outcome, Row, Run
from .imports import RESOURCE, State

CHUNK = 100
_SPACE, _BREAK = re.compile(r"\s+"), re.compile(r"[\t-\r\x1c-\x1f\x85\u2028\u2029]")
TRIES = 3
# Hears how many rows are done before each chunk, and may raise to stop.
Told = Callable[[int, int], None]
# Who it is done for, as of this moment.
Whose = Callable[[], Actor]
Chunk = Sequence[tuple[int, int, list[str]]]


@jobs.kind(CHECK)
def check_job(actor: Actor, progress: jobs.Progress, *, batch: str) -> str:
    return _closing(check(progress.actor, UUID(batch), progress))


@jobs.kind(BRING_IN)
def bring_in_job(actor: Actor, progress: jobs.Progress, *, batch: str) -> str:
    return _closing(bring_in(progress.actor, UUID(batch), progress))


@jobs.kind(UNDO)
def undo_job(actor: Actor, progress: jobs.Progress, *, batch: str) -> str:
    return _closing(take_back(progress.actor, UUID(batch), progress))


def check(whose: Whose, pk: UUID, told: Told) -> ImportBatch:
    """Say what would become of every row, storing none; always from the beginning."""
    batch = _at(pk, State.CHECKING)
    in_transaction(lambda: imports.from_the_beginning(batch))
    _go_through(batch, whose, told, _check_chunk)
    ImportBatch.objects.filter(pk=pk, state=State.CHECKING).update(state=State.CHECKED)
    return ImportBatch.objects.get(pk=pk)


def bring_in(whose: Whose, pk: UUID, told: Told) -> ImportBatch:
    """Store the rows from where the last try stopped; the last of them ends it."""
    batch = _at(pk, State.IMPORTING)
    _go_through(batch, whose, told, _store_chunk)
    return _ended(whose(), pk, State.IMPORTING, State.DONE, "end")


def take_back(whose: Whose, pk: UUID, told: Told) -> ImportBatch:
    """Undo what was made of the rows, and say of which it could not be."""
    batch = _at(pk, State.UNDOING)
    kind, done = import_kinds.get(batch.kind), 0
    made = ImportRow.objects.filter(batch=batch, outcome=Outcome.CREATED).order_by("number")
    while rows := list(made[:CHUNK]):
        told(done, batch.created)
        done += in_transaction(partial(_undo_chunk, whose(), batch, kind, rows))
    return _ended(whose(), pk, State.UNDOING, State.UNDONE, "undone")


def _at(pk: UUID, state: str) -> ImportBatch:
    batch = ImportBatch.objects.get(pk=pk)
    if batch.state != state:
        raise RuleError("import_moved_on")
    return batch


def _go_through(batch: ImportBatch, whose: Whose, told: Told, do: Any) -> None:
    kind = import_kinds.get(batch.kind)
    run = kind.run(whose(), batch.options)
    read = imports.rows_of(batch, batch.offset)
    done = batch.position
    while chunk := list(islice(read, CHUNK)):
        told(done, batch.rows)
        actor = whose()
        policy.require(actor, f"{RESOURCE}.update", batch)
        do(batch, kind, run, chunk, done)
        done += len(chunk)
    told(done, batch.rows)


def _check_chunk(batch: ImportBatch, kind: Kind, run: Run, chunk: Chunk, done: int) -> None:
    judged = run.judge(list(_rows(batch, kind, chunk)))
    for each in judged:
        if each.like_row:
            each.object_id = None  # it would be a chart that is never made
    telling = [each for each in judged if each.problems]
    in_transaction(partial(_book_chunk, batch, chunk, done, judged, telling))


def _store_chunk(batch: ImportBatch, kind: Kind, run: Run, chunk: Chunk, done: int) -> None:
    """All of the chunk or nothing. Somebody who took a number meanwhile is seen when it is judged again."""

    def work() -> None:
        turns.take(batch.hospital_id)
        run.stored()
        judged = run.judge(list(_rows(batch, kind, chunk)))
        run.store([each for each in judged if each.outcome == Outcome.CREATED])
        _book_chunk(batch, chunk, done, judged, judged)

    for left in reversed(range(TRIES)):
        try:
            return in_transaction(work)
        except (IntegrityError, ValidationError):
            if not left:
                raise
    return None


def _book_chunk(
    batch: ImportBatch, chunk: Chunk, done: int, judged: Sequence[Judged], telling: Sequence[Judged]
) -> None:
    """Move on, unless somebody else did: then nothing of this chunk stays."""
    counts = {
        str(outcome): sum(each.outcome == outcome for each in judged)
        for outcome in (Outcome.CREATED, Outcome.LINKED, Outcome.SKIPPED, Outcome.BROKEN)
    } | {"likely": sum(each.is_likely for each in judged)}
    rows = ImportBatch.objects.filter(pk=batch.pk, state=batch.state, position=done)
    moved = rows.update(
        position=done + len(chunk), offset=chunk[-1][0],
        **{name: F(name) + count for name, count in counts.items() if count},
    )  # fmt: skip
    if not moved:
        raise RuleError("import_moved_on")
    if telling:
        insert([
            ImportRow(batch=batch, number=each.number, outcome=each.outcome, object_id=each.object_id,
                      problems=[list(problem) for problem in each.problems], like_row=each.like_row)
            for each in telling
        ])  # fmt: skip


def _undo_chunk(actor: Actor, batch: ImportBatch, kind: Kind, rows: Sequence[ImportRow]) -> int:
    policy.require(actor, f"{RESOURCE}.undo", batch)
    if (
        not ImportBatch.objects.select_for_update()
        .filter(pk=batch.pk, state=State.UNDOING)
        .exists()
    ):
        raise RuleError("import_moved_on")
    gone = kind.undo(actor, [row.object_id for row in rows if row.object_id])
    mine = ImportRow.objects.filter(pk__in=[row.pk for row in rows])
    mine.exclude(object_id__in=gone).update(outcome=Outcome.KEPT)
    mine.filter(object_id__in=gone).update(outcome=Outcome.UNDONE)
    ImportBatch.objects.filter(pk=batch.pk).update(undone=F("undone") + len(gone))
    return len(rows)


def _ended(actor: Actor, pk: UUID, before: str, after: str, word: str) -> ImportBatch:
    def work() -> ImportBatch:
        ImportBatch.objects.filter(pk=pk, state=before).update(state=after, ended_at=clock.now())
        batch = ImportBatch.objects.get(pk=pk)
        audit.happened(
            actor, f"{RESOURCE}.{word}", resource=RESOURCE, object_id=pk,
            detail=f"{batch.created} new, {batch.linked} linked, {batch.skipped} left out, "
            f"{batch.broken} broken, {batch.undone} undone",
        )  # fmt: skip
        return batch

    return in_transaction(work)


def _rows(batch: ImportBatch, kind: Kind, chunk: Chunk) -> Iterator[Row]:
    """The cells under their fields; a formula, or more cells than headings, is broken before anybody looks at it."""
    joining = {each.name for each in kind.fields if each.joins}
    lines = {each.name for each in kind.fields if each.has_lines}
    for _place, number, cells in chunk:
        values: dict[str, str] = {}
        wrong = [("", "import_row_length")] if len(cells) > len(batch.headings) else []
        for name, cell in zip(batch.options["fields"], cells, strict=False):
            if name and tables.is_formula(cell):
                wrong.append((name, "import_formula"))
            elif name and (text := tables.plain(cell).strip()):
                before = values.get(name, "") if name in joining else ""
                text = text if name in lines else _one_line(text)
                values[name] = f"{before} {text}".strip()
        yield Row(number, values, tuple(wrong))


def _one_line(text: str) -> str:
    """The text with one space where a line or a tab parts its words."""
    return _SPACE.sub(lambda found: " " if _BREAK.search(found[0]) else found[0], text)


def _closing(batch: ImportBatch) -> str:
    return gettext("%(created)s new, %(likely)s likely known, %(broken)s broken") % {
        "created": batch.created, "likely": batch.likely, "broken": batch.broken,
    }  # fmt: skip
