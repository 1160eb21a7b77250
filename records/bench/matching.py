"""How well people are found again: on the FEBRL sets, whose true pairs are known, and on invented people."""

import csv
import resource
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from uuid import UUID

from django.db import transaction

from hospital.kit import clock
from hospital.kit.actors import Actor
from hospital.models import Hospital, Role
from hospital.services.identity import command_actor
from records.likeness import LIKELY
from records.models import DuplicatePair, DuplicateSearch, Patient
from records.services import alike, duplicate_search, finding

from . import seeding
from .people import Person

TOP = 5
Pair = tuple[str, str]


@dataclass(frozen=True)
class Figures:
    """What was found of one set. ``searched`` by what was typed -> recall at 5."""

    people: int
    pairs: int
    recall: float
    precision: float
    searched: dict[str, float]
    listed: "Listed"


@dataclass(frozen=True)
class Listed:
    """What the work list of duplicates has after a round over all charts; ``grown`` is in MiB of memory."""

    charts: int
    seconds: float
    grown: float
    recall: float = 0.0
    precision: float = 0.0


def measure(folder: Path, number: int, *, every: int = 1) -> Figures:
    """Register a FEBRL set at a hospital of its own, then look for everybody among the others.

    The national number is left out. A search is one for each duplicate (each ``every``-th): who is meant
    is found when they are among the first five who are not the one that typed.
    """
    people = dict(_people(folder / f"dataset{number}.csv"))
    pairs = set(_pairs(folder / f"dataset{number}_truth.csv"))
    actor = _hospital(f"{seeding.MARK}FEBRL{number}")
    ids = _registered(actor, people)
    mates = defaultdict(set)
    for one, other in pairs:
        mates[one].add(other)
        mates[other].add(one)
    asked = [name for name in sorted(people) if "-dup-" in name][::every]
    recall, precision = _detected(actor, ids, pairs)
    return Figures(
        len(people), len(pairs), recall, precision,
        {label: _searched(actor, people, ids, mates, asked, typed) for label, typed in TYPED.items()},
        _listed(actor, ids, pairs),
    )  # fmt: skip


def whole_round(actor: Actor) -> Listed:
    """Look through all the charts of a hospital for its work list, from the beginning."""
    time.sleep(
        duplicate_search.SETTLED.total_seconds()
    )  # those made a moment ago are left for later
    DuplicateSearch.objects.filter(hospital_id=actor.here).delete()
    charts, began, before = duplicate_search.part(actor), time.perf_counter(), _memory()
    while count := duplicate_search.part(actor):
        charts += count
    return Listed(charts, time.perf_counter() - began, _memory() - before)


def _memory() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def _listed(actor: Actor, ids: dict[UUID, str], pairs: set[Pair]) -> Listed:
    told = whole_round(actor)
    rows = DuplicatePair.objects.visible_to(actor, "list").open()
    found = {_pair(ids[one], ids[other]) for one, other in rows.values_list("first", "second")}
    recall, precision = _share(found, pairs)
    return replace(told, recall=recall, precision=precision)


def _share(found: set[Pair], pairs: set[Pair]) -> tuple[float, float]:
    right = len(found & pairs)
    return right / len(pairs), right / max(len(found), 1)


def warned(actor: Actor, *, of: int) -> float:
    """The share of ``of`` registered people for whom another one would be shown, if they came again as new."""
    rows = Patient.objects.visible_to(actor).live().order_by("?")[:of]
    found = [alike.to(actor, alike.facts_of(row), least=LIKELY, but=row.pk) for row in rows]
    return sum(map(bool, found)) / len(found)


def _name(told: Person) -> str:
    return f"{told.facts.get('given_names', '')} {told.facts.get('family_name', '')}".strip()


def _named_and_born(told: Person) -> str:
    return f"{_name(told)} {told.facts.get('birth_date', '')}".strip()


TYPED: dict[str, Callable[[Person], str]] = {
    "name, birth date": _named_and_born,
    "name, birth date, postal code": lambda told: (
        f"{_named_and_born(told)} {told.facts['postal_code']}"
    ),
}


def _people(path: Path) -> Iterator[tuple[str, Person]]:
    with path.open(newline="") as file:
        rows = csv.reader(file, skipinitialspace=True)
        head = [name.strip() for name in next(rows)]
        for row in rows:
            told = dict(zip(head, (cell.strip() for cell in row), strict=True))
            born = told["date_of_birth"]
            facts: dict[str, Any] = {
                "family_name": told["surname"], "given_names": told["given_name"],
                "birth_date": f"{born[:4]}-{born[4:6]}-{born[6:]}" if born else "",
                "address_line": f"{told['street_number']} {told['address_1']}".strip(),
                "city": told["suburb"], "postal_code": told["postcode"], "country": "AU",
            }  # fmt: skip
            if not told["surname"] and not told["given_name"]:
                facts["is_unidentified"] = True
            yield told["rec_id"], Person(facts)


def _pairs(path: Path) -> Iterator[Pair]:
    with path.open(newline="") as file:
        rows = csv.reader(file, skipinitialspace=True)
        next(rows)
        for one, other in rows:
            yield _pair(one.strip(), other.strip())


def _pair(one: str, other: str) -> Pair:
    return (one, other) if one < other else (other, one)


def _hospital(code: str) -> Actor:
    seeding.hospitals()
    operator = command_actor(None, Role.OPERATOR)
    found = Hospital.objects.filter(code=code).first() or seeding.opened(operator, code)
    return command_actor(found.pk, Role.INTEGRATOR, name="bench")


@transaction.atomic
def _registered(actor: Actor, people: dict[str, Person]) -> dict[UUID, str]:
    """Patient id -> name of the record; those of an earlier run are taken as they are."""
    known = Patient.objects.visible_to(actor).order_by("mrn")
    if not known.exists():
        writer = seeding.Writer()
        for told, mrn in zip(people.values(), seeding.numbers(len(people)), strict=True):
            writer.register(actor, told, mrn, clock.now())
        writer.write()
    return dict(zip(known.values_list("pk", flat=True), people, strict=True))


def _detected(actor: Actor, ids: dict[UUID, str], pairs: set[Pair]) -> tuple[float, float]:
    """Everybody against all others, as they would be told while registering."""
    found: set[Pair] = set()
    for chart in Patient.objects.visible_to(actor).iterator():
        for each in alike.to(actor, alike.facts_of(chart), least=LIKELY, but=chart.pk):
            found.add(_pair(ids[chart.pk], ids[each.patient_id]))
    return _share(found, pairs)


def _searched(
    actor: Actor, people: dict[str, Person], ids: dict[UUID, str], mates: Any, asked: list[str],
    typed: Callable[[Person], str],
) -> float:  # fmt: skip
    got = wanted = 0
    for name in asked:
        wanted += len(mates[name])
        if text := typed(people[name]):
            page = finding.find(actor, text, limit=TOP + 1)
            top = [ids[pk] for pk in page.everybody if ids[pk] != name]
            got += len(mates[name] & set(top[:TOP]))
    return got / wanted
