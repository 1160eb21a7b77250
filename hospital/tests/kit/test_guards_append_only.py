"""What was written stays as it was written."""

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction

from hospital.kit import guards
from hospital.tests.kit.refusals import refusal_of
from hospital.tests.kitapp.models import LedgerLine

pytestmark = pytest.mark.django_db

NAME = "ledger_line_append_only"
TABLE = "kitapp_ledgerline"


@pytest.fixture
def line():
    return LedgerLine.objects.create(number=1, amount=100)


def run(sql: str, *params) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql, params)


def attempts(line: LedgerLine) -> dict:
    """Every way to change or remove the line, all of which must be refused."""
    key = line.pk.hex if connection.vendor == "sqlite" else line.pk
    changed = LedgerLine(pk=line.pk, number=1, amount=5)
    ways = {
        "save": lambda: changed.save(force_update=True),
        "update": lambda: LedgerLine.objects.update(amount=5),
        "an update of nothing": lambda: run(f"UPDATE {TABLE} SET amount = amount"),
        "bulk_update": lambda: LedgerLine.objects.bulk_update([changed], ["amount"]),
        "delete": lambda: LedgerLine.objects.get().delete(),
        "delete of all": lambda: LedgerLine.objects.all().delete(),
        "raw delete": lambda: run(f"DELETE FROM {TABLE}"),
        "upsert": lambda: LedgerLine.objects.bulk_create(
            [changed], update_conflicts=True, unique_fields=["id"], update_fields=["amount"]
        ),
    }
    insert = f"INTO {TABLE} (id, number, amount) VALUES (%s, %s, 5)"
    if connection.vendor == "sqlite":
        ways["replace by key"] = lambda: run(f"INSERT OR REPLACE {insert}", key, 2)
        ways["replace by number"] = lambda: run(f"REPLACE {insert}", "0" * 32, 1)
    else:
        ways["truncate"] = lambda: run(f"TRUNCATE {TABLE}")
        ways["merge"] = lambda: run(
            f"MERGE INTO {TABLE} l USING (SELECT 1) s ON true WHEN MATCHED THEN DELETE"
        )
    return ways


def survivors(line: LedgerLine) -> list[str]:
    """The ways that the guard does not refuse."""
    return [way for way, act in attempts(line).items() if NAME not in refusal_of(act)]


def test_a_written_row_can_be_neither_changed_nor_removed(line):
    assert survivors(line) == []
    assert list(LedgerLine.objects.values_list("number", "amount")) == [(1, 100)]


def test_without_the_guard_every_one_of_these_ways_is_open(line):
    guards.drop(connection, [NAME])

    assert survivors(line) == list(attempts(line))


def test_rows_can_be_added(line):
    LedgerLine.objects.create(number=2, amount=1)
    LedgerLine.objects.bulk_create([LedgerLine(number=3, amount=1)])

    assert LedgerLine.objects.count() == 3


def test_the_form_says_so_before_the_database_does(line):
    LedgerLine(number=4, amount=1).full_clean()

    line.amount = 7
    with pytest.raises(ValidationError) as refusal:
        line.full_clean()
    [error] = refusal.value.error_dict["__all__"]
    assert (error.code, error.message) == (
        "append_only",
        "This can only be added to, never changed.",
    )


def test_the_refusal_names_its_table_and_constraint(line):
    if connection.vendor != "postgresql":
        return
    with pytest.raises(IntegrityError) as refusal, transaction.atomic():
        run(f"DELETE FROM {TABLE}")
    diagnosis = refusal.value.__cause__.diag
    assert (diagnosis.constraint_name, diagnosis.table_name) == (NAME, TABLE)


def test_replacing_is_only_refused_because_deletes_by_replace_fire_triggers(line):
    if connection.vendor != "sqlite":
        return
    run("PRAGMA recursive_triggers = OFF")
    try:
        assert survivors(line) == ["replace by key", "replace by number"]
        assert NAME in guards.missing(connection)
    finally:
        run("PRAGMA recursive_triggers = ON")
