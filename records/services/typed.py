"""What a search text says about a person: so that it can be looked for elsewhere, or be registered."""

import re
from dataclasses import dataclass

from hospital.kit import phones, typeddates

from . import mrns

FULL = len("1988-03-14")
TITLES = {"mr", "mrs", "ms", "miss", "dr", "prof", "herr", "frau"}
# What a family name begins with, that is none by itself.
PARTICLES = {
    "van", "von", "vom", "zu", "zum", "zur", "der", "den", "ter", "ten", "de", "del", "della", "di", "da", "dos", "das",
    "do", "du", "la", "le", "al", "el", "bin", "ibn", "bint", "mac", "mc", "st",
}  # fmt: skip


# What stands behind a name in capitals.
SUFFIXES = {"III", "IV", "PHD", "MBA", "DDS", "OBE"}


@dataclass(frozen=True, slots=True)
class Typed:
    """The parts of a text; "" for what was not in it. ``birth_date`` may be partly known."""

    family_name: str = ""
    given_names: str = ""
    birth_date: str = ""
    phone: str = ""
    number: str = ""

    @property
    def name(self) -> str:
        """The whole name in the order that lists sort by."""
        return f"{self.family_name} {self.given_names}".strip()

    @property
    def has_full_birth_date(self) -> bool:
        return len(self.birth_date) == FULL


def understood(text: str) -> Typed:
    """Take a text apart: "Müller, Ana 14.3.1988", "ana müller", "0170 5550142".

    Before a comma stands the family name; without one the last word is it.
    """
    if mrns.labelled(text):
        return Typed(number=text.strip())
    birth_date, _run, words = typeddates.found_in(text)
    numbers = " ".join(word for word in words if any(sign.isdigit() for sign in word))
    names = " ".join(word for word in words if not any(sign.isdigit() for sign in word))
    family, given = _names(names)
    is_phone = _is_phone(numbers)
    return Typed(
        family, given, birth_date, numbers if is_phone else "", "" if is_phone else numbers
    )


def _names(text: str) -> tuple[str, str]:
    """Family name and given names: parted by a comma, the family name in capitals or from its first particle on, or
    the last word.
    """
    family, comma, given = text.partition(",")
    if comma:
        return family.strip(), given.replace(",", " ").strip()
    words = text.split()
    while len(words) > 1 and words[0].rstrip(".").casefold() in TITLES:
        del words[0]
    start, end = _family_of(words)
    return " ".join(words[start:end]), " ".join((*words[:start], *words[end:]))


def _family_of(words: list[str]) -> tuple[int, int]:
    """From where to where the family name stands."""
    capitals = [at for at, word in enumerate(words) if _is_in_capitals(word)]
    is_in_a_row = bool(capitals) and capitals[-1] - capitals[0] == len(capitals) - 1
    if is_in_a_row and len(capitals) < len(words) and not any(map(str.islower, words)):
        return capitals[0], capitals[-1] + 1
    begins = next((at for at, word in enumerate(words[:-1]) if _is_particle(word)), None)
    if begins is None:
        return max(len(words) - 1, 0), len(words)
    ends = next(
        at
        for at in range(begins, len(words))
        if not _is_particle(words[at]) or at == len(words) - 1
    )
    return begins, len(words) if begins else ends + 1


def _is_in_capitals(word: str) -> bool:
    """Whether a word is written as family names are in passports, and is neither initials (J.R., TJ) nor a suffix."""
    is_short_name = re.fullmatch(r"NG|\w[AEIOUY]", word) is not None
    return (
        word.isupper()
        and word not in SUFFIXES
        and (is_short_name or (len(word) > 2 and "." not in word))
    )


def _is_particle(word: str) -> bool:
    return word.casefold() in PARTICLES


def _is_phone(text: str) -> bool:
    """Whether a number is dialled as it stands: begins with + or 0, and is long enough."""
    if text[:1] not in {"+", "0"}:
        return False
    try:
        return bool(phones.e164(text))
    except ValueError:
        return False
