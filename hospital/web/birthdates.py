"""A birth date as people give it: three boxes, month names, two-digit years, or only an age."""

from django.utils.dates import MONTHS

from hospital.kit import clock, partialdates, typeddates

BOXES = ("day", "month", "year", "age")
OLDEST = 130


class Typed(str):
    """What the boxes came to ("1988", "1988-03", "1988-03-14"), and what stood in them.

    Boxes that make no date come to their own words, which no date field accepts: the rule stays
    with the model, and the page shows again what was typed.
    """

    __slots__ = ("boxes",)
    boxes: dict[str, str]

    def __new__(cls, value: str, boxes: dict[str, str]) -> "Typed":
        typed = super().__new__(cls, value)
        typed.boxes = boxes
        return typed

    @property
    def is_age(self) -> bool:
        """True when only an age was given, so that the year is an estimate."""
        return bool(self.boxes["age"]) and not any(self.boxes[box] for box in BOXES[:3])


def read(boxes: dict[str, str]) -> Typed:
    """The partial date of the four boxes; an age counts only when the other three are empty.

    A whole date pasted into the first box is taken apart.
    """
    typed = {box: (boxes.get(box) or "").strip() for box in BOXES}
    day, month, year = (typed[box] for box in BOXES[:3])
    words = " ".join(word for word in (day, month, year) if word)
    if not words:
        return Typed(_year_at_age(typed["age"]), typed)
    has_gap = bool(day) and not month if year else _lacks_year(day, month)
    # Ten characters at most: the field's own sentence is better than "too long".
    return Typed((not has_gap and typeddates.partial(words)) or f"{words[:9]}?", typed)


def _lacks_year(day: str, month: str) -> bool:
    """Without the box of the year one other must hold it all: "10" and "12" are no year 2012."""
    return bool(day) == bool(month) or len(day + month) < len("1988")


def _year_at_age(age: str) -> str:
    if age.isdecimal() and int(age) <= OLDEST:
        return str(clock.today().year - int(age))
    return age and f"{age}?"


def boxes_of(value: object) -> dict[str, str]:
    """What to show in the boxes for a stored partial date, or for what was typed before."""
    if isinstance(value, Typed):
        return value.boxes
    try:
        year, month, day = ([*partialdates.normal(value).split("-"), "", ""])[:3]
    except ValueError:
        year, month, day = str(value), "", ""
    name = str(MONTHS[int(month)]) if month else ""
    return {"day": day.lstrip("0"), "month": name, "year": year, "age": ""}
