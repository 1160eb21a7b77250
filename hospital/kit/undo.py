"""What a rolled-back transaction takes back in memory too.

A database forgets a failed try; a record that was saved in it still believes its new version, and
would be refused as stale by the next try, or shown as saved on the form that comes back.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

_notes: ContextVar[dict[int, tuple[Any, dict[str, Any], bool]] | None] = ContextVar(
    "notes", default=None
)


def note(record: Any) -> None:
    """Remember what the server has set on ``record`` so far; the first note of a try counts.

    What a person typed is not touched: the try after this one needs it.
    """
    notes = _notes.get()
    if notes is not None and id(record) not in notes:
        names = [*record.SERVER_FIELDS, "_loaded"]
        facts = {name: record.__dict__[name] for name in names if name in record.__dict__}
        notes[id(record)] = (record, facts, record._state.adding)


@contextmanager
def undone_on_failure() -> Iterator[None]:
    """Put every noted record back as it was when an exception leaves the block."""
    token = _notes.set({})
    try:
        yield
    except BaseException:
        for record, facts, was_adding in (_notes.get() or {}).values():
            if "_loaded" not in facts:
                record.__dict__.pop("_loaded", None)
            record.__dict__.update(facts)
            record._state.adding = was_adding
        raise
    finally:
        _notes.reset(token)
