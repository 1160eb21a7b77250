"""Dates as people type them, turned into the partial dates that are kept."""

import re

from django.utils.dates import MONTHS, MONTHS_3

from . import clock, partialdates

_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})\Z")
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
