"""Finding registered patients by what a person types: MRN, names in any order, phone, birth date, identifier."""

import re
from dataclasses import dataclass
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet

from hospital.kit import keyset, phones, typeddates
from hospital.kit.actors import Actor
from hospital.kit.codes import sentence
from hospital.kit.sortkeys import parts
from records.models import SearchKey
from records.models.identifiers import key_of

Kind = SearchKey.Kind
ORDER = ("key", "registration__id")
# Above every character a key has, so that a prefix is the range from itself up to prefix + LAST.
LAST = "\x7f"
SHORTEST_NUMBER = 4


@dataclass(frozen=True, slots=True)
class Clue:
    """One thing typed, read one way: a kind of key and how it begins."""

    kind: str
    prefix: str

    def q(self) -> Q:
        return Q(kind=self.kind, key__gte=self.prefix, key__lt=self.prefix + LAST)

    def leading(self) -> Q:
        """The same, each registration by the first of its keys that fit."""
        return self.q() & Q(shared__lt=len(self.prefix))


@dataclass(frozen=True, slots=True)
class Reading:
    """One way to understand a search: the clue whose key gives the order, and what else must fit.

    Each of ``others`` is a list of clues of which one must fit.
    """

    lead: Clue
    others: tuple[tuple[Clue, ...], ...] = ()


@dataclass(frozen=True, slots=True)
class Found:
    """The patients of one page, in order, and the cursor of the next."""

    patient_ids: list[UUID]
    next: str | None


def find(actor: Actor, text: str, *, cursor: str | None = None, limit: int = 50) -> Found:
    """Live patients of the actor's hospital that fit everything typed, in the order of the leading key.

    A number alone is tried as MRN, identifier, phone and birth date in turn; the first reading that
    finds somebody counts. ValidationError ``search_empty`` when nothing that can be found was typed.
    """
    readings = read(text)
    if not readings:
        raise ValidationError({"q": ValidationError(sentence("search_empty"), "search_empty")})
    chosen, _, inner = (cursor or "").partition(".")
    candidates = (
        [int(chosen)]
        if chosen.isdecimal() and int(chosen) < len(readings)
        else range(len(readings))
    )
    for number in candidates:
        page = keyset.page(
            fitting(actor, readings[number]), order=ORDER, cursor=inner or None, limit=limit,
            bound_to=(actor.hospital_id, text, number),
        )  # fmt: skip
        if page.rows:
            ids = [row["registration__patient_id"] for row in page.rows]
            return Found(ids, page.next and f"{number}.{page.next}")
    return Found([], None)


def read(text: str) -> list[Reading]:
    """Every way to understand what was typed, likeliest first."""
    if not re.search(r"[^\W\d_]", text):
        return [Reading(clue) for clue in _number_clues(text)]
    if date := typeddates.partial(text):
        return [Reading(Clue(Kind.BIRTH_DATE, date))]
    words: list[str] = []
    numbers: list[tuple[Clue, ...]] = []
    for word in _words(text):
        clues = tuple(_number_clues(word)) if re.search(r"\d", word) else ()
        if clues:
            numbers.append((*clues, *_as_name(word)))
        elif any(letter.isalnum() for letter in word):
            words.append(word)
    names = [Clue(Kind.NAME, part) for part in parts(" ".join(words))]
    names.sort(key=lambda clue: -len(clue.prefix))
    if names:
        return [Reading(names[0], (*((name,) for name in names[1:]), *numbers))]
    return [Reading(clue, tuple(numbers[1:])) for clue in numbers[0]] if numbers else []


def _words(text: str) -> list[str]:
    """The words typed, with the pieces of one spaced number ("0170 555") kept together."""
    return re.findall(r"[+\d][\d\s/().-]*(?!\S)|\S+", text)


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
    if digits == key:
        clues += [Clue(Kind.MRN, digits)]
    clues += [Clue(Kind.IDENTIFIER, key)]
    if digits == key or text.strip().startswith("+"):
        clues += [Clue(Kind.PHONE, prefix) for prefix in _phone_prefixes(text, digits)]
    return [*clues, Clue(Kind.BIRTH_DATE, date)] if date and digits == text.strip() else clues


def _phone_prefixes(text: str, digits: str) -> list[str]:
    """The number as one of the hospital's country, and as one typed without its plus."""
    typed = digits.removeprefix("00").lstrip("0") or digits
    try:
        return list(dict.fromkeys([phones.e164(text).removeprefix("+"), typed]))
    except ValueError:
        return [typed]


def fitting(actor: Actor, reading: Reading) -> QuerySet:
    """The leading keys of registrations that fit, each registration once, as rows of values."""
    here = SearchKey.objects.filter(hospital_id=actor.here)
    keys = here.filter(reading.lead.leading())
    for alternatives in reading.others:
        either = Q()
        for clue in alternatives:
            either |= clue.q()
        # IN, not EXISTS: SQLite would look through all that fit once for each leading key.
        keys = keys.filter(registration__in=here.filter(either).values("registration"))
    return keys.values("key", "registration__id", "registration__patient_id")
