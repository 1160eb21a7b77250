"""Numbers that people see: given out once, never reused, never ``count() + 1``."""

import re
from typing import Any

from django.apps import apps
from django.db import DEFAULT_DB_ALIAS, connections
from django.db.migrations.operations.base import Operation
from django.db.transaction import TransactionManagementError
from stdnum import damm

_SEQUENCE_NAME = re.compile(r"[a-z][a-z0-9_]{0,48}\Z")


def gap_free(name: str, *, using: str = DEFAULT_DB_ALIAS) -> int:
    """Return the next integer of a series without gaps, from 1; for invoices, receipts, tickets.

    Locks the series until the transaction ends, and a rollback gives the number back: so it must be
    called inside a transaction (TransactionManagementError otherwise), last of all in it.
    """
    if not connections[using].in_atomic_block:
        raise TransactionManagementError("A gap-free number is only given inside a transaction.")
    return _take_from_row(name, using)


def skipping(name: str, *, using: str = DEFAULT_DB_ALIAS) -> int:
    """Return the next integer of a series that may skip, from 1; never the same twice.

    On PostgreSQL nobody waits for anybody: it is a sequence, made by the migration operation
    ``SkippingSeries(name)``. On SQLite, where writers queue anyway, it is a row.
    """
    connection, sequence = connections[using], _sequence(name)
    if connection.vendor != "postgresql":
        return _take_from_row(f"skipping:{name}", using)
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval(%s::regclass)", [f'"{sequence}"'])
        return cursor.fetchone()[0]


def skipping_many(name: str, count: int, *, using: str = DEFAULT_DB_ALIAS) -> list[int]:
    """The next ``count`` numbers of such a series, as ``skipping`` gives them one by one."""
    connection, sequence = connections[using], _sequence(name)
    if connection.vendor != "postgresql":
        return [_take_from_row(f"skipping:{name}", using) for _ in range(count)]
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT nextval(%s::regclass) FROM generate_series(1, %s)", [f'"{sequence}"', count]
        )
        return [number for (number,) in cursor.fetchall()]


def pass_by(name: str, number: int, *, using: str = DEFAULT_DB_ALIAS) -> None:
    """Let a series that may skip go on after ``number``, unless it is beyond that already.

    Who takes numbers at the same moment may be given one twice: whatever they number must be unique,
    and be looked for before it is used.
    """
    connection, sequence = connections[using], _sequence(name)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                f'SELECT setval(%s::regclass, %s) FROM "{sequence}" WHERE last_value < %s',  # noqa: S608
                [f'"{sequence}"', number, number],
            )
            return
    model: Any = apps.get_model("hospital", "Series")
    rows = model.objects.using(using)
    rows.get_or_create(name=f"skipping:{name}")
    rows.filter(name=f"skipping:{name}", next_value__lte=number).update(next_value=number + 1)


def with_check_digit(number: int | str) -> str:
    """Return the digits with their Damm check digit appended: it finds every single wrong digit and
    every swap of neighbours."""
    return f"{number}{damm.calc_check_digit(str(number))}"


def is_valid(number: str) -> bool:
    """Say whether a number ends in its right Damm check digit."""
    return number.isascii() and number.isdigit() and len(number) > 1 and damm.is_valid(number)


class SkippingSeries(Operation):
    """Migration operation: make the sequence that ``skipping(name)`` takes its numbers from."""

    reduces_to_sql = True
    reversible = True

    def __init__(self, name: str):
        self.name = name
        _sequence(name)

    def deconstruct(self) -> tuple[str, list, dict]:
        return type(self).__qualname__, [], {"name": self.name}

    def state_forwards(self, app_label: str, state: Any) -> None:
        """No model changes."""

    def database_forwards(
        self, app_label: str, editor: Any, from_state: Any, to_state: Any
    ) -> None:
        # On SQLite the first number makes the row.
        if editor.connection.vendor == "postgresql":
            editor.execute(f'CREATE SEQUENCE IF NOT EXISTS "{_sequence(self.name)}" AS bigint')

    def database_backwards(
        self, app_label: str, editor: Any, from_state: Any, to_state: Any
    ) -> None:
        if editor.connection.vendor == "postgresql":
            editor.execute(f'DROP SEQUENCE IF EXISTS "{_sequence(self.name)}"')

    def describe(self) -> str:
        return f"Make the number series {self.name}"

    @property
    def migration_name_fragment(self) -> str:
        return f"series_{self.name}"


def _sequence(name: str) -> str:
    if not _SEQUENCE_NAME.match(name):
        raise ValueError(f"Not a name for a series: {name!r}")
    return f"series_{name}"


def _take_from_row(name: str, using: str) -> int:
    """One statement, so that the look and the step cannot be parted; it holds the row's lock."""
    model: Any = apps.get_model("hospital", "Series")
    quote = connections[using].ops.quote_name
    table, key, value = (
        quote(model._meta.db_table),
        quote(model._meta.get_field("name").column),
        quote(model._meta.get_field("next_value").column),
    )
    sql = (
        f"INSERT INTO {table} ({key}, {value}) VALUES (%s, 2) "  # noqa: S608 (quoted identifiers)
        f"ON CONFLICT ({key}) DO UPDATE SET {value} = {table}.{value} + 1 RETURNING {value} - 1"
    )
    with connections[using].cursor() as cursor:
        cursor.execute(sql, [name])
        return cursor.fetchone()[0]
