"""What holds of wall-clock times in every zone, on every day, for any hours."""

from datetime import date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo, available_timezones

import pytest
from django.core.exceptions import ValidationError
from hypothesis import example, given
from hypothesis import strategies as st

from hospital.kit import localtimes

MINUTE = timedelta(minutes=1)
zones = st.sampled_from(sorted(available_timezones() - {"localtime"})).map(ZoneInfo)
days = st.dates(date(1900, 1, 2), date(2100, 12, 30))
walls = st.builds(time, st.integers(0, 23), st.integers(0, 59))
LONDON, APIA = ZoneInfo("Europe/London"), ZoneInfo("Pacific/Apia")
NEWFOUNDLAND = ZoneInfo("America/St_Johns")


def wall_of(moment: datetime, zone: ZoneInfo) -> datetime:
    return moment.astimezone(zone).replace(tzinfo=None)


def is_ordinary(start: datetime, end: datetime, zone: ZoneInfo) -> bool:
    """Whether no clock changes from a day before to a day after."""
    hours = (end - start) // timedelta(hours=1) + 48
    moments = [start + timedelta(hours=hour - 24) for hour in range(hours + 1)]
    return len({one.astimezone(zone).utcoffset() for one in moments}) == 1


@given(zones, days, walls, walls, st.integers(1, 240))
@example(LONDON, date(2026, 3, 29), time(0), time(0), 45)
@example(LONDON, date(2026, 10, 25), time(0), time(0), 45)
@example(NEWFOUNDLAND, date(2010, 11, 7), time(0), time(0), 7)
@example(APIA, date(2011, 12, 29), time(22), time(6), 30)
def test_slots_are_in_order_apart_inside_and_on_the_grid(zone, day, opens, closes, minutes) -> None:
    start, end = localtimes.span(day, opens, closes, zone)
    slots = localtimes.steps(day, opens, closes, minutes, zone)

    assert all(ends - begins == minutes * MINUTE for begins, ends in slots)
    assert all(before[1] <= after[0] for before, after in pairwise(slots)), "not one by one"
    assert not slots or (start <= slots[0][0] and slots[-1][1] <= end)
    for begins, _ in slots:
        past = wall_of(begins, zone) - datetime.combine(day, opens)
        assert past >= timedelta(0)
        assert past % (minutes * MINUTE) == timedelta(0)
    if is_ordinary(start, end, zone):
        assert len(slots) == (end - start) // (minutes * MINUTE)


@given(zones, days)
@example(APIA, date(2011, 12, 30))
@example(NEWFOUNDLAND, date(2010, 11, 7))
def test_days_join_without_a_hole_or_an_overlap(zone: ZoneInfo, day: date) -> None:
    start, end = localtimes.day_bounds(day, zone)
    next_start, _ = localtimes.day_bounds(day + timedelta(days=1), zone)
    assert start <= end == next_start
    assert localtimes.span(day, time(0), time(0), zone) == (start, end)


@given(zones, days, walls)
@example(LONDON, date(2026, 3, 29), time(1, 30))
@example(APIA, date(2011, 12, 30), time(9))
def test_a_moment_shows_its_time_or_ends_the_gap_around_it(zone, day, at) -> None:
    found, wanted = localtimes.moment(day, at, zone), datetime.combine(day, at)
    shown = wall_of(found, zone)
    if shown != wanted:
        assert wall_of(found - timedelta(seconds=1), zone) < wanted < shown


@given(zones, days, walls)
@example(LONDON, date(2026, 10, 25), time(1, 30))
@example(LONDON, date(2026, 3, 29), time(1, 30))
def test_what_is_typed_is_the_moment_that_shows_it_or_in_doubt(zone, day, at) -> None:
    typed = datetime.combine(day, at)
    first, second = (_meant(typed, zone, fold) for fold in (0, 1))
    found = _meant(typed, zone)
    if found == "time_skipped":
        assert first == second == found
        assert wall_of(localtimes.moment(day, at, zone), zone) > typed
    elif found == "time_repeated":
        assert first < second
        assert wall_of(first, zone) == wall_of(second, zone) == typed
    else:
        assert first == second == found == localtimes.moment(day, at, zone)
        assert wall_of(found, zone) == typed


def _meant(typed: datetime, zone: ZoneInfo, fold: int | None = None) -> datetime | str:
    """The moment, or the code of the refusal."""
    try:
        return localtimes.refuse_doubtful(typed, zone, fold)
    except ValidationError as refused:
        return refused.code


@pytest.mark.parametrize("name", ["Europe/London", "Australia/Lord_Howe", "Asia/Kolkata"])
def test_a_whole_year_of_slots_has_no_hour_twice(name: str) -> None:
    slots = [
        slot
        for number in range(365)
        for slot in localtimes.steps(
            date(2026, 1, 1) + timedelta(days=number), time(0), time(0), 30, ZoneInfo(name)
        )
    ]
    assert len(set(slots)) == len(slots) == 365 * 48
    assert slots == sorted(slots)
