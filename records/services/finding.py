"""Finding registered patients by what a person types: MRN, names in any order, phone, birth date, identifier."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from itertools import count
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import connection
from django.db.models import OuterRef, QuerySet, Subquery, UUIDField

from hospital.kit import keyset, phones, typeddates
from hospital.kit.actors import Actor
from hospital.kit.codes import sentence
from hospital.kit.prepared import HERE, some_number, some_text
from hospital.kit.sortkeys import parts
from records.models import Registration, SearchKey
from records.models.identifiers import key_of

from . import alike_search
from .alike import any_of
from .alike_search import ENOUGH
from .clues import Clue

Kind = SearchKey.Kind
ORDER = ("key", "registration__id")
SHORTEST_NUMBER = 4
LENGTH = some_number(1)


@dataclass(frozen=True, slots=True)
class Reading:
    """One way to understand a search: the clue whose key gives the order, and what else must fit.

    Each of ``others`` is a list of clues of which one must fit.
    """

    lead: Clue
    others: tuple[tuple[Clue, ...], ...] = ()

    @property
    def clues(self) -> list[Clue]:
        return [self.lead, *(clue for each in self.others for clue in each)]


@dataclass(frozen=True, slots=True)
class Found:
    """The patients of one page, in order, and the cursor of the next; on the last of few those who fit nearly."""

    patient_ids: list[UUID]
    next: str | None
    alike: list[UUID] = field(default_factory=list)

    @property
    def everybody(self) -> list[UUID]:
        """Those who fit, then those who fit nearly."""
        return [*self.patient_ids, *self.alike]


def find(actor: Actor, text: str, *, cursor: str | None = None, limit: int = 50) -> Found:
    """Live patients of the actor's hospital: who fits everything typed, then on a page with room left who fits it
    nearly. Refusals as ``exactly``.
    """
    found = exactly(actor, text, cursor=cursor, limit=limit)
    room = limit - len(found.patient_ids)
    if cursor or found.next or room <= 0:
        return found
    known = len(found.patient_ids)
    near = alike_search.search(actor, text, limit=limit + known, least=0 if known else ENOUGH)
    alike = [each.patient_id for each in near if each.patient_id not in found.patient_ids]
    return replace(found, alike=alike[:room])


def exactly(actor: Actor, text: str, *, cursor: str | None = None, limit: int = 50) -> Found:
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
        found = page(
            actor, readings[number], cursor=inner or None, limit=limit, bound_to=(text, number)
        )
        if found.patient_ids:
            return replace(found, next=found.next and f"{number}.{found.next}")
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
    names.sort(key=lambda clue: -len(clue.text))
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
    clues += [Clue(Kind.MRN, key), Clue(Kind.IDENTIFIER, key)]
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


def page(
    actor: Actor, reading: Reading, *, cursor: str | None, limit: int, bound_to: Sequence[object]
) -> Found:
    """The live patients of the actor's hospital that fit one reading, in the order of the leading key."""
    texts = (bound for clue in reading.clues for bound in clue.bounds())
    rows = _pages(_shape(reading), limit).page(
        actor.here, len(reading.lead.text), *texts,
        cursor=cursor, bound_to=(actor.hospital_id, *bound_to),
    )  # fmt: skip
    return Found([row["patient_id"] for row in rows.rows], rows.next)


def _shape(reading: Reading) -> Reading:
    """The reading with stand-ins for what was typed."""
    numbers = count()

    def some(clue: Clue) -> Clue:
        return replace(clue, text=some_text(next(numbers)))

    return Reading(
        some(reading.lead), tuple(tuple(some(clue) for clue in each) for each in reading.others)
    )


@lru_cache(maxsize=256)
def _pages(shape: Reading, limit: int) -> keyset.Pages:
    """The pages of all readings of a shape. What fits two letters is not looked up as what fits ten: the server
    plans each anew.
    """
    texts = [bound for clue in shape.clues for bound in clue.bounds()]
    return keyset.Pages(
        _fitting(shape), (*ORDER, "patient_id"), order=ORDER, limit=limit,
        stand_ins=[HERE, LENGTH, *texts], keeps_plan=False,
    )  # fmt: skip


def _fitting(shape: Reading) -> QuerySet:
    """The leading keys of registrations that fit, each registration once, as rows of values."""
    here = SearchKey.objects.filter(hospital_id=HERE)
    keys = here.filter(shape.lead.leading(LENGTH))
    # The hospital is that of the leading key. Naming it again leads PostgreSQL through all that fit once for
    # each leading key; without it, it looks at the few keys of that registration. SQLite wants it, and IN, not
    # EXISTS, to gather all that fit once.
    theirs = SearchKey.objects.all() if connection.vendor == "postgresql" else here
    for alternatives in shape.others:
        either = theirs.filter(any_of([clue.q() for clue in alternatives]))
        keys = keys.filter(registration__in=either.values("registration"))
    # Looked up for the rows of the page alone; a join would be made for all that the leading key fits.
    registration = Registration.objects.filter(pk=OuterRef("registration_id"))
    return keys.values(*ORDER, patient_id=Subquery(registration.values("patient_id"), UUIDField()))
