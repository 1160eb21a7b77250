"""Finding registered patients by what a person types: MRN, names in any order, phone, birth date, identifier."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from itertools import permutations
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import connection
from django.db.models import OuterRef, QuerySet, Subquery, UUIDField

from hospital.kit import keyset
from hospital.kit.actors import Actor
from hospital.kit.codes import sentence
from hospital.kit.prepared import HERE, Prepared, some_number, some_text
from hospital.models import Hospital
from records.models import Registration, SearchKey

from . import alike_search
from .alike_search import ENOUGH
from .clues import Clue, Exact, Group, Groups, any_of, bounds_of, pattern_of
from .readings import Kind, Reading, read

ORDER = ("key", "registration__id")
NAMESAKES, OTHERS = "n", "o"
# So many words are tried in every order.
SHUFFLED = 4
# Clues have the stand-ins before these.
WORD, NAME, LENGTH = some_text(98), some_text(99), some_number(1)


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
    """Live patients of the actor's hospital that fit everything typed: first those of this very name, whatever the
    order of its words, then in the order of the leading key those of whom it is a part or a beginning.

    A number alone is tried as MRN, identifier, phone and birth date in turn; the first reading that
    finds somebody counts. ValidationError ``search_empty`` when nothing that can be found was typed.
    """
    readings = read(text)
    if not readings:
        raise ValidationError({"q": ValidationError(sentence("search_empty"), "search_empty")})
    chosen, _, inner = (cursor or "").partition(".")
    if readings[0].name:
        return _named(actor, readings[0], chosen, inner or None, limit)
    candidates = (
        [int(chosen)]
        if chosen.isdecimal() and int(chosen) < len(readings)
        else _with_somebody(actor, readings)
    )
    for number in candidates:
        found = page(
            actor, readings[number], cursor=inner or None, limit=limit, bound_to=(text, number)
        )
        if found.patient_ids:
            return replace(found, next=found.next and f"{number}.{found.next}")
    return Found([], None)


def _named(actor: Actor, reading: Reading, chosen: str, cursor: str | None, limit: int) -> Found:
    """A page of those of this very name, or after the last of them of the others."""
    same = Found([], None)
    if chosen != OTHERS:
        same = _namesakes(actor, reading.name, cursor, limit)
        if same.next:
            return replace(same, next=f"{NAMESAKES}.{same.next}")
        cursor = None
    room = limit - len(same.patient_ids)
    others = page(
        actor, reading, cursor=cursor, limit=limit, room=max(room, 1), bound_to=reading.name
    )
    if not room:
        return replace(same, next=f"{OTHERS}." if others.patient_ids else None)
    ids = [*same.patient_ids, *others.patient_ids]
    return Found(ids, others.next and f"{OTHERS}.{others.next}")


def _namesakes(actor: Actor, name: tuple[str, ...], cursor: str | None, limit: int) -> Found:
    rows = _namesake_pages(limit).page(
        actor.here, max(name, key=len), _orders(name),
        cursor=cursor, bound_to=(actor.hospital_id, NAMESAKES, *name),
    )  # fmt: skip
    return Found([row["patient_id"] for row in rows.rows], rows.next)


def _orders(name: tuple[str, ...]) -> list[str]:
    """How lists may have the name: in any order, or of many words with those before the family name behind it."""
    turned = (
        permutations(name)
        if len(name) <= SHUFFLED
        else ((*name[at:], *name[:at]) for at in range(len(name)))
    )
    return sorted({" ".join(words) for words in turned})


def _with_somebody(actor: Actor, readings: Sequence[Reading]) -> Sequence[int]:
    """The numbers of the readings whose leading clue fits anybody: asked of all of several at once."""
    if len(readings) == 1:
        return [0]
    leads = [(reading.lead,) for reading in readings]
    (firsts,) = _first_keys(pattern_of(tuple(leads))).rows(actor.here, *bounds_of(leads))
    return [number for number, key in enumerate(firsts) if key is not None]


@lru_cache(maxsize=64)
def _first_keys(shape: Groups) -> Prepared:
    """The first key that fits each of several groups, none where there is none: one row."""
    # By its first key in order, which is read in the index; whether there is any, PostgreSQL likes to learn by
    # reading the table until it meets one.
    keys = _here().order_by("key").values("key")
    firsts = {
        f"of_{number}": Subquery(keys.filter(any_of(group))[:1])
        for number, group in enumerate(shape)
    }
    rows = Hospital.objects.filter(pk=HERE).annotate(**firsts).values_list(*firsts)
    return Prepared(rows, [HERE, *bounds_of(shape)])


def page(
    actor: Actor, reading: Reading, *, cursor: str | None, limit: int, bound_to: Sequence[object],
    room: int | None = None,
) -> Found:  # fmt: skip
    """The live patients of the actor's hospital that fit one reading, in the order of the leading key: ``limit``,
    or fewer where there is only ``room``. Of a name, none of those who have it to the letter.
    """
    but = [_orders(reading.name)] if reading.name else []
    rows = _pages(pattern_of(reading.groups), limit, is_named=bool(but)).page(
        actor.here, len(reading.lead.text), *but, *bounds_of(reading.groups),
        cursor=cursor, bound_to=(actor.hospital_id, *bound_to), room=room,
    )  # fmt: skip
    return Found([row["patient_id"] for row in rows.rows], rows.next)


@lru_cache(maxsize=256)
def _pages(shape: Groups, limit: int, *, is_named: bool) -> keyset.Pages:
    """The pages of all readings of a shape. What fits two letters is not looked up as what fits ten: the server
    plans each anew.
    """
    keys, but = _fitting(*shape), [[NAME]] if is_named else []
    if is_named:
        keys = keys.exclude(registration__in=_so_named())
    return keyset.Pages(
        keys, (*ORDER, "patient_id"), order=ORDER, limit=limit,
        stand_ins=[HERE, LENGTH, *but, *bounds_of(shape)], keeps_plan=False,
    )  # fmt: skip


@lru_cache(maxsize=16)
def _namesake_pages(limit: int) -> keyset.Pages:
    """The same of those who have one of several names to the letter: by one word of it, each of them once."""
    keys = _here().filter(Exact(Kind.NAME, WORD).q(), registration__in=_so_named())
    return keyset.Pages(
        _with_patient(keys), (*ORDER, "patient_id"), order=ORDER, limit=limit,
        stand_ins=[HERE, WORD, [NAME]], keeps_plan=False,
    )  # fmt: skip


def _fitting(leading: Group, *others: Group) -> QuerySet:
    """The leading keys of registrations that fit, each registration once."""
    (lead,) = leading
    assert isinstance(lead, Clue)
    keys = _here().filter(lead.leading(LENGTH))
    # The hospital is that of the leading key. Naming it again leads PostgreSQL through all that fit once for
    # each leading key; without it, it looks at the few keys of that registration. SQLite wants it, and IN, not
    # EXISTS, to gather all that fit once.
    theirs = SearchKey.objects.all() if connection.vendor == "postgresql" else _here()
    for group in others:
        keys = keys.filter(registration__in=theirs.filter(any_of(group)).values("registration"))
    return _with_patient(keys)


def _here() -> QuerySet[SearchKey]:
    return SearchKey.objects.filter(hospital_id=HERE)


def _so_named() -> QuerySet:
    """The registrations of those who have one of several names to the letter."""
    return Registration.objects.filter(hospital_id=HERE, sort_key__in=[NAME]).values("pk")


def _with_patient(keys: QuerySet) -> QuerySet:
    """Keys with the patient: looked up for the rows of the page alone, where a join would be made for all that
    the leading key fits.
    """
    registration = Registration.objects.filter(pk=OuterRef("registration_id"))
    return keys.annotate(patient_id=Subquery(registration.values("patient_id"), UUIDField()))
