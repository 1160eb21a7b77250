"""What became of the rows of a file: which is which, on the page and as a file."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Any, BinaryIO
from uuid import UUID

from django.db.models import QuerySet
from django.utils.text import capfirst
from django.utils.translation import gettext

from hospital.kit import audit, policy
from hospital.kit.actors import Actor
from hospital.kit.acts import act
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


@act(f"{RESOURCE}.fetch")
def write(actor: Actor, *, batch: ImportBatch, file: BinaryIO, form: str = "csv") -> int:
    """Write to a file of this form what became of every row, and which record it is now; returns how many. Booked.

    By its number where its kind has one: names of patients leave only by their export. RuleError ``import_moved_on``
    before anything is brought in.
    """
    policy.require(actor, f"{RESOURCE}.fetch", batch)
    if batch.state not in BROUGHT_IN:
        raise RuleError("import_moved_on")
    which = str(import_kinds.get(batch.kind).number or gettext("Name"))
    heads = [gettext("Row"), gettext("Result"), which, gettext("Problem")]
    sheet = import_files.opened(batch, form, file, heads)
    rows = ImportRow.objects.filter(batch=batch).order_by("number").iterator(chunk_size=BATCH)
    count = 0
    while some := list(islice(rows, BATCH)):
        sheet.write(_lines(actor, batch, some))
        count += len(some)
    sheet.close()
    audit.happened(
        actor, f"{RESOURCE}.fetch", resource=RESOURCE, object_id=batch.pk, detail=f"{count} results"
    )
    return count


def _lines(actor: Actor, batch: ImportBatch, rows: Sequence[ImportRow]) -> Iterator[list[Any]]:
    names = named(actor, batch, rows, detail="rows of a file")
    has_numbers = bool(import_kinds.get(batch.kind).number)
    for row in rows:
        one = names.get(row.object_id, Named("")) if row.object_id else Named("")
        outcome, said = capfirst(row.get_outcome_display()), import_files.in_words(batch, row)
        yield [row.number, outcome, one.number if has_numbers else one.name, said]
