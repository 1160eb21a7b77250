"""Which guards are missing, and putting them back. Every removed guard must be noticed twice: by
``missing()``, and by the rows that get through."""

import datetime as dt

import pytest
from django.db import IntegrityError, connection

from hospital.kit import guards
from hospital.kit.guards.parts import present
from hospital.tests.kit.refusals import refusal_of
from hospital.tests.kitapp.models import (
    Alias,
    Bed,
    BedPeriod,
    Errand,
    Leave,
    LedgerLine,
    Room,
    Seat,
    Show,
    Site,
    Stretch,
    Tariff,
    Ticket,
    Wing,
)

START = dt.datetime(2026, 3, 14, tzinfo=dt.UTC)
HOUR = dt.timedelta(hours=1)
NAMES = [entry.guard.name for entry in guards.declared() if entry.model.__module__.count("kitapp")]


def breach_bed_period() -> None:
    bed = Bed.objects.create(code="12A")
    for _ in range(2):
        BedPeriod.objects.create(bed=bed, starts_at=START, ends_at=START + HOUR)


def breach_leave() -> None:
    for _ in range(2):
        Leave.objects.create(person="a", first_on=START.date())


def breach_ledger_line() -> None:
    LedgerLine.objects.create(number=1, amount=1)
    LedgerLine.objects.update(amount=2)


def breach_stretch_append_only() -> None:
    Stretch.objects.create(track=1, starts_at=START, ends_at=START + HOUR)
    Stretch.objects.all().delete()


def breach_stretch_no_overlap() -> None:
    for _ in range(2):
        Stretch.objects.create(track=1, starts_at=START, ends_at=START + HOUR)


def breach_tariff() -> None:
    for _ in range(2):
        Tariff.objects.create(item="a", first_on=START.date(), last_on=START.date())


def breach_room() -> None:
    wing = Wing.objects.create(hospital=Site.objects.create(), name="w")
    Room.objects.create(hospital=Site.objects.create(), wing=wing, name="1")


def breach_errand() -> None:
    guest = Bed.objects.create(code="1")
    for _ in range(2):
        Errand.objects.create(guest=guest, starts_at=START)


def breach_seat() -> None:
    Seat.objects.create(show=Show.objects.create(capacity=2), lane=3)


def breach_ticket() -> None:
    Ticket.objects.create(show=Show.objects.create(capacity=2), number=3)


def breach_alias() -> None:
    first = Alias.objects.create(stands_for=Alias.objects.create())
    Alias.objects.create(stands_for=first)


BREACHES = {
    "bed_period_no_overlap": breach_bed_period,
    "leave_no_overlap": breach_leave,
    "ledger_line_append_only": breach_ledger_line,
    "stretch_append_only": breach_stretch_append_only,
    "stretch_no_overlap": breach_stretch_no_overlap,
    "tariff_no_overlap": breach_tariff,
    "room_same_hospital": breach_room,
    "errand_no_overlap": breach_errand,
    "seat_at_most_capacity": breach_seat,
    "ticket_at_most": breach_ticket,
    "alias_no_chain": breach_alias,
}


def execute(sql: object) -> None:
    with connection.cursor() as cursor:
        cursor.execute(str(sql))


@pytest.mark.django_db
def test_every_guard_of_the_house_is_there():
    assert len(guards.declared()) >= len(BREACHES)
    assert guards.missing(connection) == []


def test_every_guard_here_has_a_breach_that_tries_it():
    assert sorted(NAMES) == sorted(BREACHES)


@pytest.mark.django_db
@pytest.mark.parametrize("name", NAMES)
def test_a_removed_guard_is_missed_lets_its_breach_through_and_comes_back(name):
    assert name in refusal_of(BREACHES[name])

    guards.drop(connection, [name])
    assert guards.missing(connection) == [name]
    assert refusal_of(BREACHES[name]) == ""

    assert guards.reinstall(connection) == [name]
    assert guards.missing(connection) == []
    assert name in refusal_of(BREACHES[name])


