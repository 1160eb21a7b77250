"""Rows written at every request, by a statement built once: no signals, no compiler, no read-back."""

from collections.abc import Sequence
from functools import lru_cache
from itertools import chain
from typing import Any
from uuid import UUID

from django.db import DEFAULT_DB_ALIAS, connections, models


def insert(
    rows: Sequence[models.Model], *, or_ignore: bool = False, using: str = DEFAULT_DB_ALIAS
) -> int:
    """Insert new rows of one model, whose ids are made by us, with one statement; return how many.

    ``or_ignore`` leaves out a row that would break a unique constraint. No signal is sent.
    """
    model, connection = type(rows[0]), connections[using]
    fields = model._meta.concrete_fields
    table = [
        [field.get_db_prep_save(field.pre_save(row, True), connection) for field in fields]
        for row in rows
    ]
    as_arrays = connection.vendor == "postgresql" and len(rows) > 1
    values = _arrays(table) if as_arrays else list(chain(*table))
    statement = _statement(model, 0 if as_arrays else len(rows), using)
    with connection.cursor() as cursor:
        cursor.execute(statement + " ON CONFLICT DO NOTHING" if or_ignore else statement, values)
        return cursor.rowcount


def _arrays(table: list[list[Any]]) -> list[Any]:
    """The values by column; ids as one text, which the driver hands over sooner than a list."""
    return [
        f"{{{','.join([each.hex for each in column])}}}"
        if all(isinstance(each, UUID) for each in column)
        else list(column)
        for column in zip(*table, strict=True)
    ]


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
