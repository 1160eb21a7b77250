"""How alike two descriptions of a person are, as a number: evidence for the same person less evidence against.

Weights in the manner of Fellegi and Sunter (A Theory for Record Linkage, 1969), in round bits: 5 is
"this agreement is about 30 times likelier for one person than for two". They were chosen on the first
FEBRL set, and on how many of 60,000 invented people would be taken for another; ``manage.py
bench_matching`` prints what they find on the other sets.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

import jellyfish

from . import abjads, nameruns

# From here on two charts are said to be of one person, likely enough to ask.
LIKELY = 13.5
# Who lives together has the same address and phone: all of it together counts no more than this.
HOUSEHOLD = 9.0
# Many names are no more than two: whole families have four, and thousands are called Anna Maria Müller.
NAMES = 10.0

SAME, CLOSE, LOOSE, OTHER = 3, 2, 1, 0
_WORD = {SAME: 5.0, CLOSE: 3.5, LOOSE: 2.0}
_INITIAL, _OTHER_NAME = 1.0, -4.0
# Who has one name is called by it as others are by two.
_ALL_THERE_IS = 2
# The very name, and no whole date that could speak against it: with nothing else likely just so.
_NOTHING_ELSE = LIKELY - NAMES
_SAME_DAY, _SWAPPED, _ONE_SLIP, _TWO_SLIPS, _OTHER_DAY = 10.0, 6.0, 3.5, 1.0, -4.0
_SAME_MONTH, _SAME_YEAR = 2.5, 1.0
_SHORTEST_SOUND, _SHORTEST_LOOSE = 3, 5
FULL = len("1988-03-14")
# What may speak for two charts being of one person; "former_name": a chart of that name was merged into the other.
AGREES = (
    "name", "similar_name", "former_name", "birth_date", "similar_birth_date", "phone", "address",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of a person: name words and places folded (``kit.sortkeys``), a birth date that may be
    partly known, phones as digits. "" or nothing is not known.
    """

    names: tuple[str, ...] = ()
    born: str = ""
    sex: str = ""
    phones: frozenset[str] = frozenset()
    postal: str = ""
    street: str = ""
    city: str = ""


def score(one: Facts, other: Facts) -> float:
    """Evidence that both are the same person; ``LIKELY`` and more is worth asking."""
    place = _text(one.street, other.street, 5.0) + _text(one.city, other.city, 2.0)
    house = place + _postal(one.postal, other.postal) + _phones(one.phones, other.phones)
    named, born = _names(one.names, other.names), _born(one.born, other.born)
    if (
        max(len(one.names), len(other.names)) > 1
        and _is_undated(one.born, other.born)
        and _is_same(one.names, other.names)
    ):
        named += _NOTHING_ELSE
    sex = _sex(one.sex, other.sex)
    said = named + born + sex + min(house, HOUSEHOLD)
    # Under any name: of before a marriage, in another script; or a twin, who is to be told apart.
    is_one_or_twin = born == _SAME_DAY and one.phones & other.phones and not sex
    return max(said, LIKELY) if is_one_or_twin else said


@lru_cache(maxsize=65_536)
def word_level(one: str, other: str) -> int:
    """SAME, CLOSE (one slip, the same sound, or one without the vowels of the other), LOOSE (two slips of a longer
    word, or much alike), or OTHER.
    """
    if one == other:
        return SAME
    shorter = min(len(one), len(other))
    if abjads.is_read_as(one, other):
        return CLOSE if shorter >= _SHORTEST_SOUND else LOOSE
    if shorter < _SHORTEST_SOUND:
        return OTHER
    slips = jellyfish.damerau_levenshtein_distance(one, other)
    likeness = jellyfish.jaro_winkler_similarity(one, other)
    # Of a word without vowels nobody knows how it sounds.
    is_heard = abjads.is_bare(one) == abjads.is_bare(other) and likeness > 0.75
    if slips == 1 or (is_heard and sound_of(one) == sound_of(other)):
        return CLOSE
    return LOOSE if likeness >= 0.88 or (slips == 2 and shorter >= _SHORTEST_LOOSE) else OTHER


@lru_cache(maxsize=65_536)
def sound_of(word: str) -> str:
    """How a word sounds to an English ear (metaphone); "" when it is no sound."""
    return str(jellyfish.metaphone(word))


def agreements(one: Facts, other: Facts) -> list[str]:
    """What speaks for it, for people to read: the words of ``AGREES`` that can be told from the two alone."""
    named, full = _names(one.names, other.names), _whole(one.names, other.names)
    is_same = _is_same(one.names, other.names)
    born = _born(one.born, other.born)
    said = {
        "name": is_same and full,
        "similar_name": not is_same and full and named >= full * 0.6,
        "birth_date": born == _SAME_DAY,
        "similar_birth_date": 0 < born < _SAME_DAY,
        "phone": one.phones & other.phones,
        "address": one.postal == other.postal and _text(one.street, other.street, 1.0) > 0.5,
    }
    return [word for word, agrees in said.items() if agrees]


