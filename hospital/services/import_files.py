"""What of a file is not in: told in words, and handed out as a file that can be put right and brought in again."""

import re
from collections.abc import Iterator, Sequence
from itertools import chain
from itertools import count as counted
from typing import Any, BinaryIO

from django.db.models import QuerySet
from django.utils.translation import gettext

from hospital.kit import audit, codes, policy, spreadsheets, tables
from hospital.kit.actors import Actor
from hospital.kit.acts import in_transaction
from hospital.models import ImportBatch, ImportRow

from . import import_kinds, imports
from .import_kinds import Outcome
from .imports import RESOURCE, State

# Of a file that was only checked nothing is in.
LEFT = {
    State.CHECKED: tuple(Outcome),
    State.CHECKING: tuple(Outcome),
}
BATCH = 1_000
LEFT_OUT = (Outcome.BROKEN, Outcome.SKIPPED)


def sentence_of(code: str) -> str:
    """What a code says to a person; one that needs more words than a row keeps says that it is not valid."""
    known = codes.find(code)
    text = str(known.sentence) if known else ""
    return text if text and not re.search(r"%\(\w+\)", text) else codes.sentence("invalid")


def column_of(batch: ImportBatch, field: str) -> str:
    """The heading of the column that holds a field; "" for the whole row."""
    fields = batch.options.get("fields", [])
    if field and field in fields:  # a column that is left out holds no field
        return str(batch.headings[fields.index(field)])
    labels = {each.name: str(each.label) for each in import_kinds.get(batch.kind).fields}
    return labels.get(field, "")


def told(batch: ImportBatch, row: ImportRow) -> Iterator[tuple[str, str, str]]:
    """(column, code, sentence) of each thing to say about a row; which row it is like is a link's business."""
    for field, code in row.problems:
        said = sentence_of(code)
        if row.like_row and code == import_kinds.LIKELY:
            said = gettext("This is probably the same as row %(row)s.") % {"row": row.like_row}
        elif row.like_row and code == import_kinds.ABOVE:
            said = gettext("Row %(row)s has this already.") % {"row": row.like_row}
        yield column_of(batch, field), code, said


def in_words(batch: ImportBatch, row: ImportRow) -> str:
    """All there is to say about a row, as one cell."""
    return " ".join(f"{column}: {said}" if column else said for column, _, said in told(batch, row))


def left(batch: ImportBatch) -> QuerySet[ImportRow]:
    """The rows that are not in, or would not be, in their order."""
    outcomes = LEFT.get(State(batch.state), LEFT_OUT)
    return ImportRow.objects.filter(batch=batch, outcome__in=outcomes).order_by("number")


def in_batches(rows: QuerySet[ImportRow], size: int) -> Iterator[list[ImportRow]]:
    """These rows in their order, each batch asked for anew: SQLite lets nobody write behind a cursor left open."""
    last = 0
    while some := list(rows.filter(number__gt=last).order_by("number")[:size]):
        yield some
        last = some[-1].number


def to_look_at(batch: ImportBatch, most: int) -> list[ImportRow]:
    """The first of these rows; what is broken before what is only likely."""
    rows = left(batch)
    broken = list(rows.filter(outcome=Outcome.BROKEN)[:most])
    return [*broken, *rows.exclude(outcome=Outcome.BROKEN)[: most - len(broken)]]


def form_of(batch: ImportBatch) -> str:
    """The form of the file that was handed in, in which files about it are handed out: "csv" or "xlsx"."""
    return "csv" if _separator(batch) else "xlsx"


def opened(
    batch: ImportBatch, form: str, file: BinaryIO, headings: Sequence[str]
) -> spreadsheets.Sheet:
    """Begin a file about a batch; CSV is parted as what was handed in, so that the same program opens it."""
    separator = _separator(batch)
    known = separator if separator and separator in tables.SEPARATORS else ","
    return spreadsheets.opened(form, file, headings, separator=known)


def _separator(batch: ImportBatch) -> str:
    return str(batch.options.get("separator", ","))


def write_left(actor: Actor, *, batch: ImportBatch, file: BinaryIO, form: str = "csv") -> int:
    """Write these rows to a file of this form as they were handed in, each with what is wrong; returns how many.

    Outside of any transaction; booked in one of its own, without which the file must not leave. In a workbook a
    formula is an error, for what it was reckoned from is not there.
    """
    policy.require(actor, f"{RESOURCE}.fetch", batch)
    rows = imports.rows_of(batch)
    waiting = chain.from_iterable(in_batches(left(batch), BATCH))
    sheet = opened(batch, form, file, [*batch.headings, _free(gettext("Problem"), batch)])
    handed = _as_workbook if form == "xlsx" else list
    count, row = 0, next(waiting, None)
    for _place, number, cells in rows:
        if row is None:
            break
        if row.number == number:
            # With a cell too many the row is still too long when it is brought in again.
            sheet.write([[*handed(cells), in_words(batch, row)]])
            count, row = count + 1, next(waiting, None)
    sheet.close()
    book(actor, batch, f"{count} rows")
    return count


def book(actor: Actor, batch: ImportBatch, detail: str) -> None:
    """Put on record that a file about a batch was made, before it leaves."""
    facts: dict[str, Any] = {"resource": RESOURCE, "object_id": batch.pk, "detail": detail}
    in_transaction(lambda: audit.happened(actor, f"{RESOURCE}.fetch", **facts))


def _as_workbook(cells: Sequence[str]) -> list[Any]:
    """Cells as they are kept, for a file in which texts and formulas are told apart by themselves."""
    return [spreadsheets.LOST if tables.is_formula(cell) else tables.plain(cell) for cell in cells]


def _free(word: str, batch: ImportBatch) -> str:
    """The word as a heading, with a number when it has one already: no table has a heading twice."""
    taken = {heading.casefold() for heading in batch.headings}
    words = (word if number == 1 else f"{word} {number}" for number in counted(1))
    return next(each for each in words if each.casefold() not in taken)
