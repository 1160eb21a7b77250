"""Four at once for one thing: a patient, a place, a seat on top, a hold, a free time; and what they leave behind."""

from collections import Counter

import pytest
from django.db import connection

from hospital.tests.races.harness import once

from . import controls, games

pytestmark = [pytest.mark.race, pytest.mark.timeout(600)]
ROUNDS = 6


# What is wanted by booking alone; what is kept, moved to, called off, or away; and what is moved.
BOOKED = ["OnePatient", "Capacity", "OnTop"]
CHANGED = ["HoldOrBook", "OneHold", "Chase", "Away", "Leave", "CallOff"]
MOVED = ["Chase", "Swap"]


def played(race, worker, names):
    """What is wrong after ROUNDS of each game."""
    told = once(race, games.arrange, names, ROUNDS)
    answers = race(worker, [(side, told) for side in range(games.SIDES)])
    return once(race, games.judge, told, answers)


def assert_every_round_breaks(wrong, names):
    """``wrong`` is told as ``NAME: what``; so one sees at once which game holds without what it needs."""
    assert Counter(text.split(":")[0] for text in wrong) == dict.fromkeys(names, ROUNDS)


def test_what_one_can_have_one_gets_and_nothing_is_lost(race, count):
    assert played(race, games.play, list(games.GAMES)) == []
    count("rounds of races for one thing", ROUNDS * len(games.GAMES))


def test_who_looks_first_and_then_writes_breaks_every_round(race, no_guards):
    """The control: as it is done elsewhere."""
    assert_every_round_breaks(played(race, controls.look_then_write, BOOKED), BOOKED)


def test_without_locks_and_guards_the_product_breaks_too(race, no_guards):
    """The control for what is moved, kept and called off, and for who is away."""
    if connection.vendor == "sqlite":
        pytest.skip("SQLite has one writer: a transaction that has begun is alone.")
    assert_every_round_breaks(played(race, controls.play_without_locks, CHANGED), CHANGED)


def test_who_gives_the_old_time_up_before_taking_the_new_one_breaks_every_round(race):
    """The control for what is moved: as it is done elsewhere, all guards and locks being there."""
    assert_every_round_breaks(played(race, controls.call_off_then_book, MOVED), MOVED)


def test_every_game_has_been_seen_failing():
    assert {*BOOKED, *CHANGED, *MOVED} == set(games.GAMES)
