"""Two charts are merged, twice at once, while others write in both: what somebody was told is done is in the chart that
stays. Without the patients' lock a row is left behind where nobody looks: that was seen, and is seen again below.
"""

import pytest
from django.db import connection

from hospital.tests.races.harness import once

from . import merging

pytestmark = [pytest.mark.race, pytest.mark.timeout(600)]
ROUNDS = 12
SIDES = 6


def test_nothing_written_while_two_charts_are_merged_is_lost(race, count):
    told = once(race, merging.rounds, ROUNDS)
    answers = race(merging.play, [(side, told) for side in range(SIDES)])
    found = once(race, merging.left, told)
    for number, (status, here, there, note, city) in enumerate(found):
        first, second, added_there, added_here, edited, moved = (side[number] for side in answers)
        assert sorted([first, second]) == ["RuleError", "done"]
        assert (status, there) == ("merged", 0)
        assert here == 1 + [added_there, added_here].count("done")
        assert note == ("Edited" if edited == "done" else "")
        assert city == ("Bonn" if moved == "done" else "")
    count("merges raced", ROUNDS)


def test_of_two_charts_one_merge_waits_whoever_proposes_which_way_round(race, count):
    told = once(race, merging.twos, ROUNDS)
    answers = race(merging.propose, [(side, told) for side in range(4)])
    for outcomes in zip(*answers, strict=True):
        assert sorted(outcomes) == ["RuleError"] * 3 + ["done"]
    assert once(race, merging.waiting, told) == [1] * ROUNDS
    count("proposals raced", ROUNDS)


@pytest.mark.skipif(connection.vendor == "sqlite", reason="one writer: nobody writes meanwhile")
def test_without_the_patients_lock_a_row_is_left_behind(race):
    told = once(race, merging.rounds, 3)
    race(merging.without_the_lock, [(side, told) for side in range(2)])
    assert [there for _, _, there, *_ in once(race, merging.left, told)] == [1] * 3
