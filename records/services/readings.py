"""What a search text may mean: an MRN, names in any order, a phone, a birth date, an identifier."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace

from hospital.kit import phones, typeddates
from hospital.kit.sortkeys import parts
from records.models import SearchKey
from records.models.identifiers import key_of

from . import mrns, typed
from .clues import Clue, Exact, Groups
from .search_keys import LONGEST_KEY, LONGEST_SORT_KEY

Kind = SearchKey.Kind
SHORTEST_NUMBER = 4
# Nobody is called by more words; a question of a hundred would be one of a hundred tables.
MOST_GROUPS = 16
_LETTER = re.compile(r"[^\W\d_]")


@dataclass(frozen=True, slots=True)
class Reading:
    """One way to understand a search: the clue whose key gives the order, and what else must fit.

    Of each group of ``others`` one must fit, of very many the first. ``name`` are the words of a name, when nothing
    else was typed.
    """

    lead: Clue
    others: Groups = ()
    name: tuple[str, ...] = ()

    @property
    def groups(self) -> Groups:
        return ((self.lead,), *self.others)[:MOST_GROUPS]


def read(text: str) -> list[Reading]:
    """Every way to understand what was typed, likeliest first."""
    if not _LETTER.search(text):
        return [Reading(clue) for clue in _number_clues(text)]
    if date := typeddates.partial(text):
        born = Reading(Clue(Kind.BIRTH_DATE, date))
        if len(date) == typed.FULL:
            return [born]
        words = _unnamed(_of_words(text))
        return [born, *words] if _is_known_everywhere(text) else [*words, born]
    if mrn := mrns.labelled(text):
        return [*_of_mrn(text, mrn), *_unnamed(_of_words(text))]
    return _beside_a_date(text) or _of_words(text)


def _is_known_everywhere(text: str) -> bool:
    """Whether it is a date without the words of a country: in Spain Julio is a month, and a name far more often."""
    with phones.activated(None):
        return bool(typeddates.partial(text))


def _of_words(text: str) -> list[Reading]:
    """Words of a name in any order, each number beside them as anything that it may be."""
    words: list[str] = []
    numbers: list[tuple[Clue, ...]] = []
    for word in _words(text):
        if clues := _clues_of_number(word):
            numbers.append(clues)
        elif any(letter.isalnum() for letter in word):
            words.append(word)
    name = tuple(parts(" ".join(words)))
    if name:
        first, *others = named(name)
        rest = (*((each,) for each in others), *numbers)
        return [Reading(first, rest, () if numbers or not _is_kept_whole(name) else name)]
    return [Reading(clue, tuple(numbers[1:])) for clue in numbers[0]] if numbers else []


def _of_mrn(text: str, mrn: str) -> list[Reading]:
    """What stands behind its label, or a number that begins with the letters of the label."""
    whole, bare = key_of(text), key_of(mrn)
    clues: list[Clue] = [Exact(Kind.MRN, whole), Exact(Kind.MRN, bare)]
    clues += [Clue(Kind.MRN, whole), Clue(Kind.IDENTIFIER, whole)]
    if len(bare) >= SHORTEST_NUMBER:
        clues.append(Clue(Kind.MRN, bare))
    return [Reading(clue) for clue in clues]


def _beside_a_date(text: str) -> list[Reading]:
    """A name or a number with a date whose month is in words; nothing when there is none.

    A month with its year may be a name with a number as well: Jan Nowak 1988.
    """
    date, run, others = typeddates.found_in(text)
    if " " not in run or not _LETTER.search(run):
        return []
    born = Clue(Kind.BIRTH_DATE, date)
    groups: Groups = ((born,),)
    if len(date) < typed.FULL:
        groups = tuple((born, *_clues_of(word)) for word in run.split())
    around = _unnamed(_of_words(" ".join(others)))
    return [replace(each, others=(*each.others, *groups)) for each in around]


def _unnamed(readings: Iterable[Reading]) -> list[Reading]:
    """The same where more than a name was typed."""
    return [replace(each, name=()) for each in readings]


def named(name: Iterable[str]) -> list[Clue]:
    """A clue for each word, the longest first: it is shared by fewer."""
    longest = sorted(name, key=len, reverse=True)
    return [Clue(Kind.NAME, word[:LONGEST_KEY]) for word in longest]


def _is_kept_whole(name: tuple[str, ...]) -> bool:
    """Whether neither its words nor the name are so long that their keys are cut."""
    return len(" ".join(name)) < LONGEST_SORT_KEY and max(map(len, name)) < LONGEST_KEY


def _words(text: str) -> list[str]:
    """The words typed, with the pieces of one spaced number ("0170 555") kept together."""
    return re.findall(r"[+\d][\d\s/().-]*(?!\S)|\S+", text)


def _clues_of(word: str) -> tuple[Clue, ...]:
    return _clues_of_number(word) or tuple(_as_name(word))


def _clues_of_number(word: str) -> tuple[Clue, ...]:
    """What a word with digits may be, a part of a name as well; nothing for any other word."""
    clues = _number_clues(word) if re.search(r"\d", word) else []
    return (*clues, *_as_name(word)) if clues else ()


def _as_name(word: str) -> list[Clue]:
    """What has digits may be part of a name as well, told by its longest part: Smith2000."""
    found = parts(word)
    return [Clue(Kind.NAME, max(found, key=len))] if found else []


def _number_clues(text: str) -> list[Clue]:
    """The ways to read one number."""
    digits, key = re.sub(r"\D", "", text), key_of(text)
    if not digits:
        return []
    date = typeddates.partial(text)
    clues = [Clue(Kind.BIRTH_DATE, date)] if date and digits != text.strip() else []
    if len(key) < SHORTEST_NUMBER:
        return clues
    clues += [Clue(Kind.MRN, key), Clue(Kind.IDENTIFIER, key)]
    if digits == key or text.strip().startswith("+"):
        clues += [Clue(Kind.PHONE, prefix) for prefix in _phone_prefixes(text, digits)]
    return [*clues, Clue(Kind.BIRTH_DATE, date)] if date and digits == text.strip() else clues


def _phone_prefixes(text: str, digits: str) -> list[str]:
    """The number as one of the hospital's country, and as one typed without its plus."""
    plain = digits.removeprefix("00").lstrip("0") or digits
    try:
        return list(dict.fromkeys([phones.e164(text).removeprefix("+"), plain]))
    except ValueError:
        return [plain]
