"""Dates of which only the year, or the year and month, may be known.

Kept as the beginning of an ISO date: "", "1988", "1988-03" or "1988-03-14".
"""

import calendar
import datetime as dt
import re

from django.utils import dateformat

FIRST_YEAR = 1850
_SHAPE = re.compile(r"([0-9]{4})(?:-([0-9]{2})(?:-([0-9]{2}))?)?\Z")


def normal(value: object) -> str:
    """Return a value as it is kept; raise ValueError when it is not a date from 1850 on.

    Takes text of the four shapes, surrounded by spaces or not, a ``date``, or None for unknown.
    """
    if value is None:
        return ""
    if isinstance(value, dt.datetime):
        raise ValueError("a moment is not a day")  # noqa: TRY004 (input, not a programming error)
    text = value.isoformat() if isinstance(value, dt.date) else str(value).strip()
    if text:
        earliest(text)
    return text


def earliest(text: str) -> dt.date:
    """Return the first day that the date may be; ValueError when it is unknown or no date."""
    year, month, day = _numbers(text)
    return dt.date(year, month or 1, day or 1)


def latest(text: str) -> dt.date:
    """Return the last day that the date may be; ValueError when it is unknown or no date."""
    year, month, day = _numbers(text)
    month = month or 12
    return dt.date(year, month, day or calendar.monthrange(year, month)[1])


def begins_after(text: str, day: dt.date) -> bool:
    """Return whether the date surely lies after a day; False for what is unknown or no date."""
    try:
        return bool(text) and earliest(text) > day
    except ValueError:
        return False


def precedes(text: str, other: str) -> bool:
    """Return whether one date surely lies before another; False when either is unknown or no date."""
    try:
        return bool(text and other) and latest(text) < earliest(other)
    except ValueError:
        return False


def spoken(text: str) -> str:
    """Return the date as people write it: "14-Mar-1988", "Mar-1988", "1988", or "" if unknown.

    The month is named in the active language, so that no reader takes it for the day.
    """
    if not text:
        return ""
    shape = {4: "Y", 7: "M-Y", 10: "d-M-Y"}[len(text)]
    return dateformat.format(earliest(text), shape)


def age_range(text: str, day: dt.date) -> tuple[int, int]:
    """Return the least and the greatest age in completed years on a day, for a date of birth.

    The two are equal for a full date. Days before the birth count as age 0. ValueError when the
    date is unknown.
    """
    return _years_between(latest(text), day), _years_between(earliest(text), day)


def age_on(text: str, day: dt.date) -> int | None:
    """Return the age in years that is certain on a day, or None when no birth date is known."""
    return age_range(text, day)[0] if text else None


def _numbers(text: str) -> tuple[int, int | None, int | None]:
    match = _SHAPE.match(text)
    if not match:
        raise ValueError("not a partial date")
    year, month, day = (int(part) if part else None for part in match.groups())
    assert year is not None
    if year < FIRST_YEAR:
        raise ValueError("a year before the first possible one")
    dt.date(year, 1 if month is None else month, 1 if day is None else day)
    return year, month, day


def _years_between(birth: dt.date, day: dt.date) -> int:
    """29 February is reached on 1 March in a common year."""
    years = day.year - birth.year - ((day.month, day.day) < (birth.month, birth.day))
    return max(years, 0)
