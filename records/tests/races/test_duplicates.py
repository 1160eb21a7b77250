"""Several desks decide on the same two charts, several workers look for them: each is decided and found once.

Without the locks all have looked before the first one writes. That was seen, and is seen again below on PostgreSQL:
on SQLite there is one writer, so nobody looks meanwhile.
"""

import pytest
from django.db import connection

from hospital.tests.races.harness import once

from . import duplicates

pytestmark = [pytest.mark.race, pytest.mark.timeout(600)]
ROUNDS, DESKS = 6, 3
NO_RACE = pytest.mark.skipif(
    connection.vendor == "sqlite", reason="one writer: nobody looks meanwhile"
)


def decided(race, how):
    told = once(race, duplicates.pairs, ROUNDS)
    answers = race(how, [(side, told) for side in range(DESKS)])
    return [sorted(each) for each in zip(*answers, strict=True)], once(
        race, duplicates.decisions, told
    )


def test_of_several_desks_one_decides_and_the_others_are_told(race, count):
    answers, decisions = decided(race, duplicates.decide)
    assert decisions == [1] * ROUNDS
    for each in answers:
        assert each.count("done") == 1, each
        assert set(each) <= {"done", "pair_decided", "stale"}
    count("pairs of charts decided by several desks at once", ROUNDS)


@NO_RACE
def test_without_locks_and_versions_each_desk_decides(race):
    _answers, decisions = decided(race, duplicates.decide_without_locks)
    assert decisions == [DESKS] * ROUNDS


def told_apart_or_proposed(race, how):
    told = once(race, duplicates.pairs, ROUNDS)
    return list(zip(*race(how, [(side, told) for side in range(2)]), strict=True))


def test_two_are_told_apart_or_proposed_to_be_merged_and_never_both(race, count):
    answers = told_apart_or_proposed(race, duplicates.decide_or_propose)
    assert set(answers) <= {("done", "merge_told_apart"), ("pair_proposed", "done")}
    count("pairs told apart at one desk and proposed at another", ROUNDS)


@NO_RACE
def test_without_the_charts_locks_both_are_done(race):
    answers = told_apart_or_proposed(race, duplicates.decide_or_propose_without_locks)
    assert answers == [("done", "done")] * ROUNDS


def looked(race, how, workers):
    places = once(race, duplicates.twice, ROUNDS)
    answers = race(how, [(places, side) for side in range(workers)])
    return answers, once(race, duplicates.found)


def test_several_workers_at_two_hospitals_find_every_two_once(race, count):
    answers, found = looked(race, duplicates.look, 4)
    assert (answers, found) == (["done"] * 4, (ROUNDS, 0, 2))
    count("workers looking for the same pairs at once", 4)


@NO_RACE
def test_without_the_patients_lock_one_of_two_hospitals_is_stopped(race):
    answers, _found = looked(race, duplicates.look_without_locks, 2)
    assert sorted(answers) == ["ValidationError", "done"]
