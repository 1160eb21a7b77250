"""What the tests of a house with guards need. A pytest plugin: name it in ``pytest_plugins``."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from django.db import connection, connections
from django.test import TransactionTestCase

from hospital.kit import racing
from hospital.kit.guards import lifted


@pytest.fixture(scope="session", autouse=True)
def guards_lifted_for_flush() -> Iterator[None]:
    """Let a transactional test empty append-only tables at its end, and only then."""
    test_case: Any = TransactionTestCase
    flush = test_case._fixture_teardown

    def flush_without_guards(case: Any) -> None:
        with ExitStack() as stack:
            for alias in case._databases_names(include_mirrors=False):
                stack.enter_context(lifted(connections[alias]))
            flush(case)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(test_case, "_fixture_teardown", flush_without_guards)
        yield


def store_empty(path: Path) -> None:
    """Store the test database of SQLite as it stands, in memory, in a file."""
    memory: Any = connections["default"]
    memory.ensure_connection()
    with closing(memory.Database.connect(path)) as file:
        memory.connection.backup(file)


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
