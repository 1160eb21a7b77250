"""Thousands of acts in any order, each done by the product and by a plain model, and compared.

After each of them both must have answered alike, and everything stored must be as the model says: no two in
one place, nobody lost, every version kept. The faults seeded at the end show that it would be noticed.

``MACHINE_EXAMPLES=5000 .venv/bin/pytest records/tests/appointments/test_machine.py -k thousands -m ""``
walks on for hours.
"""

import os
from contextlib import ExitStack

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from hypothesis import Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from hospital.kit.guards import AtMost, NoOverlap, registry
from hospital.kit.histories import Histories
from records.services import appointments, clashes, hours, placing, settling

from .desk import Desk, Place
from .ground import on_friday

pytestmark = [pytest.mark.django_db, pytest.mark.timeout(7200)]
# Walks of STEPS acts each: some hundred acts with every run of the tests, some thousand with ./run test --all.
EXAMPLES, MANY = 15, int(os.environ.get("MACHINE_EXAMPLES", "100"))
STEPS = 40


def walk(examples, place=None):
    with on_friday():
        Desk.place, Desk.walked = place or Place(), 0
    # A failure is told as it was met: making a shorter one of it takes many minutes.
    chosen = settings(
        max_examples=examples, stateful_step_count=STEPS, phases=[Phase.generate], database=None,
        report_multiple_bugs=False,
    )  # fmt: skip
    run_state_machine_as_test(Desk, settings=chosen)


def test_nothing_that_a_desk_can_do_breaks_a_promise(count):
    walk(EXAMPLES)
    count("acts of the scheduling machine, each compared with the model", Desk.walked)


@pytest.mark.slow
@pytest.mark.once
def test_nor_do_thousands_of_acts(count):
    walk(MANY)
    count("acts of the scheduling machine, each compared with the model", Desk.walked)
    assert Desk.walked > MANY * STEPS / 2


# ---- it would be noticed


def nothing(*_told, **_more):
    """What is left of an act that was taken out."""


def nobody(*_told):
    return []


def always_a_place(_session, met):
    return min({*range(1, 99)} - {row.lane for row in met})


def always_one_more(_occurrence, rows):
    return 1 + max((row.overbook_seat for row in rows), default=0)


def thrown_away(_actor, resources):
    for row in settling.to_come(resources):
        row.bookings.all().delete()
        row.delete()
    return []


FAULTS = {
    "nobody looks at what is taken": (hours, "taken", nobody),
    "nobody asks where the patient is": (clashes, "judge_patient", nothing),
    "there is always one more place": (clashes, "free_lane", always_a_place),
    "there is always one more on top": (clashes, "_free_seat", always_one_more),
    "taking back asks nobody": (appointments, "take_back", nothing),
    "nothing is given back": (placing, "give_back", nothing),
    "hours change and nobody looks": (settling, "settle", nobody),
    "some are thrown away with their hours": (settling, "settle", thrown_away),
    "a version is not kept": (Histories, "create_historical_record", nothing),
}


@pytest.mark.slow
@pytest.mark.once
@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_is_found_within_a_few_runs(monkeypatch, fault):
    """No guard of the database stands behind the product here: only the machine can find it."""
    with ExitStack() as stack:
        for kind in (NoOverlap, AtMost):
            stack.enter_context(registry.lifted(connection, kind))
        with on_friday():
            place = Place()
        monkeypatch.setattr(*FAULTS[fault])
        # A form's own check of the patient is left: what it finds is no 409 as the others.
        with pytest.raises((AssertionError, ValidationError)):
            walk(40, place)


def test_what_nobody_checks_the_database_refuses_and_that_is_found_too(monkeypatch):
    monkeypatch.setattr(*FAULTS["nobody looks at what is taken"])
    with pytest.raises(ValidationError, match="already taken"):
        walk(40)
