"""Several workers at one file, and one file handed in twice: each row takes effect once.

Without asking where the file stands its rows are counted once for each worker; without taking turns people without a
number of their own come in twice. Both are seen below.
"""

import pytest
from django.db import connection

from hospital.tests.races.harness import once

from . import imports

pytestmark = [pytest.mark.race, pytest.mark.timeout(600)]
WORKERS = 4
NO_RACE = pytest.mark.skipif(
    connection.vendor == "sqlite", reason="one writer: nobody looks meanwhile"
)
ONCE = {"charts": imports.ROWS, "mrns": imports.ROWS, "people": imports.ROWS, "broken": 0}


@pytest.mark.parametrize("has_mrns", [True, False])
def test_of_several_workers_at_one_import_one_brings_it_in(race, count, tmp_path, has_mrns):
    [pk] = once(race, imports.begun, tmp_path, 1, has_mrns)
    answers = race(imports.work, [(tmp_path, pk)] * WORKERS)
    assert set(answers) <= {"done", "import_moved_on"}, answers
    assert answers.count("done") >= 1
    assert once(race, imports.found) == ONCE | {
        "told": imports.ROWS, "position": imports.ROWS, "created": imports.ROWS, "skipped": 0,
    }  # fmt: skip
    count("workers at one import at once", WORKERS)


def test_without_asking_where_it_stands_rows_are_done_more_than_once(race, tmp_path):
    [pk] = once(race, imports.begun, tmp_path, 1, False)
    race(imports.work_wherever_it_stands, [(tmp_path, pk)] * 2)
    assert once(race, imports.found)["position"] > imports.ROWS


@pytest.mark.parametrize("has_mrns", [True, False])
def test_the_same_people_in_two_imports_at_once_come_in_once(race, count, tmp_path, has_mrns):
    files = once(race, imports.begun, tmp_path, 2, has_mrns)
    answers = race(imports.work, [(tmp_path, pk) for pk in files])
    assert answers == ["done", "done"]
    assert once(race, imports.found) == ONCE | {
        "told": 2 * imports.ROWS, "position": 2 * imports.ROWS,
        "created": imports.ROWS, "skipped": imports.ROWS,
    }  # fmt: skip
    count("imports of the same people at once", 2)


@NO_RACE
def test_without_turns_people_without_numbers_come_in_twice(race, tmp_path):
    files = once(race, imports.begun, tmp_path, 2, False)
    race(imports.work_without_turns, [(tmp_path, pk) for pk in files])
    assert once(race, imports.found)["charts"] == 2 * imports.ROWS


def test_of_one_file_that_is_handed_in_twice_one_is_begun(race, count, tmp_path):
    files = once(race, imports.ready, tmp_path, WORKERS)
    answers = race(imports.begin, [(tmp_path, pk) for pk in files])
    assert sorted(answers) == ["begun", *["import_repeated"] * (WORKERS - 1)]
    count("beginnings of one file at once", WORKERS)


@NO_RACE
def test_without_turns_one_file_is_begun_twice(race, tmp_path):
    files = once(race, imports.ready, tmp_path, 2)
    answers = race(imports.begin_without_turns, [(tmp_path, pk) for pk in files])
    assert answers == ["begun", "begun"]
