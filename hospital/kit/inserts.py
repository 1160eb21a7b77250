"""Rows written at every request, by a statement built once: no signals, no compiler, no read-back."""

from collections.abc import Sequence
from functools import lru_cache
from itertools import chain

from django.db import connections, models


def insert(rows: Sequence[models.Model], *, or_ignore: bool = False) -> int:
    """Insert new rows of one model, whose ids are made by us, with one statement; return how many.

    ``or_ignore`` leaves out a row that would break a unique constraint.

    For tables of our own bookkeeping that nobody listens to; a record is saved.
    """
    model, using = type(rows[0]), rows[0]._meta.default_manager.db  # type: ignore[union-attr]
    connection = connections[using]
    fields = model._meta.concrete_fields
    table = [
        [field.get_db_prep_save(getattr(row, field.attname), connection) for field in fields]
        for row in rows
    ]
    as_arrays = connection.vendor == "postgresql" and len(rows) > 1
    values = list(map(list, zip(*table, strict=True))) if as_arrays else list(chain(*table))
    with connection.cursor() as cursor:
        statement = _statement(model, 0 if as_arrays else len(rows), using)
        cursor.execute(statement + " ON CONFLICT DO NOTHING" if or_ignore else statement, values)
        return cursor.rowcount


@lru_cache(maxsize=256)
def _statement(model: type[models.Model], count: int, using: str) -> str:
    """The statement for ``count`` rows; with 0 for one array a column, however many rows."""
    quote = connections[using].ops.quote_name
    fields = model._meta.concrete_fields
    columns = ", ".join(quote(str(field.column)) for field in fields)
    into = f"INSERT INTO {quote(model._meta.db_table)} ({columns})"
    if not count:
        kinds = (field.db_type(connections[using]) for field in fields)
        arrays = ", ".join(f"%s::{kind}[]" for kind in kinds)
        return f"{into} SELECT * FROM UNNEST({arrays})"  # noqa: S608 (names of our own tables)
    marks = f"({', '.join('%s' for _ in fields)})"
    return f"{into} VALUES {', '.join([marks] * count)}"
