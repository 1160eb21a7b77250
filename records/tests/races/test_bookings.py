"""Sixty-four clients want the same times at once, by the API and by the web form: one gets each of them.

The whole race of 10,000 bookings onto 100 times:
``RACE_TRIES=10000 TEST_DATABASE_URL=… .venv/bin/pytest records/tests/races/test_bookings.py -m "" -k crowd``
"""

import math
import os
from collections import Counter

import pytest
from django.db import connection

from hospital.tests.races.harness import flat, once

from . import crowd

pytestmark = [pytest.mark.race, pytest.mark.timeout(3600)]
PROCESSES = 8
DOCTORS, TIMES = 10, 10
# PostgreSQL lets all work side by side; SQLite has one writer, and gets a crowd in proportion.
THREADS = {"postgresql": 8, "sqlite": 2}
TRIES = {"postgresql": 640, "sqlite": 320}
OFFERED = 3
# So many of those that were offered are booked afterwards; a single doctor who is full has three.
USABLE = 5


def tries() -> int:
    """How many bookings are tried in all, of the crowd's size on this engine."""
    whole = int(os.environ.get("RACE_TRIES", "0"))
    return whole or TRIES[connection.vendor]


def test_of_a_crowd_one_gets_each_time_and_the_others_are_told_which_are_free(race, count):
    threads = THREADS[connection.vendor]
    each = math.ceil(tries() / (PROCESSES * threads))
    times = min(DOCTORS * TIMES, each)
    place = once(race, crowd.prepare, math.ceil(times / TIMES), min(TIMES, times))
    place = place._replace(slots=place.slots[:times])

    answers = flat(race(crowd.want, [("api+web", threads, each, place)] * PROCESSES))

    assert len(answers) == each * PROCESSES * threads
    assert Counter(answer.status for answer in answers).keys() == {201, 409}
    won = {answer.slot: answer for answer in answers if answer.status == 201}
    assert sum(answer.status == 201 for answer in answers) == len(won) == times
    expected = {"appointments": times, "bookings": times, "crowded": 0}
    assert once(race, crowd.stored) == expected
    refused = [answer for answer in answers if answer.status == 409]
    check_offers(place, won, refused)
    offers = sorted({offer for answer in refused for offer in answer.free} - taken(place, won))
    assert len(offers) >= OFFERED
    usable = offers[:USABLE]
    assert once(race, crowd.book_offers, place, usable) == [201] * len(usable)
    count(f"bookings tried at once by {PROCESSES * threads} clients", len(answers))


def check_offers(place, won, refused):
    """Each is told what clashes and three times; none of them was gone when the request was sent."""
    gone = {key(place.slots[slot]): answer.answered for slot, answer in won.items()}
    for answer in refused:
        assert answer.conflicts, answer
        assert len(answer.free) == OFFERED, answer
        for offer in answer.free:
            assert gone.get(offer, math.inf) > answer.sent, (answer, offer)


def key(slot):
    return slot.resource_id, slot.starts_at


def taken(place, won):
    return {key(place.slots[slot]) for slot in won}


def test_who_looks_first_and_then_writes_books_twice_without_the_guard(race, count, no_guards):
    """The control: the same crowd, as it is done elsewhere."""
    place = once(race, crowd.prepare, 2, 10)
    answers = flat(race(crowd.want, [("looking", 4, len(place.slots), place)] * PROCESSES))
    assert sum(answer.status == 201 for answer in answers) > len(place.slots)
    found = once(race, crowd.stored)
    assert found["crowded"] > 0
    count("double bookings of the control", found["crowded"])
