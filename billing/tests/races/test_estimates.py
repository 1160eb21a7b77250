"""Estimates of one treatment at once, while its list is changed and it is done.

Seen failing in every round as it is done elsewhere, by looking whether it is still to be done and then writing.
"""

import pytest

from hospital.tests.races.harness import once
from records.tests.races.games import SIDES

from . import estimates

pytestmark = [pytest.mark.race, pytest.mark.timeout(600)]
ROUNDS = 8


def played(race, worker):
    told = once(race, estimates.arrange, ROUNDS)
    return once(race, estimates.judge, told, race(worker, [(side, told) for side in range(SIDES)]))


def test_each_is_of_one_list_adds_up_and_is_made_before_it_is_done(race, count):
    assert played(race, estimates.play) == []
    count("rounds of estimates made at once", ROUNDS)


def test_who_looks_first_and_then_writes_breaks_every_round(race):
    """The control: as it is done elsewhere."""
    assert len(played(race, estimates.look_then_write)) == ROUNDS
