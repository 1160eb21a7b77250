"""Times on the wall of a place: where they lie in UTC on days when the clocks change.

Wall-clock times are naive and in the zone that is named beside them; what is returned is UTC. A time of the hour
that comes twice means its first coming, and one that is skipped means the moment at which the clocks jump over it.
"""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.core.exceptions import ValidationError

from .codes import sentence

Interval = tuple[datetime, datetime]


def moment(day: date, at: time, zone: ZoneInfo) -> datetime:
    """When the clock on the wall first shows ``at`` on ``day``, or jumps over it."""
    wall = datetime.combine(day, at)
    comings = _comings(wall, zone)
    return comings[0] if comings else _jump_over(wall, zone)


def span(day: date, opens: time, closes: time, zone: ZoneInfo) -> Interval:
    """The hours that begin on ``day``; ``closes`` not after ``opens`` is the next day's.

    So 22:00 to 06:00 crosses midnight and 00:00 to 00:00 is the whole day. It is empty (its end is its start)
    when the clocks jump over all of it.
    """
    return moment(day, opens, zone), moment(_last_day(day, opens, closes), closes, zone)


def day_bounds(day: date, zone: ZoneInfo) -> Interval:
    """The whole local day, of 23, 24 or 25 hours as may be. Days join without a hole."""
    return span(day, time.min, time.min, zone)


def steps(day: date, opens: time, closes: time, minutes: int, zone: ZoneInfo) -> list[Interval]:
    """The slots of these hours, in order; the 09:00 slot is at 09:00 on the wall all year.

    Slots begin at ``opens`` and every ``minutes`` after it on the wall and last ``minutes`` of real time. A time
    that is skipped has no slot, one that comes twice has two. None begins before the end of the one
    before, or ends after the hours.
    """
    if minutes < 1:
        raise ValueError("A slot lasts at least one minute.")
    _, end = span(day, opens, closes, zone)
    length, slots = timedelta(minutes=minutes), list[Interval]()
    for start in sorted(_candidates(day, opens, closes, length, zone)):
        if start + length <= end and (not slots or slots[-1][1] <= start):
            slots.append((start, start + length))
    return slots


def refuse_doubtful(naive: datetime, zone: ZoneInfo, fold: int | None = None) -> datetime:
    """The moment a person meant by a time typed without its offset.

    ValidationError ``time_skipped`` when that day has no such time, ``time_repeated`` when it has two and
    ``fold`` does not say whether the first (0) or the second (1) is meant.
    """
    if naive.tzinfo is not None:
        raise ValueError("This time says its offset: there is nothing to doubt.")
    comings = _comings(naive, zone)
    if not comings:
        raise ValidationError(sentence("time_skipped"), "time_skipped")
    if len(comings) > 1 and fold is None:
        raise ValidationError(sentence("time_repeated"), "time_repeated")
    return comings[-1] if fold else comings[0]


def _last_day(day: date, opens: time, closes: time) -> date:
    return day if closes > opens else day + timedelta(days=1)


def _candidates(
    day: date, opens: time, closes: time, length: timedelta, zone: ZoneInfo
) -> list[datetime]:
    wall = datetime.combine(day, opens)
    last = datetime.combine(_last_day(day, opens, closes), closes)
    found = []
    while wall < last:
        found += _comings(wall, zone)
        wall += length
    return found


def _comings(wall: datetime, zone: ZoneInfo) -> list[datetime]:
    """The moments, none to two, at which the clock shows this."""
    # Read with the offset before a change and with the one after it: in order when the time comes twice, the
    # wrong way round when it is skipped (PEP 495).
    early, late = _read_as(wall, zone, 0), _read_as(wall, zone, 1)
    if early == late:
        return [early]
    return [early, late] if early < late else []


def _jump_over(wall: datetime, zone: ZoneInfo) -> datetime:
    """The moment after which the clock is past a time that it never shows."""
    before, after = _read_as(wall, zone, 1), _read_as(wall, zone, 0)
    while after - before > timedelta(seconds=1):
        half = before + timedelta(seconds=(after - before) // timedelta(seconds=2))
        if half.astimezone(zone).replace(tzinfo=None) < wall:
            before = half
        else:
            after = half
    return after.replace(microsecond=0)


def _read_as(wall: datetime, zone: ZoneInfo, fold: int) -> datetime:
    return wall.replace(tzinfo=zone, fold=fold).astimezone(UTC)