def dates_like(born: str) -> set[str]:
    """A full date with what is easily written for it: day and month swapped, one digit wrong, two swapped.

    What is no date is left out; a date that is partly known is its only likeness.
    """
    if len(born) != FULL:
        return {born} if born else set()
    digits = born.replace("-", "")
    swapped = {digits[:at] + digits[at + 1] + digits[at] + digits[at + 2 :] for at in range(7)}
    wrong = {digits[:at] + sign + digits[at + 1 :] for at in range(8) for sign in "0123456789"}
    turned = digits[:4] + digits[6:] + digits[4:6]
    return {date for each in {turned, *swapped, *wrong} if (date := _as_date(each))}


def _as_date(digits: str) -> str:
    try:
        return dt.date(int(digits[:4]), int(digits[4:6]), int(digits[6:])).isoformat()
    except ValueError:
        return ""


def _names(one: Sequence[str], other: Sequence[str]) -> float:
    """Each word with the one most like it, in any order; words that are one name in two spellings stand for it."""
    if not one or not other:
        return 0.0
    if one != other and _is_joined(one, other):
        return NAMES
    one, other = nameruns.as_in(one, other), nameruns.as_in(other, one)
    pairs = sorted(
        ((_word(a, b), -i, -j) for i, a in enumerate(one) for j, b in enumerate(other)),
        reverse=True,
    )
    mine, theirs, found = set(), set(), 0.0
    for weight, i, j in pairs:
        if weight > 0 and i not in mine and j not in theirs:
            mine.add(i)
            theirs.add(j)
            found += weight
    if len(one) == len(other) == 1:
        found *= _ALL_THERE_IS
    return min(found, NAMES) + _OTHER_NAME * (min(len(one), len(other)) - len(mine))


def _is_undated(one: str, other: str) -> bool:
    """Whether no two whole birth dates are compared, and what is known of them agrees."""
    return not (len(one) == FULL == len(other)) and (one.startswith(other) or other.startswith(one))


def _is_same(one: Sequence[str], other: Sequence[str]) -> bool:
    """Whether two names are one, whatever the order of their words or where they are parted."""
    is_sorted = sorted(nameruns.as_in(one, other)) == sorted(nameruns.as_in(other, one))
    return is_sorted or _is_joined(one, other)


def _is_joined(one: Sequence[str], other: Sequence[str]) -> bool:
    """Whether they are one but for where they are parted, the family name at the end or in front."""
    return bool({"".join(one), _family_first(one)} & {"".join(other), _family_first(other)})


def _family_first(words: Sequence[str]) -> str:
    return "".join((*words[-1:], *words[:-1]))


def _whole(one: Sequence[str], other: Sequence[str]) -> float:
    """What it weighs that every name agrees."""
    words = _ALL_THERE_IS if len(one) == len(other) == 1 else min(len(one), len(other))
    return min(_WORD[SAME] * words, NAMES)


def _word(one: str, other: str) -> float:
    if one != other and min(len(one), len(other)) == 1:
        return _INITIAL if one[0] == other[0] else 0.0
    return _WORD.get(word_level(one, other), 0.0)


def _born(one: str, other: str) -> float:
    if not one or not other:
        return 0.0
    if len(one) == FULL == len(other):
        return _full_dates(one, other)
    shorter, longer = sorted((one, other), key=len)
    if longer.startswith(shorter):
        return _SAME_MONTH if len(shorter) > len("1988") else _SAME_YEAR
    # Who gives a year alone has often guessed it.
    return 0.0 if abs(int(one[:4]) - int(other[:4])) <= 2 else _OTHER_DAY


def _full_dates(one: str, other: str) -> float:
    if one == other:
        return _SAME_DAY
    a, b = one.replace("-", ""), other.replace("-", "")
    if a[:4] == b[:4] and a[4:] == b[6:] + b[4:6]:
        return _SWAPPED
    slips = jellyfish.damerau_levenshtein_distance(a, b)
    return {1: _ONE_SLIP, 2: _TWO_SLIPS}.get(slips, _OTHER_DAY)


def _sex(one: str, other: str) -> float:
    """Only man against woman says anything."""
    return -3.0 if {one, other} == {"male", "female"} else 0.0


def _phones(one: Iterable[str], other: Iterable[str]) -> float:
    if not one or not other:
        return 0.0
    if set(one) & set(other):
        return 7.0
    near = min(jellyfish.damerau_levenshtein_distance(a, b) for a in one for b in other)
    return 4.0 if near == 1 else -0.5


def _postal(one: str, other: str) -> float:
    if not one or not other:
        return 0.0
    if one == other:
        return 4.0
    return 2.5 if jellyfish.damerau_levenshtein_distance(one, other) == 1 else -1.0


def _text(one: str, other: str, same: float) -> float:
    """A street or a town, wherever its spaces are."""
    a, b = one.replace(" ", ""), other.replace(" ", "")
    if not a or not b:
        return 0.0
    if a == b:
        return same
    if jellyfish.jaro_winkler_similarity(a, b) >= 0.9:
        return same - 0.5
    slips = jellyfish.damerau_levenshtein_distance(a, b)
    return same * 0.6 if slips <= max(1, len(a) // 5) else -0.5
