"""Many records of one model at once: what saving them one by one keeps up, with a statement or two each."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from django.db.models import F

from . import audit, clock, undo
from .errors import StaleError
from .histories import kept
from .inserts import insert
from .records import Record

AT_ONCE = 500


def add(
    records: Sequence[Record], *,
    changed: Callable[[Any], Iterable[str]] | None = None, reason: str = "",
) -> None:  # fmt: skip
    """Store new records of one model that were checked, with their history and, with ``changed``, their audit.

    IntegrityError when the database refuses one: then none of them is stored.
    """
    if not records:
        return
    insert(records)
    for record in records:
        record.stored()
    insert([kept(record, "+") for record in records])
    if changed:
        audit.wrote_all(records, changed=changed, reason=reason)


def change(rows: Sequence[Record], **facts: Any) -> None:
    """Give locked ``rows`` these columns, each its next version and its row of the history.

    No rule of the model is asked but the database's. StaleError when one is not as it was loaded.
    """
    for start in range(0, len(rows), AT_ONCE):
        _change(rows[start : start + AT_ONCE], facts)


def _change(rows: Sequence[Record], facts: dict[str, Any]) -> None:
    model, now = type(rows[0]), clock.now()
    stored = model._base_manager.filter(pk__in=[row.pk for row in rows])
    versions = dict(stored.values_list("pk", "version"))
    for row in rows:
        if versions.get(row.pk) != row.version:
            raise StaleError(model._base_manager.filter(pk=row.pk).first())
    stored.update(version=F("version") + 1, updated_at=now, **facts)
    for row in rows:
        undo.note(row)
        for name, value in {**facts, "version": row.version + 1, "updated_at": now}.items():
            setattr(row, name, value)
        row._remember()
    insert([kept(row, "~") for row in rows])