@pytest.mark.django_db
@pytest.mark.parametrize("name", NAMES)
def test_a_guard_that_lost_any_one_part_is_missing_and_comes_back(name):
    [entry] = [entry for entry in guards.declared() if entry.guard.name == name]
    droppable = [part for part in entry.parts(connection) if part.drop and part.kind != "function"]
    assert droppable

    for part in droppable:
        for statement in part.drop:
            execute(statement)
        assert part.key not in present(connection)
        assert guards.missing(connection) == [name], part.name
        assert guards.reinstall(connection, [name]) == [name]
        assert guards.missing(connection) == []


@pytest.mark.django_db
def test_a_disabled_trigger_is_missing():
    if connection.vendor != "postgresql":
        return
    execute("ALTER TABLE kitapp_ledgerline DISABLE TRIGGER ledger_line_append_only")
    assert guards.missing(connection) == ["ledger_line_append_only"]

    guards.reinstall(connection)
    assert "ledger_line_append_only" in refusal_of(breach_ledger_line)


@pytest.mark.django_db(transaction=True)
def test_a_lost_check_inside_a_table_comes_back():
    name = "bed_period_no_overlap"
    bed = Bed.objects.create(code="12A")
    kept = BedPeriod.objects.create(bed=bed, starts_at=START, ends_at=START + HOUR)
    if connection.vendor == "sqlite":
        lose_check_of_sqlite()
    else:
        execute(f"ALTER TABLE kitapp_bedperiod DROP CONSTRAINT {name}_order")
    backwards = BedPeriod(
        bed=bed, starts_at=START + 3 * HOUR, ends_at=START + 2 * HOUR, is_active=False
    )
    assert refusal_of(backwards.save) == ""
    assert guards.missing(connection) == [name]

    guards.reinstall(connection)

    assert guards.missing(connection) == []
    assert f"{name}_order" in refusal_of(backwards.save)
    assert name in refusal_of(breach_bed_period)
    assert list(BedPeriod.objects.all()) == [kept]


def lose_check_of_sqlite() -> None:
    """Build the table again as a hand-written migration might: with neither CHECK nor triggers."""
    guard, BedPeriod._meta.constraints = BedPeriod._meta.constraints, []
    try:
        with connection.schema_editor() as editor:
            editor._remake_table(BedPeriod)
    finally:
        BedPeriod._meta.constraints = guard


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("name", ["bed_period_no_overlap", "leave_no_overlap"])
def test_a_guard_does_not_come_back_over_rows_that_break_it(name):
    guards.drop(connection, [name])
    BREACHES[name]()

    assert name in refusal_of(lambda: guards.reinstall(connection))
    assert guards.missing(connection) == [name]

    Leave.objects.all().delete()
    BedPeriod.objects.all().delete()
    assert guards.reinstall(connection) == [name]


@pytest.mark.django_db
def test_a_name_that_nobody_declared_cannot_be_reinstalled():
    with pytest.raises(LookupError, match="no_such_guard"):
        guards.reinstall(connection, ["no_such_guard"])


@pytest.mark.django_db
def test_lifted_guards_come_back_whatever_happens():
    line = LedgerLine.objects.create(number=1, amount=1)

    def fail_while_lifted():
        with guards.lifted(connection):
            line.delete()
            raise KeyError

    with pytest.raises(KeyError):
        fail_while_lifted()

    assert guards.missing(connection) == []
    assert "ledger_line_append_only" in refusal_of(breach_ledger_line)


@pytest.mark.django_db
def test_lifting_does_not_mend_what_was_missing_before():
    guards.drop(connection, ["ledger_line_append_only"])

    with guards.lifted(connection):
        pass

    assert guards.missing(connection) == ["ledger_line_append_only"]


@pytest.mark.django_db(transaction=True)
def test_a_flush_after_a_test_is_refused_without_the_lift_of_the_fixture():
    """The fixture itself is tried by every transactional test that fills a ledger, as this one."""
    LedgerLine.objects.create(number=1, amount=1)
    truncate = "TRUNCATE" if connection.vendor == "postgresql" else "DELETE FROM"

    with pytest.raises(IntegrityError, match="ledger_line_append_only"):
        execute(f"{truncate} kitapp_ledgerline")


@pytest.mark.django_db(transaction=True)
def test_a_flush_leaves_nothing_and_loses_no_guard():
    assert not LedgerLine.objects.exists()
    assert guards.missing(connection) == []
