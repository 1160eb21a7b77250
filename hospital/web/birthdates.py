"""A birth date as people give it: three boxes, month names, two-digit years, or only an age."""

import datetime
import re

from django.utils.dates import MONTHS, MONTHS_3
from django.utils.translation import override

BOXES = ("day", "month", "year", "age")
OLDEST_AGE = 130


class Typed(str):
    """What the boxes came to ("1988", "1988-03", "1988-03-14"), and what stood in them.

    Boxes that make no date come to their own words, which no date field accepts: the rule stays
    with the model, and the page shows again what was typed.
    """

    boxes: dict[str, str]

    def __new__(cls, value: str, boxes: dict[str, str]) -> "Typed":
        typed = super().__new__(cls, value)
        typed.boxes = boxes
        return typed

    @property
    def is_age(self) -> bool:
        """True when only an age was given, so that the year is an estimate."""
        return bool(self.boxes["age"]) and not any(self.boxes[box] for box in BOXES[:3])


def read(boxes: dict[str, str], today: datetime.date) -> Typed:
    """The partial ISO date of the four boxes; an age counts only when the other three are empty."""
    typed = {box: (boxes.get(box) or "").strip() for box in BOXES}
    parts = _spread(typed)
    if not any(parts):
        return Typed(_year_of_age(typed["age"], today), typed)
    day, month, year = parts
    words = " ".join(part for part in parts if part)
    number = _month(month)
    whole_year = _year(year, today)
    if not whole_year or (month and not number) or (day and not (month and day.isdecimal())):
        return Typed(words, typed)
    pieces = [whole_year, *([number] if number else []), *([f"{int(day):02d}"] if day else [])]
    return Typed("-".join(pieces), typed)


def _spread(typed: dict[str, str]) -> tuple[str, str, str]:
    """A whole date pasted into the first box fills all three."""
    day, month, year = typed["day"], typed["month"], typed["year"]
    if day and not month and not year:
        pieces = [piece for piece in re.split(r"[\s./,-]+", day) if piece]
        if len(pieces) == 3 and len(pieces[0]) == 4:
            return pieces[2], pieces[1], pieces[0]
        if len(pieces) == 3:
            return pieces[0], pieces[1], pieces[2]
    return day, month, year


def _month(text: str) -> str:
    """The number ("03") for 3, 03, Mar, march or the name in the reader's language; "" for anything else."""
    if text.isdecimal():
        return f"{int(text):02d}"
    wanted = text.casefold().rstrip(".")
    if len(wanted) < 3:
        return ""
    with override("en"):
        in_english = _named(wanted)
    number = _named(wanted) or in_english
    return f"{number:02d}" if number else ""


def _named(wanted: str) -> int:
    """The month that alone begins so or is abbreviated so in the active language, else 0."""
    hits = {n for n, name in MONTHS_3.items() if str(name).casefold().rstrip(".") == wanted}
    hits |= {n for n, name in MONTHS.items() if str(name).casefold().startswith(wanted)}
    return hits.pop() if len(hits) == 1 else 0


def _year(text: str, today: datetime.date) -> str:
    """Four digits as they are; two digits are the latest such year that is not to come."""
    if not text.isdecimal() or len(text) not in (2, 4):
        return ""
    if len(text) == 4:
        return f"{int(text):04d}"
    century = today.year - today.year % 100
    year = century + int(text)
    return str(year if year <= today.year else year - 100)


def _year_of_age(age: str, today: datetime.date) -> str:
    if age.isdecimal() and int(age) <= OLDEST_AGE:
        return str(today.year - int(age))
    return age and f"{age}?"


def boxes_of(value: object) -> dict[str, str]:
    """What to show in the boxes for a stored partial date, or for what was typed before."""
    if isinstance(value, Typed):
        return value.boxes
    year, month, day = ([*str(value or "").split("-"), "", ""])[:3]
    name = str(MONTHS[int(month)]) if month.isdecimal() and 1 <= int(month) <= 12 else month
    return {"day": day.lstrip("0"), "month": name, "year": year, "age": ""}
