"""Eight processes want the same beds. The same workers are seen booking twice without the guard."""

import datetime as dt

import pytest
from django.db import IntegrityError, connection, transaction

from hospital.kit import guards
from hospital.kit.racing import line_up
from hospital.tests.kitapp.models import Bed, BedPeriod

pytestmark = pytest.mark.race

NAME = "bed_period_no_overlap"
PROCESSES = 8
SLOTS = 12
START = dt.datetime(2026, 3, 14, tzinfo=dt.UTC)


def prepare(is_guarded: bool) -> str:
    if not is_guarded:
        guards.drop(connection, [NAME])
    assert guards.missing(connection) == ([] if is_guarded else [NAME])
    return str(Bed.objects.create(code="12A").pk)


def book(bed: str, offset: int) -> list[int]:
    """Look, find the bed free, and take it: for one slot after another, together with the others.

    Each process wants other minutes of the slot, all of which have some minutes in common.
    """
    won = []
    for slot in range(SLOTS):
        starts_at = START + dt.timedelta(hours=2 * slot, minutes=5 * offset)
        period = BedPeriod(
            bed_id=bed, starts_at=starts_at, ends_at=starts_at + dt.timedelta(minutes=60)
        )
        assert not BedPeriod.objects.filter(
            bed=bed, starts_at__lt=period.ends_at, ends_at__gt=starts_at
        ).exists()
        line_up()
        if take(period):
            won.append(slot)
        line_up()
    return won


def take(period: BedPeriod) -> bool:
    try:
        with transaction.atomic():
            Bed.objects.select_for_update(no_key=True).get(pk=period.bed_id)
            period.save(force_insert=True)
    except IntegrityError as error:
        if NAME not in str(error):
            raise
        return False
    return True


def count() -> int:
    return BedPeriod.objects.count()


@pytest.mark.parametrize("is_guarded", [True, False])
def test_one_process_gets_each_slot_and_without_the_guard_all_do(race, is_guarded):
    [bed] = race(prepare, [(is_guarded,)])

    won = race(book, [(bed, offset) for offset in range(PROCESSES)])

    winners = sorted(slot for slots in won for slot in slots)
    wanted = 1 if is_guarded else PROCESSES
    assert winners == sorted(list(range(SLOTS)) * wanted)
    assert race(count, [()]) == [SLOTS * wanted]


@pytest.fixture(autouse=True)
def guard_is_back(transactional_db):
    """The control leaves a shared PostgreSQL database without its guard."""
    yield
    if connection.vendor == "postgresql":
        BedPeriod.objects.all().delete()
        guards.reinstall(connection)
