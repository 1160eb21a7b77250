"""Files to measure imports with: as many people as asked for, some rows of them broken, all told in advance."""

import csv
import random
from datetime import date, timedelta
from pathlib import Path

HEADINGS = [
    "MRN",
    "Surname",
    "Given name",
    "Sex",
    "Date of birth",
    "Phone",
    "Street",
    "Postcode",
    "City",
]
BROKEN = {4: "31.02.1980", 3: "neither", 5: "12", 1: "=1+1"}
_SYLLABLES = [one + two for one in "bdfghklmnprstvwz" for two in "aeio"]


def write(
    path: Path, rows: int, *, prefix: str = "K", broken: float = 0.05, twice: float = 0.02
) -> dict[str, int]:
    """Write a file; returns how many rows are new, broken, and exactly like an earlier one."""
    chance = random.Random(prefix)
    counts = {"new": 0, "broken": 0, "twice": 0}
    good: list[list[str]] = []
    with path.open("w", encoding="utf-8", newline="") as file:
        out = csv.writer(file)
        out.writerow(HEADINGS)
        for number in range(rows):
            draw = chance.random()
            row = [f"{prefix}-{number:07}", *_person(chance, number)]
            if draw < broken:
                at = chance.choice(list(BROKEN))
                row[at] = BROKEN[at]
                counts["broken"] += 1
            elif draw < broken + twice and good:
                row = ["", *chance.choice(good)[1:]]
                counts["twice"] += 1
            else:
                counts["new"] += 1
                good = [*good[-99:], row]
            out.writerow(row)
    return counts


def _person(chance: random.Random, number: int) -> list[str]:
    born = date(1930, 1, 1) + timedelta(days=chance.randrange(33_000))
    return [
        _name(chance, 3), _name(chance, 2), chance.choice(["female", "male"]),
        born.strftime("%d.%m.%Y"),
        f"0170 {number:07}", f"{number} {_name(chance, 3)} Street", f"{number % 90000 + 10000}", _name(chance, 2),
    ]  # fmt: skip


def _name(chance: random.Random, syllables: int) -> str:
    return "".join(chance.choice(_SYLLABLES) for _ in range(syllables)).capitalize()
