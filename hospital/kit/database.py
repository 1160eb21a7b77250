"""What the promises of the data rest on in each database, looked at rather than assumed."""

import sqlite3
from typing import Any

from django.core.exceptions import ImproperlyConfigured
from django.db import DatabaseError, InterfaceError, OperationalError
from django.db.backends.base.base import BaseDatabaseWrapper

SQLITE_FIXED_IN = (3, 51, 3)
BUSY_MILLISECONDS = 20_000
_FULL_OR_EXTRA = (2, 3)


class UnsafeDatabase(ImproperlyConfigured):
    """The database would not keep what it acknowledged; ``problems`` names the settings."""

    def __init__(self, faults: list[str]) -> None:
        super().__init__(f"SQLite is not set up to keep records safe: {'; '.join(faults)}")
        self.problems = [str(self)]


def assert_settings(connection: BaseDatabaseWrapper, **_signal: Any) -> None:
    """Raise ``UnsafeDatabase`` unless a new SQLite connection has every setting of ours.

    A receiver of ``connection_created``: a connection made around our settings is refused before its
    first statement.
    """
    if connection.vendor != "sqlite":
        return
    wrong = sqlite_faults(_pragmas(connection))
    if getattr(connection, "transaction_mode", None) != "IMMEDIATE":
        wrong.append("transaction_mode must be IMMEDIATE")
    if wrong:
        raise UnsafeDatabase(wrong)


def _pragmas(connection: BaseDatabaseWrapper) -> dict[str, Any]:
    names = ("journal_mode", "synchronous", "foreign_keys", "recursive_triggers", "busy_timeout")
    cursor = connection.connection.cursor()
    return {name: cursor.execute(f"PRAGMA {name}").fetchone()[0] for name in names}


def sqlite_faults(pragmas: dict[str, Any]) -> list[str]:
    """Name each setting of a SQLite connection that is weaker than our promises need."""
    rules = (
        # A database in memory, as tests use, has no journal to lose.
        (pragmas["journal_mode"] in ("wal", "memory"), "journal_mode must be WAL"),
        (pragmas["synchronous"] in _FULL_OR_EXTRA, "synchronous must be FULL"),
        (pragmas["foreign_keys"] == 1, "foreign_keys must be on"),
        (pragmas["recursive_triggers"] == 1, "recursive_triggers must be on"),
        (pragmas["busy_timeout"] >= BUSY_MILLISECONDS, "busy_timeout must be 20 s"),
    )
    return [sentence for holds, sentence in rules if not holds]


def sqlite_warning(version: tuple[int, ...] | None = None) -> str:
    """A sentence when this SQLite lacks the WAL-reset fix, else the empty string."""
    version = version or sqlite3.sqlite_version_info
    if version >= SQLITE_FIXED_IN:
        return ""
    shown = ".".join(map(str, version))
    return (
        f"SQLite {shown} can damage a database when it resets its write-ahead log (fixed in 3.51.3): "
        "install pysqlite3, or use PostgreSQL through DATABASE_URL"
    )


def postgresql_faults(connection: BaseDatabaseWrapper) -> list[str]:
    """Name each PostgreSQL setting under which an acknowledged commit could be lost."""
    needed: dict[str, tuple[str, ...]] = {
        "fsync": ("on",),
        "full_page_writes": ("on",),
        "synchronous_commit": ("on", "remote_apply", "remote_write", "local"),
    }
    with connection.cursor() as cursor:
        cursor.execute("SELECT name, setting FROM pg_settings WHERE name = ANY(%s)", [list(needed)])
        found = dict(cursor.fetchall())
    return [
        f"PostgreSQL's {name} is {found.get(name)}, it must be {values[0]}"
        for name, values in needed.items()
        if found.get(name) not in values
    ]


def unreachable(connection: BaseDatabaseWrapper) -> str:
    """Say why the database does not answer, in one line, or return the empty string.

    Goes round the pool, which would try again in silence until its time is up.
    """
    try:
        if connection.vendor == "postgresql":
            said: Any = connection
            said.Database.connect(**said.get_connection_params(), connect_timeout=5).close()
        else:
            connection.ensure_connection()
    except Exception as error:
        if not isinstance(error, DatabaseError | connection.Database.Error):  # type: ignore[attr-defined]
            raise
        return (str(error).strip().splitlines() or ["no answer"])[0]
    return ""


def is_connection_lost(error: BaseException) -> bool:
    """Whether ``error`` says that the database went away, as opposed to refusing something.

    Class 08 and 57P are PostgreSQL's; a statement that never reached the server carries no SQLSTATE.
    Such a request is answered 503 with Retry-After: it may be sent again.
    """
    if isinstance(error, InterfaceError):
        return True
    if not isinstance(error, OperationalError):
        return False
    cause = error.__cause__
    if cause is None or type(cause).__module__.partition(".")[0] not in ("psycopg", "psycopg_pool"):
        return False
    state = getattr(cause, "sqlstate", None)
    return state is None or state.startswith(("08", "57P"))


def is_held(error: BaseException) -> bool:
    """Whether ``error`` says that another has held SQLite's one pen for longer than anybody waits: it may be
    tried again."""
    return isinstance(error, OperationalError) and "locked" in str(error)
