"""Many want the same beds at once: each bed has one patient, each patient one bed, and no bed is lost."""

import math
from collections import Counter

import pytest
from django.db import connection

from hospital.kit import guards
from hospital.tests.races.harness import flat, once
from records.models import BedPeriod

from . import wards

pytestmark = [pytest.mark.race, pytest.mark.timeout(600)]
PROCESSES = 8
BEDS = 20
# PostgreSQL lets all work side by side; SQLite has one writer, and gets a crowd in proportion.
THREADS = {"postgresql": 8, "sqlite": 2}
TRIES = 10
ROUNDS = 15
SIDES = 4
# What a client may be told: that the bed is not free, that somebody else has taken the patient in or moved on.
TOLD = {
    "admit": {"done", "bed_taken", "stay_open"},
    "transfer": {"done", "bed_taken", "same_place", "already_changed_since"},
    "clean": {"done", "bed_not_so", "already_changed_since"},
}


def test_of_a_crowd_each_lies_in_one_bed_and_the_others_are_told_which_are_free(race, count):
    clients = PROCESSES * THREADS[connection.vendor]
    wing = once(race, wards.arrange, BEDS, math.ceil(clients / 2))
    threads = THREADS[connection.vendor]
    sides = [(place * threads, threads, TRIES, wing) for place in range(PROCESSES)]

    answers = flat(race(wards.crowd, sides))

    told = Counter((answer.word, answer.told) for answer in answers)
    assert {word for word, _told in told} == {*TOLD}, told
    assert all(code in TOLD[word] for word, code in told), told
    refused = [answer.free for answer in answers if answer.told == "bed_taken"]
    # As many as are shown of those that are free by then.
    assert all(0 <= free <= BEDS for free in refused)
    assert any(refused)
    found = once(race, wards.stored, wing)
    assert found[:4] == (0, 0, 0, 0), found
    assert told["admit", "done"] <= math.ceil(clients / 2)
    assert found.periods["occupied"] == told["admit", "done"] + told["transfer", "done"]
    assert found.periods.get("cleaning", 0) == told["transfer", "done"]
    assert (
        found.free
        == BEDS - told["admit", "done"] - told["transfer", "done"] + told["clean", "done"]
    )
    count(f"wishes for a bed by {clients} clients at once", len(answers))


def test_of_two_nurses_one_gets_the_last_bed(race, count):
    number = 40
    told = once(race, wards.rounds, "last bed", number)

    answers = race(wards.take_last, [(side, told) for side in range(2)])

    assert [sorted(pair) for pair in zip(*answers, strict=True)] == [["bed_taken", "done"]] * number
    for found in once(race, wards.found_in, told):
        assert found == (0, 0, 0, 0, {"occupied": 1}, 0)
    count("last free beds wanted by two", number)


def test_two_nurses_who_put_an_extra_bed_up_at_once_have_one_each(race, count):
    told = once(race, wards.rounds, "last bed", ROUNDS)

    answers = race(wards.put_up_extra, [(side, told) for side in range(2)])

    assert answers == [["done"] * ROUNDS] * 2
    assert once(race, wards.extra_in, told) == [["X1", "X2"]] * ROUNDS
    count("rounds of two extra beds put up at once", ROUNDS)


def test_who_looks_for_a_label_without_locking_the_ward_is_refused_by_the_database(race):
    """The control: as it is done elsewhere, one of the two nurses is left without a bed in every round."""
    told = once(race, wards.rounds, "last bed", ROUNDS)

    answers = race(wards.look_then_put_up, [(side, told) for side in range(2)])

    pairs = [sorted(pair) for pair in zip(*answers, strict=True)]
    assert pairs == [["done", "invalid_input"]] * ROUNDS


def test_who_change_places_while_one_is_moved_lie_somewhere_each(race, count):
    told = once(race, wards.rounds, "neighbours", ROUNDS)

    answers = race(wards.change_places, [(side, told) for side in range(3)])

    # Each waits for the others, and then there is always a place to go to.
    assert set(flat(answers)) <= {"done", "already_changed_since"}, answers
    for found in once(race, wards.found_in, told):
        assert found[:4] == (0, 0, 0, 0), found
    count("rounds of changing places while one is moved", ROUNDS)


def test_no_bed_is_kept_for_a_stay_that_was_called_off(race, count):
    told = once(race, wards.rounds, "expected", ROUNDS)

    cancelled, kept = race(wards.call_off_or_keep, [(side, told) for side in range(2)])

    assert set(cancelled) == {"done"}
    assert set(kept) <= {"done", "stay_step"}
    assert [found.periods for found in once(race, wards.found_in, told)] == [{}] * ROUNDS
    count("rounds of keeping a bed for a stay that is called off", ROUNDS)


@pytest.mark.parametrize("is_guarded", [True, False])
def test_who_looks_and_then_lies_down_is_kept_out_by_the_database_alone(race, count, is_guarded):
    """The control: as it is done elsewhere, and with nothing in the database two lie in every bed."""
    told = once(race, wards.guarded, is_guarded, ROUNDS, SIDES)

    answers = race(wards.look_then_lie, [(side, told) for side in range(SIDES)])

    winners = 1 if is_guarded else SIDES
    assert [round_.count("done") for round_ in zip(*answers, strict=True)] == [winners] * ROUNDS
    assert once(race, wards.lying_in, told) == [winners] * ROUNDS
    if not is_guarded:
        count("beds of the control with four in each", ROUNDS)


@pytest.fixture(autouse=True)
def guard_is_back(transactional_db):
    """The control leaves a shared PostgreSQL database without its guard."""
    yield
    if connection.vendor == "postgresql":
        BedPeriod.objects.all().delete()
        guards.reinstall(connection)
