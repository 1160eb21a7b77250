"""The walk through a ward is worth something only if it finds what is broken: each of these, put in on purpose."""

import sys
from contextlib import contextmanager

import pytest
from django.db import connection

from hospital.kit.guards import NoOverlap, lifted
from records.services import bed_places, recorded_beds, stays

from .test_machine import walk

pytestmark = [
    pytest.mark.django_db, pytest.mark.slow, pytest.mark.once, pytest.mark.timeout(1800),
]  # fmt: skip


def nothing(*_args, **_facts):
    """What a step does that somebody left out."""


def uncleaned(period, at, **_facts):
    return LEAVE(period, at, is_cleaned=False)


def as_it_is_today(rows, by):
    newer = rows.model.objects.filter(history_date__gt=by).values("id")
    return rows.exclude(id__in=newer)


# It ends with the first that is found; the rarest took more than twelve walks.
MOST = 100
LEAVE = bed_places.leave_place
FAULTS = {
    "a bed is given that somebody lies in": (bed_places._refuse_used, nothing),
    "a bed is given that does not suit": (bed_places._refuse_unsuitable, nothing),
    "a bed that was left stays occupied": (LEAVE, nothing),
    "a bed that was left is not cleaned": (LEAVE, uncleaned),
    "what never was stays": (bed_places.take_away, nothing),
    "a leave never ends": (stays.end_leave, nothing),
    "the past is told as it is known today": (recorded_beds._latest, as_it_is_today),
}


@contextmanager
def broken(whole, part):
    """Put ``part`` in the place of a function, under whatever name a service knows it."""
    services = [
        module for name, module in sys.modules.items() if name.startswith("records.services")
    ]
    with pytest.MonkeyPatch.context() as patch:
        for module in services:
            for name in [name for name, value in vars(module).items() if value is whole]:
                patch.setattr(module, name, part)
        yield


@pytest.mark.parametrize("fault", FAULTS)
def test_the_walk_finds_what_is_broken(fault, count):
    with broken(*FAULTS[fault]), pytest.raises(Exception, match=r"."):
        walk(MOST)
    count("faults of wards that the walk finds", 1)


def test_the_walk_finds_two_in_one_bed_when_neither_service_nor_database_refuses_it(count):
    with lifted(connection, NoOverlap), broken(*FAULTS["a bed is given that somebody lies in"]):  # noqa: SIM117
        with pytest.raises(AssertionError):
            walk(MOST)
    count("faults of wards that the walk finds", 1)
