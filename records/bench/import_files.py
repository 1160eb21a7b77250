"""Files to measure imports with: as many people as asked for, some rows of them broken, all told in advance."""

import csv
import random
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path

HEADINGS = [
    "MRN", "Surname", "Given name", "Sex", "Date of birth", "Phone", "Street", "Postcode", "City", "National id",
]  # fmt: skip
MRN, FAMILY, GIVEN, SEX, BORN, PHONE, NATIONAL = 0, 1, 2, 3, 4, 5, 9
GIVEN_NAMES = [
    "Anna", "Bodil", "Chiara", "Dagmar", "Esperanza", "Friederike", "Gudrun", "Hyacinth", "Ingeborg", "Joaquin",
    "Katharina", "Ludmila", "Montserrat", "Niamh", "Olufemi", "Philippa", "Quentin", "Rosalind", "Svetlana",
    "Thorvald", "Umberto", "Vladimir", "Wilhelmina", "Xiaoping", "Yevgenia", "Zbigniew",
]  # fmt: skip
# What is put into which cell, and the (field, code) told of it.
BROKEN = {
    "impossible birth date": ({BORN: "31.02.1980"}, ("birth_date", "date_invalid")),
    "unknown sex": ({SEX: "neither"}, ("sex", "sex_unknown")),
    "short phone": ({PHONE: "12"}, ("phone", "phone_invalid")),
    "formula": ({FAMILY: "=1+1"}, ("family_name", "import_formula")),
    "no name": ({FAMILY: "", GIVEN: ""}, ("family_name", "name_required")),
    "impossible MRN": ({MRN: "A_B!"}, ("mrn", "mrn_invalid")),
    "taken MRN": ({}, ("mrn", "mrn_taken")),
    "cell too many": ({}, ("", "import_row_length")),
}
_SYLLABLES = [one + two for one in "bdfghklmnprstvwz" for two in "aeio"]
_DAYS, _BACK = 33_000, 99


@dataclass
class Told:
    """What has to become of a file: row number -> what is told of it, and the MRNs of the people who are new."""

    broken: dict[int, tuple[str, str]] = field(default_factory=dict)
    twice: set[int] = field(default_factory=set)
    mrns: set[str] = field(default_factory=set)

    def __str__(self) -> str:
        return f"{len(self.mrns)} new, {len(self.broken)} broken, {len(self.twice)} there already"


def write(
    path: Path, rows: int, *, seed: str = "K", broken: float = 0.05, twice: float = 0.02
) -> Told:
    """Write a file, the same for the same seed; returns what has to become of it."""
    chance, told = random.Random(seed), Told()
    good: list[list[str]] = []
    with path.open("w", encoding="utf-8", newline="") as file:
        out = csv.writer(file)
        out.writerow(HEADINGS)
        for number in range(rows):
            draw, line = chance.random(), number + 2
            row = [f"{seed}-{number:07}", *_person(chance, number)]
            if draw < broken and good:
                told.broken[line] = _break(chance, row, good)
            elif draw < broken + twice and good:
                row = _again(chance, row, good)
                told.twice.add(line)
            else:
                told.mrns.add(row[MRN])
                good = [*good[-_BACK:], row]
            out.writerow(row)
    return told


def _break(chance: random.Random, row: list[str], good: list[list[str]]) -> tuple[str, str]:
    way = chance.choice(list(BROKEN))
    cells, said = BROKEN[way]
    for at, text in cells.items():
        row[at] = text
    if way == "taken MRN":
        row[MRN] = chance.choice(good)[MRN]
    if way == "cell too many":
        row.append("left over")
    return said


def _again(chance: random.Random, row: list[str], good: list[list[str]]) -> list[str]:
    """Somebody further up: the whole row without its MRN, or another name with the same national id."""
    above = chance.choice(good)
    return ["", *above[1:]] if chance.random() < 0.5 else [*row[:NATIONAL], above[NATIONAL]]


def _person(chance: random.Random, number: int) -> list[str]:
    """Somebody nobody else is like: few given names, which many share, and a family name of one's own."""
    at, turn = number % len(GIVEN_NAMES), number // len(GIVEN_NAMES)
    born = date(1930, 1, 1) + timedelta(days=(turn * 8_009 + at * 1_237) % _DAYS)
    return [
        _name(chance, 6), GIVEN_NAMES[at], chance.choice(["female", "male"]),
        born.strftime("%d.%m.%Y"), f"0170 {number * 7_919_317 % 10_000_019:08}",
        f"{number} {_name(chance, 5)}", f"{number * 7_919 % 90_001 + 10_000}", _name(chance, 4),
        f"N{number:08}",
    ]  # fmt: skip


def _name(chance: random.Random, syllables: int) -> str:
    return "".join(chance.choice(_SYLLABLES) for _ in range(syllables)).capitalize()
