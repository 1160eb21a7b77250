"""What keeps records safe in each database is asserted, not assumed."""

import sqlite3

import psycopg
import pytest
from django.db import IntegrityError, InterfaceError, OperationalError, connection
from django.db.backends.sqlite3.base import DatabaseWrapper

from hospital.kit import database
from hospital.settings import databases

SAFE = {
    "journal_mode": "wal",
    "synchronous": 2,
    "foreign_keys": 1,
    "recursive_triggers": 1,
    "busy_timeout": 20_000,
}


def wrapper(tmp_path, **changes):
    entry = databases.entry(None, root=tmp_path, var=tmp_path, pool_size=0)
    entry["OPTIONS"] |= changes
    complete = {"TIME_ZONE": None, "AUTOCOMMIT": True, "HOST": "", "USER": "", "PASSWORD": ""}
    return DatabaseWrapper({**complete, **entry}, alias="scratch")


@pytest.fixture
def real_connections(django_db_blocker):
    """These tests open databases of their own in a temporary folder."""
    with django_db_blocker.unblock():
        yield


@pytest.mark.usefixtures("real_connections")
def test_a_connection_with_our_settings_is_safe(tmp_path):
    made = wrapper(tmp_path)
    made.connect()

    assert database.sqlite_faults(database._pragmas(made)) == []
    made.close()


@pytest.mark.usefixtures("real_connections")
@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"init_command": "PRAGMA journal_mode=WAL; PRAGMA recursive_triggers=ON"}, None),
        ({"init_command": databases.SQLITE_PRAGMAS.replace("FULL", "NORMAL")}, "synchronous"),
        ({"init_command": databases.SQLITE_PRAGMAS.replace("WAL", "DELETE")}, "journal_mode"),
        ({"timeout": 1}, "busy_timeout"),
        ({"transaction_mode": "DEFERRED"}, "transaction_mode"),
    ],
)
def test_a_connection_with_weaker_settings_is_refused(tmp_path, changes, named):
    made = wrapper(tmp_path, **changes)

    if named is None:  # SQLite's own default for synchronous is FULL
        made.connect()
    else:
        with pytest.raises(database.UnsafeDatabase, match=named):
            made.connect()
    made.close()


@pytest.mark.parametrize("name", SAFE)
def test_each_weaker_pragma_is_named(name):
    weak = {"journal_mode": "delete"}.get(name, 0)

    (sentence,) = database.sqlite_faults({**SAFE, name: weak})

    assert sentence.startswith(name)


def test_an_old_sqlite_is_warned_of_with_a_remedy():
    assert "pysqlite3" in database.sqlite_warning((3, 51, 2))
    assert database.sqlite_warning((3, 51, 3)) == ""


@pytest.mark.django_db
def test_the_connection_under_test_is_ours():
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("PRAGMA recursive_triggers")
            assert cursor.fetchone() == (1,)
            assert sqlite3.sqlite_version_info >= (3, 35)
        else:
            assert set(database.postgresql_faults(connection)) <= {
                "PostgreSQL's fsync is off, it must be on",
                "PostgreSQL's full_page_writes is off, it must be on",
                "PostgreSQL's synchronous_commit is off, it must be on",
            }


def caused(error, cause):
    error.__cause__ = cause
    return error


@pytest.mark.parametrize(
    ("error", "is_lost"),
    [
        (InterfaceError("connection already closed"), True),
        (caused(OperationalError(), psycopg.OperationalError("server closed")), True),
        (caused(OperationalError(), psycopg.errors.AdminShutdown()), True),
        (caused(OperationalError(), psycopg.errors.DeadlockDetected()), False),
        (caused(OperationalError(), sqlite3.OperationalError("database is locked")), False),
        (IntegrityError("unique"), False),
        (ValueError(), False),
    ],
)
def test_a_lost_connection_is_told_from_a_refusal(error, is_lost):
    assert database.is_connection_lost(error) is is_lost
