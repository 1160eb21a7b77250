"""Dates as people type them: partly known ones from long ago, and days around today."""

import re
from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from functools import cache
from typing import NamedTuple

from babel import Locale, localedata
from babel.languages import get_official_languages
from django.utils.dates import MONTHS, MONTHS_3
from django.utils.translation import gettext as _

from . import clock, partialdates, phones
from .sortkeys import fold

_COMPACT = re.compile(r"(\d{4})(0\d|1[0-2])([0-3]\d)\Z")
_COMPACT_YEAR_LAST = re.compile(r"([0-3]\d)([0-3]\d)((?:18|19|20)\d{2})\Z")
# A whole date in figures; one that begins with a year of four digits is known by itself.
_FIGURES = re.compile(
    rf"(\d{{1,2}})[\s./,-]+(\d{{1,2}})[\s./,-]+(\d{{2}}|\d{{4}})\Z|{_COMPACT_YEAR_LAST.pattern}"
)
_YEAR_FIRST = re.compile(r"\d{4}(?:\D|\d{4}|\Z)")
_STEP = re.compile(r"[+-]\d{1,4}\Z")
_SPLIT = re.compile(r"[\s./,-]+")
_ORDINAL = re.compile(r"(\d{1,2})(?:st|nd|rd|th)\Z", re.IGNORECASE)
_LINKS = {"of", "de"}
_DIGIT, _LETTER = re.compile(r"\d"), re.compile(r"[^\W\d_]")
MOST_WORDS = 3
MONTHS_OF_A_YEAR = 12
# "14th of March of 1988"
MOST_TYPED = 5


def partial(text: str) -> str:
    """The partial date typed, or "" when it is none: "14.3.1988", "14 Mar 1988", "3/88", "19880314", "1988".

    Day before month, unless the year comes first or the month is in words: "March 14, 1988", "14th of March 1988".
    Words are English, of the page's language, or of one that is official in the active country ("14. März 1988").
    A year of two digits is the latest one not to come.
    """
    compact = _COMPACT.match(text.strip()) or _COMPACT_YEAR_LAST.match(text.strip())
    words = list(compact.groups()) if compact else _words(text)
    if not 1 <= len(words) <= MOST_WORDS:
        return ""
    year, month, day = ([*reversed(_day_first(words)), "", ""])[:MOST_WORDS]
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
    """The same for a table in which every date is written in one order: "dmy", "mdy" or "ymd".

    One that begins with a year of four digits, 19880314 as well, or has its month in words says its order itself.
    Where the year comes first "14.3.1988" is none: nothing says whether its day or its month does.
    """
    figures = _figures(text)
    if not figures:
        return partial(_without_midnight(text))
    parts = dict(zip(order, figures, strict=True))
    if len(parts["y"]) < len(figures[2]):
        return ""
    return partial(f"{parts['d']}.{parts['m']}.{parts['y']}")


class Seen(NamedTuple):
    """How the dates of a table seem to be written, and whether one may doubt it: one says that the day comes first and
    another ``differs``, or there are some and none ``tells``.
    """

    order: str
    tells: bool = True
    differs: bool = False


def order_of(texts: Iterable[str]) -> Seen:
    """The order that a number over 12 gives away, day first where it is in doubt.

    What says its order itself tells nothing of the others: the year comes first only where there are no others.
    """
    first, second, found, years = 0, 0, False, False
    for text in texts:
        years = years or bool(_YEAR_FIRST.match(text.strip()))
        figures = [int(each) for each in _figures(text)]
        if figures and min(figures[:2]) <= MONTHS_OF_A_YEAR:  # else it is none in any order
            found = True
            first, second = max(first, figures[0]), max(second, figures[1])
    if not found:
        return Seen("ymd" if years else "dmy")
    if first > MONTHS_OF_A_YEAR and second > MONTHS_OF_A_YEAR:
        return Seen("dmy", differs=True)
    tells = max(first, second) > MONTHS_OF_A_YEAR
    return Seen("mdy" if second > MONTHS_OF_A_YEAR else "dmy", tells=tells)


def _figures(text: str) -> tuple[str, ...]:
    """The three numbers of a date whose order they do not say; () where there is none."""
    word = _without_midnight(text)
    found = None if _COMPACT.match(word) and partial(word) else _FIGURES.match(word)
    return tuple(each for each in found.groups() if each) if found else ()


