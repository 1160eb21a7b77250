"""What the tests of a house with guards need. A pytest plugin: name it in ``pytest_plugins``."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from django.contrib.contenttypes.models import ContentType
from django.core.management.color import no_style
from django.core.management.sql import emit_post_migrate_signal
from django.db import connection, connections, transaction
from django.test import TransactionTestCase

from hospital.kit import racing
from hospital.kit.guards import cross_table, lifted
from hospital.kit.guards.declarations import declared

# What Django makes after migrations, and would make again after each flush: the same rows by hundreds.
SEEDED = ("django_content_type", "auth_permission")


@pytest.fixture(scope="session", autouse=True)
def guards_lifted_for_flush() -> Iterator[None]:
    """Let a transactional test empty append-only tables at its end, and only then."""
    test_case: Any = TransactionTestCase
    seeds: dict[str, list[Any]] = {}

    def empty_without_guards(case: Any) -> None:
        for alias in case._databases_names(include_mirrors=False):
            _empty(connections[alias], seeds)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(test_case, "_fixture_teardown", empty_without_guards)
        yield


def _empty(connection: Any, seeds: dict[str, list[Any]]) -> None:
    """Leave what a flush leaves: no row but the seeded ones. Those stay where nobody has touched them."""
    is_whole = seeds.get(connection.alias) == _seeded(connection)
    tables = connection.introspection.django_table_names(only_existing=True, include_views=False)
    emptied = sorted(set(tables) - set(SEEDED if is_whole else ()))
    with _nothing_refuses(connection) as way, transaction.atomic(using=connection.alias):
        _execute(connection, way(emptied))
    if is_whole:
        ContentType.objects.clear_cache()
        cross_table.install(connection, declared())
    else:
        emit_post_migrate_signal(0, False, connection.alias)
        seeds[connection.alias] = _seeded(connection)


@contextmanager
def _nothing_refuses(connection: Any) -> Iterator[Callable[[list[str]], list[str]]]:
    """Yields what makes the statements that empty tables, while no guard refuses them.

    TRUNCATE makes new files for each table and index, some 2,000, which takes seconds; so PostgreSQL's superuser
    deletes, with every trigger off. The lock waits for whoever still writes, as TRUNCATE would.
    """
    if connection.vendor == "postgresql" and _is_superuser(connection):
        yield _deleted_unseen
        return
    with lifted(connection):
        yield partial(connection.ops.sql_flush, no_style())


def _deleted_unseen(tables: list[str]) -> list[str]:
    named = [f'"{table}"' for table in tables]
    return [
        f"LOCK TABLE {', '.join(named)} IN ACCESS EXCLUSIVE MODE",
        "SET LOCAL session_replication_role = replica",
        "; ".join(f"DELETE FROM {name}" for name in named),  # noqa: S608 (names of our tables)
    ]


def _is_superuser(connection: Any) -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('is_superuser')")
        return bool(cursor.fetchone()[0] == "on")


def _seeded(connection: Any) -> list[Any]:
    with connection.cursor() as cursor:
        rows = []
        for table in SEEDED:
            cursor.execute(f"SELECT * FROM {table} ORDER BY id")  # noqa: S608 (a name above)
            rows += cursor.fetchall()
        return rows


def _execute(connection: Any, statements: list[str]) -> None:
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


def store_empty(path: Path) -> None:
    """Store the test database of SQLite as it stands, in memory, in a file."""
    memory: Any = connections["default"]
    memory.ensure_connection()
    with closing(memory.Database.connect(path)) as file:
        memory.connection.backup(file)


@contextmanager
def taken_back() -> Iterator[None]:
    """Whatever is written inside is undone at the end; a door's own transaction believes that it is the outermost."""
    block: Any = transaction.atomic()
    block._from_testcase = True
    with block:
        yield
        transaction.set_rollback(True)


@contextmanager
def kept(blocker: Any) -> Iterator[None]:
    """For a fixture of a whole module, with ``django_db_setup`` and ``django_db_blocker``: the rows made inside
    stay for all its tests, of which each takes back its own, and are taken back when the module ends.
    """
    with blocker.unblock(), taken_back():
        yield


@pytest.fixture
def race(
    empty_sqlite_file: Path, tmp_path: Path, transactional_db: None
) -> Callable[..., list[Any]]:
    """``race(worker, [(arguments), …])`` on a real database of the engine tested: ``racing.run``.

    On SQLite the database is a file of its own, which only the workers see.
    """
    if connection.vendor == "sqlite":
        path = tmp_path / "race.sqlite3"
        shutil.copy(empty_sqlite_file, path)
        return partial(racing.run, database=str(path))
    return partial(racing.run, database=connection.settings_dict["NAME"])
