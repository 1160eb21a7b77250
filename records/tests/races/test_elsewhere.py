"""Two hospitals act on one patient at the same moment: who lies in both is a task of both, and of nobody else.

Without the patient's lock both look before the other is through. That was seen, and is seen again below on
PostgreSQL: on SQLite there is one writer, so nobody looks meanwhile.
"""

import pytest
from django.db import connection

from hospital.tests.races.harness import flat, once

from . import elsewhere

pytestmark = [pytest.mark.race, pytest.mark.timeout(600)]
ROUNDS = 20
EACH = ["admitted_elsewhere", "stay_elsewhere"]


def raced(race, how, lies_in_first):
    told = once(race, elsewhere.rounds, ROUNDS, lies_in_first)
    answers = race(how, [(side, told) for side in range(2)])
    assert set(flat(answers)) == {"done"}, answers
    return once(race, elsewhere.open_tasks, told)


def test_of_two_hospitals_that_admit_at_once_each_has_one_task(race, count):
    assert raced(race, elsewhere.admit_or_discharge, False) == [EACH] * ROUNDS
    count("patients admitted by two hospitals at once", ROUNDS)


def test_who_leaves_the_one_while_the_other_admits_is_nobodys_task(race, count):
    assert raced(race, elsewhere.admit_or_discharge, True) == [[]] * ROUNDS
    count("patients discharged by one hospital while another admits", ROUNDS)


@pytest.mark.skipif(connection.vendor == "sqlite", reason="one writer: nobody looks meanwhile")
def test_without_the_patients_lock_neither_ward_is_told(race):
    assert raced(race, elsewhere.without_the_lock, False) == [[]] * ROUNDS


@pytest.mark.skipif(connection.vendor == "sqlite", reason="one writer: nobody looks meanwhile")
def test_without_the_patients_lock_tasks_of_who_has_left_stay_open(race):
    assert raced(race, elsewhere.without_the_lock, True) == [EACH] * ROUNDS