def _without_midnight(text: str) -> str:
    """What a spreadsheet writes of a day, without its midnight."""
    word = text.strip()
    for midnight in ("T00:00:00", " 00:00:00"):
        word = word.removesuffix(midnight)
    return word


class InText(NamedTuple):
    """A date in a text, the words it is made of, and the words around them; "" where there is none."""

    date: str
    run: str
    others: tuple[str, ...]


def found_in(text: str) -> InText:
    """The longest run of words that is surely a date, the first of several; it may be partly known.

    A year or a month to come is none: "Jan 4711" is a name and a number.
    """
    words = text.split()
    for length in range(MOST_TYPED, 0, -1):
        for start in range(len(words) - length + 1):
            run = " ".join(words[start : start + length])
            found = partial(run) if _DIGIT.search(run) else ""
            if found and _is_unmistakable(run, found):
                return InText(found, run, (*words[:start], *words[start + length :]))
    return InText("", "", tuple(words))


def _words(text: str) -> list[str]:
    """What a date is made of: "14th" is 14, and what links two of its words is none of them."""
    words = [word for word in _SPLIT.split(text.strip()) if word]
    inner = (word for word in words[1:-1] if word.casefold() not in _LINKS)
    return [_ORDINAL.sub(r"\1", word) for word in (*words[:1], *inner, *words[1:][-1:])]


def _is_unmistakable(run: str, found: str) -> bool:
    """A year written out, or a full date; "55" alone is a number, "Jan 06 12" may be followed by more of a phone."""
    is_full, has_year = len(found) == len("1988-03-14"), found[:4] in run
    if not is_full and partialdates.begins_after(found, clock.today()):
        return False
    if _LETTER.search(run):
        return has_year or run[0].isdecimal()
    return has_year or is_full or "/" in run


def _day_first(words: list[str]) -> list[str]:
    """Day, month, year of what may begin with a year of four digits, or with a month in words before a day."""
    if len(words) > 1 and len(words[0]) == 4 and words[0].isdecimal():
        words = [*reversed(words)]
    return _day_before_month(words) if len(words) == MOST_WORDS else words


def _day_before_month(words: list[str]) -> list[str]:
    first, second, *rest = words
    return [second, first, *rest] if _is_month_in_words(first) else words


def _is_month_in_words(word: str) -> bool:
    return not _DIGIT.match(word) and any(
        word.casefold() in _spellings(number) for number in range(1, 13)
    )


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
    return (
        local
        | {english, english[:3], *_SHORTENED.get(number, ())}
        | _spoken(phones.region())[number]
    )


@cache
def _spoken(region: str | None) -> dict[int, set[str]]:
    """The months in the languages that are official in a country, also without their accents."""
    found: dict[int, set[str]] = {number: set() for number in range(1, 13)}
    for language in get_official_languages(region, de_facto=True) if region else ():
        for number, name in _names_of_months(language):
            word = name.casefold().rstrip(".")
            found[number] |= {word, fold(word)}
    return found


def _names_of_months(language: str) -> Iterator[tuple[int, str]]:
    """(number, name) in long and in short, as beside a day and alone; nothing in a language that is not described."""
    if language in localedata.locale_identifiers():
        months = Locale(language).months
        for context in ("format", "stand-alone"):
            for width in ("wide", "abbreviated"):
                yield from months[context][width].items()


_ENGLISH = [
    "january", "february", "march", "april", "may", "june",
    "july", "august", "september", "october", "november", "december",
]  # fmt: skip
_SHORTENED = {9: ("sept",)}


def near(text: str) -> date | None:
    """A day around today as people type it, or None when it is none.

    "t" is today, "+3" in three days, "-1" yesterday; "27/3", "27 Mar", "Mar 27" and "27/3/87" the one
    closest to today; "2026-03-27" what it says.
    """
    word, today = text.strip().casefold(), clock.today()
    if word in {"t", _("today").casefold()}:
        return today
    try:
        if _STEP.match(word):
            return today + timedelta(days=int(word))
        return _closest(_words(word), today)
    except (ValueError, OverflowError):
        return None


def _closest(words: list[str], today: date) -> date:
    if not 2 <= len(words) <= MOST_WORDS:
        raise ValueError(words)
    words = _day_before_month(_day_first(words))
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
