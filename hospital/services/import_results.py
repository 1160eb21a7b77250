"""What became of the rows of a file: which is which, on the page and as a file."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import partial
from typing import Any, BinaryIO
from uuid import UUID

from django.db.models import QuerySet
from django.utils.text import capfirst
from django.utils.translation import gettext

from hospital.kit import audit, policy
from hospital.kit.actors import Actor
from hospital.kit.acts import in_transaction
from hospital.kit.errors import RuleError
from hospital.models import ImportBatch, ImportRow

from . import import_files, import_kinds
from .import_kinds import Named, Outcome
from .imports import RESOURCE, State

BATCH = 500
# Before that nothing is in, and only what is worth telling is on record.
BROUGHT_IN = (State.IMPORTING, State.DONE, State.UNDOING, State.UNDONE)


def linked(batch: ImportBatch) -> QuerySet[ImportRow]:
    """The rows that were noted as one that is there, in their order."""
    rows = ImportRow.objects.filter(batch=batch, outcome=Outcome.LINKED)
    return rows.filter(batch__state__in=BROUGHT_IN).order_by("number")


def named(
    actor: Actor, batch: ImportBatch, rows: Iterable[ImportRow], detail: str = "import"
) -> dict[UUID, Named]:
    """What was made of these rows or what they are like, as this person may see it; a look at patients is booked."""
    kind = import_kinds.get(batch.kind)
    ids = {row.object_id for row in rows if row.object_id}
    found = kind.named(actor, ids) if ids else {}
    if found and kind.looks:
        audit.looked(actor, kind.looks, patient_ids=found, detail=detail)
    return found


def write(actor: Actor, *, batch: ImportBatch, file: BinaryIO, form: str = "csv") -> int:
    """Write to a file of this form what became of every row, and which record it is now; returns how many.

    Outside of any transaction: each batch of looks is booked in one of its own, and at last the file, which must not
    leave before. By its number where its kind has one: names of patients leave only by their export. RuleError
    ``import_moved_on`` before anything is brought in.
    """
    policy.require(actor, f"{RESOURCE}.fetch", batch)
    if batch.state not in BROUGHT_IN:
        raise RuleError("import_moved_on")
    which = str(import_kinds.get(batch.kind).number or gettext("Name"))
    heads = [gettext("Row"), gettext("Result"), which, gettext("Problem")]
    sheet = import_files.opened(batch, form, file, heads)
    count = 0
    for rows in import_files.in_batches(ImportRow.objects.filter(batch=batch), BATCH):
        names = in_transaction(partial(named, actor, batch, rows, detail="rows of a file"))
        sheet.write(_lines(batch, rows, names))
        count += len(rows)
    sheet.close()
    import_files.book(actor, batch, f"{count} results")
    return count


def _lines(
    batch: ImportBatch, rows: Sequence[ImportRow], names: Mapping[UUID, Named]
) -> Iterator[list[Any]]:
    has_numbers = bool(import_kinds.get(batch.kind).number)
    for row in rows:
        one = names.get(row.object_id, Named("")) if row.object_id else Named("")
        outcome, said = capfirst(row.get_outcome_display()), import_files.in_words(batch, row)
        yield [row.number, outcome, one.number if has_numbers else one.name, said]
