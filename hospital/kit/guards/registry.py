"""Which of the declared guards a database has, and putting one back."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from django.apps import apps
from django.db import router, transaction
from django.db.migrations.state import ProjectState

from .append_only import AppendOnly
from .base import Guard
from .cross_table import away
from .declarations import Declared, declared
from .parts import present


def missing(connection: Any) -> list[str]:
    """Return the names of declared guards that this database lacks, wholly or in part, sorted.

    An append-only guard on a SQLite connection without ``recursive_triggers`` is not whole either.
    """
    there = present(connection)
    names = {
        entry.guard.name
        for entry in _declared_for(connection)
        if any(part.key not in there for part in entry.parts(connection))
    }
    if not _replaces_fire_triggers(connection):
        names |= {
            e.guard.name for e in _declared_for(connection) if isinstance(e.guard, AppendOnly)
        }
    return sorted(names)


def reinstall(connection: Any, names: Iterable[str] | None = None) -> list[str]:
    """Put back the named guards (by default all that are missing); return the names put back.

    All or nothing: rows that break a guard raise IntegrityError and nothing is changed. On SQLite a
    lost CHECK needs the table built again, which must happen outside a transaction.
    """
    wanted = set(missing(connection) if names is None else names)
    entries = [entry for entry in _declared_for(connection) if entry.guard.name in wanted]
    unknown = wanted - {entry.guard.name for entry in entries}
    if unknown:
        raise LookupError(f"No such guard is declared: {', '.join(sorted(unknown))}")
    switch_on_replace_triggers(connection)
    _rebuild_tables(connection, entries)
    with transaction.atomic(using=connection.alias):
        there = present(connection)
        for entry in entries:
            absent = [part for part in entry.parts(connection) if part.key not in there]
            if absent:
                entry.guard.prepare(connection.schema_editor(collect_sql=False))
            _execute(connection, [sql for part in reversed(absent) for sql in part.drop])
            _execute(connection, [sql for part in absent for sql in part.create])
    return sorted(wanted)


def drop(connection: Any, names: Iterable[str]) -> None:
    """Take guards away, for a test or a repair. A CHECK inside a SQLite table stays."""
    for entry in _declared_for(connection):
        if entry.guard.name in set(names):
            parts = reversed(entry.parts(connection))
            _execute(connection, [sql for part in parts for sql in part.drop])


@contextmanager
def lifted(connection: Any, kind: type[Guard] = AppendOnly) -> Iterator[None]:
    """Take away the guards of one kind that are there, and put exactly those back at the end."""
    there = present(connection)
    names = [
        entry.guard.name
        for entry in _declared_for(connection)
        if isinstance(entry.guard, kind)
        and all(part.key in there for part in entry.parts(connection))
    ]
    drop(connection, names)
    try:
        yield
    finally:
        reinstall(connection, names)


def switch_on_replace_triggers(connection: Any) -> None:
    """Let INSERT OR REPLACE fire the triggers of the row it deletes (SQLite; off by default)."""
    if connection.vendor == "sqlite":
        _execute(connection, ["PRAGMA recursive_triggers = ON"])


def _replaces_fire_triggers(connection: Any) -> bool:
    if connection.vendor != "sqlite":
        return True
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA recursive_triggers")
        return bool(cursor.fetchone()[0])


def _declared_for(connection: Any) -> list[Declared]:
    alias = connection.alias
    return [e for e in declared() if router.allow_migrate_model(alias, e.model)]


def _rebuild_tables(connection: Any, entries: list[Declared]) -> None:
    there = present(connection)
    lost = {
        entry.model: None
        for entry in entries
        for part in entry.parts(connection)
        if part.key not in there and not part.create
    }
    if not lost:
        return
    # Building a table makes classes that inherit from the model's; as a plain copy, as migrations
    # have it, it has no base class that would take them for models of the house.
    plain = ProjectState.from_apps(apps).apps
    for model in lost:
        with away(connection), connection.schema_editor() as editor:
            editor._remake_table(plain.get_model(model._meta.label))


def _execute(connection: Any, statements: Iterable[Any]) -> None:
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(str(statement))
