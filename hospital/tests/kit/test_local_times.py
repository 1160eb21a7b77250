"""Wall-clock times where and when the clocks change."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.core.exceptions import ValidationError

from hospital.kit import localtimes

LONDON, NEW_YORK = ZoneInfo("Europe/London"), ZoneInfo("America/New_York")
KOLKATA, LORD_HOWE = ZoneInfo("Asia/Kolkata"), ZoneInfo("Australia/Lord_Howe")
SAO_PAULO, BEIRUT, APIA = (
    ZoneInfo(name) for name in ("America/Sao_Paulo", "Asia/Beirut", "Pacific/Apia")
)
HAVANA = ZoneInfo("America/Havana")


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def at(text: str) -> time:
    return time.fromisoformat(text)


def on(text: str) -> date:
    return date.fromisoformat(text)


@pytest.mark.parametrize(
    ("zone", "wall", "means"),
    [
        (LONDON, "2026-01-15 09:00", "2026-01-15 09:00"),
        (LONDON, "2026-07-15 09:00", "2026-07-15 08:00"),
        (KOLKATA, "2026-07-15 09:00", "2026-07-15 03:30"),
        # Of an hour that comes twice, the first.
        (LONDON, "2026-10-25 01:30", "2026-10-25 00:30"),
        (LONDON, "2026-10-25 02:00", "2026-10-25 02:00"),
        (NEW_YORK, "2026-11-01 01:00", "2026-11-01 05:00"),
        (LORD_HOWE, "2026-04-05 01:30", "2026-04-04 14:30"),
        (HAVANA, "2026-11-01 00:00", "2026-11-01 04:00"),
        # Of a time that is skipped, the end of the gap.
        (LONDON, "2026-03-29 01:00", "2026-03-29 01:00"),
        (LONDON, "2026-03-29 01:59", "2026-03-29 01:00"),
        (LONDON, "2026-03-29 01:59:59.999999", "2026-03-29 01:00"),
        (LONDON, "2026-03-29 00:59", "2026-03-29 00:59"),
        (LONDON, "2026-03-29 02:00", "2026-03-29 01:00"),
        (NEW_YORK, "2026-03-08 02:30", "2026-03-08 07:00"),
        (LORD_HOWE, "2026-10-04 02:15", "2026-10-03 15:30"),
        (LORD_HOWE, "2026-10-04 02:30", "2026-10-03 15:30"),
        (BEIRUT, "2026-03-29 00:00", "2026-03-28 22:00"),
        # A whole day that never was.
        (APIA, "2011-12-30 17:00", "2011-12-30 10:00"),
    ],
)
def test_a_time_on_the_wall_is_one_moment(zone: ZoneInfo, wall: str, means: str) -> None:
    naive = datetime.fromisoformat(wall)
    found = localtimes.moment(naive.date(), naive.time(), zone)
    assert found == utc(means)
    assert found.tzinfo is UTC


@pytest.mark.parametrize(
    ("zone", "day", "opens", "closes", "start", "end"),
    [
        (LONDON, "2026-07-15", "09:00", "17:00", "2026-07-15 08:00", "2026-07-15 16:00"),
        (KOLKATA, "2026-07-15", "22:00", "06:00", "2026-07-15 16:30", "2026-07-16 00:30"),
        # A night shift of 7 hours, of 9, and where the clocks change by half an hour.
        (LONDON, "2026-03-28", "22:00", "06:00", "2026-03-28 22:00", "2026-03-29 05:00"),
        (LONDON, "2026-10-24", "22:00", "06:00", "2026-10-24 21:00", "2026-10-25 06:00"),
        (LORD_HOWE, "2026-10-03", "22:00", "06:00", "2026-10-03 11:30", "2026-10-03 19:00"),
        (LORD_HOWE, "2026-04-04", "22:00", "06:00", "2026-04-04 11:00", "2026-04-04 19:30"),
        # Equal hours are the whole way round.
        (NEW_YORK, "2026-06-01", "00:00", "00:00", "2026-06-01 04:00", "2026-06-02 04:00"),
        (NEW_YORK, "2026-06-01", "08:00", "08:00", "2026-06-01 12:00", "2026-06-02 12:00"),
        # Nothing is left of hours that lie in the gap.
        (LONDON, "2026-03-29", "01:10", "01:50", "2026-03-29 01:00", "2026-03-29 01:00"),
        # They end at the first coming of a time that comes twice.
        (LONDON, "2026-10-25", "00:00", "01:30", "2026-10-24 23:00", "2026-10-25 00:30"),
    ],
)
def test_hours_are_an_interval(zone, day, opens, closes, start, end) -> None:
    assert localtimes.span(on(day), at(opens), at(closes), zone) == (utc(start), utc(end))


@pytest.mark.parametrize(
    ("zone", "day", "start", "hours"),
    [
        (LONDON, "2026-07-15", "2026-07-14 23:00", 24),
        (LONDON, "2026-03-29", "2026-03-29 00:00", 23),
        (LONDON, "2026-10-25", "2026-10-24 23:00", 25),
        (LORD_HOWE, "2026-10-04", "2026-10-03 13:30", 23.5),
        (LORD_HOWE, "2026-04-05", "2026-04-04 13:00", 24.5),
        # Midnight itself is skipped: the day begins at 01:00.
        (SAO_PAULO, "2018-11-04", "2018-11-04 03:00", 23),
        (BEIRUT, "2026-03-29", "2026-03-28 22:00", 23),
        # Midnight comes twice.
        (HAVANA, "2026-11-01", "2026-11-01 04:00", 25),
        (APIA, "2011-12-30", "2011-12-30 10:00", 0),
    ],
)
def test_a_day_has_the_hours_it_has(zone: ZoneInfo, day: str, start: str, hours: float) -> None:
    begins, ends = localtimes.day_bounds(on(day), zone)
    assert begins == utc(start)
    assert ends - begins == timedelta(hours=hours)


@pytest.mark.parametrize(
    ("zone", "day", "opens", "closes", "minutes", "starts"),
    [
        (LONDON, "2026-07-15", "09:00", "10:30", 30, "08:00 08:30 09:00"),
        # What does not fit in is left out.
        (KOLKATA, "2026-07-15", "09:00", "10:00", 25, "03:30 03:55"),
        (KOLKATA, "2026-07-15", "23:00", "01:00", 45, "17:30 18:15"),
        (KOLKATA, "2026-07-15", "09:00", "09:20", 30, ""),
        # The clocks go forward: 01:00 and 01:30 are not there, 02:00 is.
        (LONDON, "2026-03-29", "00:00", "03:00", 30, "00:00 00:30 01:00 01:30"),
        # … 00:45 lasts until 02:30, so 02:15 goes; 03:00 stays at its place.
        (LONDON, "2026-03-29", "00:00", "04:00", 45, "00:00 00:45 02:00"),
        (LONDON, "2026-03-28", "23:00", "03:00", 60, "23:00 00:00 01:00"),
        (NEW_YORK, "2026-03-08", "01:00", "04:00", 30, "06:00 06:30 07:00 07:30"),
        (NEW_YORK, "2026-03-07", "22:00", "04:00", 60, "03:00 04:00 05:00 06:00 07:00"),
        (LORD_HOWE, "2026-10-04", "01:00", "03:00", 20, "14:30 14:50 15:10 15:40"),
        (LORD_HOWE, "2026-10-04", "01:30", "03:30", 30, "15:00 15:30 16:00"),
        (LONDON, "2026-03-29", "01:10", "01:50", 10, ""),
        # The clocks go back: 01:00 and 01:30 come twice.
        (LONDON, "2026-10-25", "00:30", "02:30", 30, "23:30 00:00 00:30 01:00 01:30 02:00"),
        # … 01:45 lasts over the second 01:00, which goes.
        (LONDON, "2026-10-25", "00:15", "03:00", 45, "23:15 00:00 00:45 01:45"),
        (LONDON, "2026-10-25", "00:00", "01:30", 30, "23:00 23:30 00:00"),
        (NEW_YORK, "2026-11-01", "00:00", "03:00", 60, "04:00 05:00 06:00 07:00"),
        (NEW_YORK, "2026-10-31", "23:00", "03:00", 60, "03:00 04:00 05:00 06:00 07:00"),
        (LORD_HOWE, "2026-04-05", "01:00", "02:30", 30, "14:00 14:30 15:00 15:30"),
        (
            LORD_HOWE,
            "2026-04-05",
            "01:00",
            "03:00",
            20,
            "14:00 14:20 14:40 15:10 15:30 15:50 16:10",
        ),
    ],
)
def test_slots_stay_at_their_wall_clock_time(zone, day, opens, closes, minutes, starts) -> None:
    slots = localtimes.steps(on(day), at(opens), at(closes), minutes, zone)
    assert [f"{start:%H:%M}" for start, _ in slots] == starts.split()
    assert {end - start for start, end in slots} <= {timedelta(minutes=minutes)}
    assert all(one.tzinfo is UTC for slot in slots for one in slot)


@pytest.mark.parametrize("zone", [LONDON, NEW_YORK, KOLKATA, LORD_HOWE])
def test_nine_o_clock_is_nine_o_clock_on_every_day_of_a_year(zone: ZoneInfo) -> None:
    for number in range(365):
        day = date(2026, 1, 1) + timedelta(days=number)
        slots = localtimes.steps(day, at("08:00"), at("17:00"), 20, zone)
        walls = [start.astimezone(zone).replace(tzinfo=None) for start, _ in slots]
        assert datetime.combine(day, at("09:00")) in walls
        assert len(slots) == 27


def test_a_slot_without_length_is_nobodys_wish() -> None:
    with pytest.raises(ValueError, match="minute"):
        localtimes.steps(on("2026-07-15"), at("09:00"), at("10:00"), 0, LONDON)


@pytest.mark.parametrize(
    ("zone", "typed", "fold", "means"),
    [
        (LONDON, "2026-07-15 09:00", None, "2026-07-15 08:00"),
        (LONDON, "2026-07-15 09:00", 1, "2026-07-15 08:00"),
        (LONDON, "2026-10-25 01:30", 0, "2026-10-25 00:30"),
        (LONDON, "2026-10-25 01:30", 1, "2026-10-25 01:30"),
        (LONDON, "2026-10-25 02:00", None, "2026-10-25 02:00"),
        (LORD_HOWE, "2026-04-05 01:45", 1, "2026-04-04 15:15"),
        (KOLKATA, "2026-03-29 01:30", None, "2026-03-28 20:00"),
    ],
)
def test_what_is_typed_without_doubt_is_a_moment(zone, typed, fold, means) -> None:
    found = localtimes.refuse_doubtful(datetime.fromisoformat(typed), zone, fold)
    assert found == utc(means)
    assert found.tzinfo is UTC


@pytest.mark.parametrize(
    ("zone", "typed", "fold", "code"),
    [
        (LONDON, "2026-03-29 01:00", None, "time_skipped"),
        (LONDON, "2026-03-29 01:59", 1, "time_skipped"),
        (NEW_YORK, "2026-03-08 02:30", 0, "time_skipped"),
        (LORD_HOWE, "2026-10-04 02:29", None, "time_skipped"),
        (LONDON, "2026-10-25 01:00", None, "time_repeated"),
        (NEW_YORK, "2026-11-01 01:59", None, "time_repeated"),
        (LORD_HOWE, "2026-04-05 01:30", None, "time_repeated"),
    ],
)
def test_what_is_in_doubt_is_refused_in_words(zone, typed, fold, code) -> None:
    with pytest.raises(ValidationError) as refused:
        localtimes.refuse_doubtful(datetime.fromisoformat(typed), zone, fold)
    assert refused.value.code == code
    assert "on that day" in str(refused.value)


def test_a_time_with_its_offset_is_not_asked_about() -> None:
    with pytest.raises(ValueError, match="offset"):
        localtimes.refuse_doubtful(utc("2026-10-25 01:30"), LONDON)
