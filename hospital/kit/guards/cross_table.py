"""Guards over two tables on SQLite, where they must stand aside while tables are built again."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from django.db import transaction

from .declarations import Declared, declared
from .parts import CROSS_TABLE_MARK


@contextmanager
def away(connection: Any) -> Iterator[None]:
    """Drop them for the length of a ``with`` block, and put them back however it ends."""
    drop_all(connection)
    try:
        yield
    finally:
        install(connection, declared())


def drop_all(connection: Any) -> None:
    """Drop every trigger over two tables, also those that no model declares any more."""
    if connection.vendor != "sqlite":
        return
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT name FROM sqlite_master WHERE type = 'trigger' AND instr(sql, %s)",
            [CROSS_TABLE_MARK],
        )
        for (name,) in cursor.fetchall():
            cursor.execute(f"DROP TRIGGER {connection.ops.quote_name(name)}")


def install(connection: Any, entries: Iterable[Declared]) -> None:
    """Put the guards over two tables in place wherever both tables have their columns by now."""
    if connection.vendor != "sqlite":
        return
    with transaction.atomic(using=connection.alias), connection.cursor() as cursor:
        for entry in entries:
            if not entry.guard.cross_table or not _is_migrated(connection, cursor, entry):
                continue
            for part in entry.parts(connection):
                for statement in (*part.drop, *part.create):
                    cursor.execute(str(statement))


def _is_migrated(connection: Any, cursor: Any, entry: Declared) -> bool:
    """Migrations may have been applied in part; the rest will come by here again."""
    for model in entry.guard.models(entry.model):
        cursor.execute("SELECT name FROM pragma_table_info(%s)", [model._meta.db_table])
        columns = {name for (name,) in cursor.fetchall()}
        if not {field.column for field in model._meta.local_concrete_fields} <= columns:
            return False
    return True
