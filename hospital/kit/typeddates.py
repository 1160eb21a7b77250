"""Dates as people type them: partly known ones from long ago, and days around today."""

import re
from datetime import date, timedelta

from django.utils.dates import MONTHS, MONTHS_3
from django.utils.translation import gettext as _

from . import clock, partialdates

_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})\Z")
# A whole date in figures; one that begins with a year of four digits is known by itself.
_FIGURES = re.compile(r"(\d{1,2})[\s./-]+(\d{1,2})[\s./-]+(\d{2}|\d{4})\Z|(\d{2})(\d{2})(\d{4})\Z")
_STEP = re.compile(r"[+-]\d{1,4}\Z")
_SPLIT = re.compile(r"[\s./,-]+")


def partial(text: str) -> str:
    """The partial date typed, or "" when it is none: "14.3.1988", "14 Mar 1988", "3/88", "19880314", "1988".

    Day before month, unless the year comes first. A year of two digits is the latest one not to come.
    """
    compact = _COMPACT.match(text.strip())
    words = (
        list(compact.groups()) if compact else [word for word in _SPLIT.split(text.strip()) if word]
    )
    if not 1 <= len(words) <= 3:
        return ""
    if len(words) > 1 and len(words[0]) == 4:
        words.reverse()
    year, month, day = ([*reversed(words), "", ""])[:3]
    try:
        shown = "-".join(
            part
            for part in (_year(year), month and _month(month), day and f"{int(day):02d}")
            if part
        )
        return partialdates.normal(shown)
    except ValueError:
        return ""


def ordered(text: str, order: str) -> str:
    """The same for a table in which every date is written in one order: "dmy", "mdy" or "ymd"."""
    word = text.strip()
    for midnight in ("T00:00:00", " 00:00:00"):
        word = word.removesuffix(midnight)
    found = _FIGURES.match(word)
    if found and (order != "ymd" or len(word) != len("19880314")):
        parts = dict(zip(order, (each for each in found.groups() if each), strict=True))
        word = f"{parts['d']}.{parts['m']}.{parts['y']}"
    return partial(word)


def _year(word: str) -> str:
    if len(word) == 4:
        return f"{int(word)}"
    if len(word) != 2:
        raise ValueError(word)
    today = clock.today().year
    year = today // 100 * 100 + int(word)
    return str(year if year <= today else year - 100)


def _month(word: str) -> str:
    if word.isdecimal():
        return f"{int(word):02d}"
    found = [number for number in range(1, 13) if word.casefold() in _spellings(number)]
    if not found:
        raise ValueError(word)
    return f"{found[0]:02d}"


def _spellings(number: int) -> set[str]:
    local = {str(MONTHS[number]).casefold(), str(MONTHS_3[number]).casefold()}
    english = _ENGLISH[number - 1]
    return local | {english, english[:3]}


_ENGLISH = [
    "january", "february", "march", "april", "may", "june",
    "july", "august", "september", "october", "november", "december",
]  # fmt: skip


def near(text: str) -> date | None:
    """A day around today as people type it, or None when it is none.

    "t" is today, "+3" in three days, "-1" yesterday; "27/3", "27 Mar" and "27/3/87" the one closest to
    today; "2026-03-27" what it says.
    """
    word, today = text.strip().casefold(), clock.today()
    if word in {"t", _("today").casefold()}:
        return today
    try:
        if _STEP.match(word):
            return today + timedelta(days=int(word))
        return _closest([part for part in _SPLIT.split(word) if part], today)
    except (ValueError, OverflowError):
        return None


def _closest(words: list[str], today: date) -> date:
    if len(words) == 3 and len(words[0]) == 4:
        words.reverse()
    if not 2 <= len(words) <= 3:
        raise ValueError(words)
    day, month, year = int(words[0]), int(_month(words[1])), words[2] if len(words) == 3 else ""
    if len(year) == 4:
        return date(int(year), month, day)
    if len(year) not in {0, 2}:
        raise ValueError(year)
    step = 100 if year else 1
    first = today.year // 100 * 100 + int(year) if year else today.year
    days = [found for each in (-1, 0, 1) if (found := _day(first + each * step, month, day))]
    return min(days, key=lambda found: abs(found - today))


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:  # 29 February, mostly
        return None
