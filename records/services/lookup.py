"""Finding registered patients by named facts, as programs do."""

from collections.abc import Collection
from uuid import UUID

from django.core.exceptions import ValidationError

from hospital.kit import keyset, partialdates, phones
from hospital.kit.actors import Actor
from hospital.kit.codes import sentence
from hospital.kit.sortkeys import parts
from records.likeness import Facts
from records.models.identifiers import key_of

from . import alike, alike_search
from .clues import Clue, Exact
from .finding import Found, page
from .matching import Likely, told
from .readings import Kind, Reading, named

NEARLY = 10


def look_up(
    actor: Actor,
    *,
    name: str = "",
    mrn: str = "",
    phone: str = "",
    birth_date: str = "",
    identifier: str = "",
    cursor: str | None = None,
    limit: int = keyset.DEFAULT_LIMIT,
) -> Found:
    """Live patients of the actor's hospital that fit every fact given.

    MRN, phone and identifier are whole, whatever their spacing; of the name the beginning of each
    word is enough; a birth date of a year or a month fits every day in it. ValidationError
    ``search_empty`` without any fact, ``phone_invalid`` and ``date_invalid`` for what is neither.
    """
    clues = [
        *_exact(Kind.IDENTIFIER, key_of(identifier)),
        *_exact(Kind.MRN, key_of(mrn)),
        *_exact(Kind.PHONE, _digits(phone)),
        *([Clue(Kind.BIRTH_DATE, _date(birth_date))] if birth_date else []),
        *named(parts(name)),
    ]
    if not clues:
        raise _refused("", "search_empty")
    reading = Reading(clues[0], tuple((clue,) for clue in clues[1:]))
    said = [f"{clue.kind}{clue.text}" for clue in clues]
    return page(actor, reading, cursor=cursor, limit=limit, bound_to=said)


def nearly(
    actor: Actor, *, name: str = "", phone: str = "", birth_date: str = "", identifier: str = "",
    but: Collection[UUID] = (), limit: int = NEARLY,
) -> list[Likely]:  # fmt: skip
    """Those who fit most of the same facts, the likest first, with what agrees; refusals as ``look_up``.

    A name may be spelled otherwise, day and month swapped, of a number the beginning or the end is enough.
    """
    person = Facts(alike.name_of("", name), _date(birth_date))
    found = alike_search.near(actor, person, identifier or _digits(phone), limit=limit + len(but))
    return told(actor, person, [each for each in found if each.patient_id not in but][:limit])


def _exact(kind: str, key: str) -> list[Clue]:
    return [Exact(kind, key)] if key else []


def _digits(phone: str) -> str:
    try:
        return phones.e164(phone).removeprefix("+") if phone else ""
    except ValueError as exc:
        raise _refused("phone", "phone_invalid") from exc


def _date(text: str) -> str:
    try:
        return partialdates.normal(text)
    except ValueError as exc:
        raise _refused("birth_date", "date_invalid") from exc


def _refused(name: str, code: str) -> ValidationError:
    error = ValidationError(sentence(code), code)
    return ValidationError({name: error}) if name else error
