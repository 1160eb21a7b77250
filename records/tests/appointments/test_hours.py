"""What is known of a time: the bookings that meet it, and a search that goes on from week to week."""

import datetime as dt
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from records.services import availability
from records.services.availability import Wish
from records.services.hours import Hours, Taken

from .ground import MONDAY, Ground, on_friday

ROOM = UUID(int=1)
MIDNIGHT = dt.datetime(2027, 3, 1, tzinfo=dt.UTC)
spans = st.tuples(st.integers(0, 3000), st.integers(1, 1500))


def moments(span):
    begins = MIDNIGHT + dt.timedelta(minutes=span[0])
    return begins, begins + dt.timedelta(minutes=span[1])


@given(st.lists(spans, max_size=30), spans)
def test_exactly_the_bookings_that_meet_a_time_are_found(booked, asked):
    hours = Hours(ZoneInfo("Europe/Berlin"), MONDAY, MONDAY)
    rows = [Taken(ROOM, *moments(span), 1, 0, None, None, None, None) for span in booked]
    for row in rows:
        hours.add(row)
    begins, ends = moments(asked)
    meeting = [row for row in rows if row.starts_at < ends and row.ends_at > begins]
    assert sorted(hours.met(ROOM, begins, ends)) == sorted(meeting)
    assert hours.met(UUID(int=2), begins, ends) == []


@pytest.mark.django_db
def test_a_search_goes_on_from_week_to_week_and_tells_no_time_twice():
    with on_friday():
        ground = Ground()
        found = availability.find(ground.reception, Wish(), limit=100)
    mornings = [MONDAY + dt.timedelta(weeks=number // 9) for number in range(100)]
    assert [time.starts_at.astimezone(ground.here.zone).date() for time in found] == mornings
    assert len({time.starts_at for time in found}) == 100
