"""Filling a database with invented patients: fast, and exactly as the services would have."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from functools import lru_cache
from random import Random
from typing import Any

from django.db import connection, transaction
from uuid_utils.compat import uuid7

from hospital.kit import audit, clock, facts, series
from hospital.kit.actors import Actor
from hospital.kit.records import Record
from hospital.models import AuditEvent, Hospital, Role
from hospital.services import installation
from hospital.services.identity import command_actor
from records.models import (
    Patient,
    PatientContact,
    PatientIdentifier,
    Registration,
    SearchKey,
)
from records.models.identifiers import key_of
from records.services import search_keys, vocabulary

from .people import Person, person
from .tables import Table

# The hospitals of a database for measuring, and how many of a thousand patients each has.
SHARES = {"BENCH-SMALL": 10, "BENCH-LARGE": 600, "BENCH-NORTH": 250, "BENCH-SOUTH": 140}
SMALL, LARGE = "BENCH-SMALL", "BENCH-LARGE"
MARK = "BENCH-"
CHUNK = 2_000
PERIOD = timedelta(days=5 * 365)
CREATE = "records.patient.create"


class NotForMeasuring(Exception):
    """The database holds something else; the message says what."""


def fill(count: int, *, seed: int = 1, progress: Callable[[int], Any] | None = None) -> None:
    """Add ``count`` patients, committed every 2,000; the same people for the same seed and start.

    Every row is there that ``patients.register`` would have left: charts, registrations, search
    keys, identifiers, contacts, version 1 with its history, and the audit of each.
    NotForMeasuring, and nothing is written, on a database with hospitals that are not our own.
    """
    refuse_real()
    actors = [command_actor(hospital.pk, Role.INTEGRATOR, name="bench") for hospital in hospitals()]
    start = Patient.objects.count()
    draw, began = Random(f"{seed}:{start}"), clock.now() - PERIOD
    writer = Writer()
    for first in range(0, count, CHUNK):
        size = min(CHUNK, count - first)
        with transaction.atomic():
            for place, mrn in enumerate(numbers(size), first):
                actor = draw.choices(actors, list(SHARES.values()))[0]
                at = began + PERIOD * (place / count)
                writer.register(actor, person(draw, start + place, at.date()), mrn, at)
            writer.write()
        if progress:
            progress(first + size)
    _tell_planner()


def refuse_real() -> None:
    """Raise NotForMeasuring unless the database is empty or was filled by us."""
    if Hospital._meta.db_table not in connection.introspection.table_names():
        return
    others = Hospital.objects.exclude(code__startswith=MARK)
    if others.exists():
        raise NotForMeasuring("This database has a hospital in it; measuring takes one of its own.")
    if Patient.objects.exists() and not Hospital.objects.exists():
        raise NotForMeasuring("This database has patients of no hospital.")


@transaction.atomic
def hospitals() -> list[Hospital]:
    """The hospitals of SHARES, in its order; made by the service when they are missing.

    The database is marked as a trial, so that production refuses to start on it.
    """
    installation.mark(is_demo=True)
    found = {hospital.code: hospital for hospital in Hospital.objects.filter(code__in=SHARES)}
    operator = command_actor(None, Role.OPERATOR)
    for code in SHARES.keys() - found.keys():
        found[code] = opened(operator, code)
    return [found[code] for code in SHARES]


def opened(operator: Actor, code: str) -> Hospital:
    """A new hospital of this database."""
    name = f"Hospital {code.removeprefix(MARK).capitalize()}"
    hospital: Hospital = facts.create(
        operator, Hospital(code=code, name=name, time_zone="Europe/Berlin", country="DE")
    )
    return hospital


def largest() -> Hospital:
    """The hospital that is measured."""
    return hospitals()[list(SHARES).index(LARGE)]


class Writer:
    """Charts on their way into their tables."""

    def __init__(self) -> None:
        # In the order in which the rows lean on each other.
        models = (Patient, Registration, PatientIdentifier, PatientContact, SearchKey, AuditEvent)
        self.tables: dict[Any, Table] = {model: Table(model) for model in models}
        self.histories: dict[Any, Table] = {
            model: Table(model.history.model) for model in models[:4]
        }
        self.words: set[str] = set()
        self.learned: set[str] = set()

    def register(self, actor: Actor, told: Person, mrn: str, at: datetime) -> None:
        """What ``patients.register`` does, at another time."""
        times = {"created_at": at, "updated_at": at}
        chart = Patient(id=_id_at(at), mrn=mrn, **told.facts, **times)
        here = {"patient_id": chart.pk, "hospital_id": actor.hospital_id}
        registration = Registration(
            id=_id_at(at),
            **here,
            **times,
            registered_at=at,
            changed_at=at,
            sort_key=search_keys.sort_key(chart),
            sex=chart.sex,
        )
        numbers = [
            PatientIdentifier(id=_id_at(at), **here, **times, **row, value_key=key_of(row["value"]))
            for row in told.identifiers
        ]
        people = [PatientContact(id=_id_at(at), **here, **times, **row) for row in told.contacts]
        for record in (chart, registration, *numbers, *people):
            self._save(record, actor, at)
        parts: list[PatientIdentifier | PatientContact] = [*numbers, *people]
        for part in parts:
            self._book(part, actor, at, changed=part.CONTENT)
        keys = list(search_keys.with_shared(search_keys.keys_of(chart, numbers)))
        self.words |= {key for kind, key, _shared in keys if kind == SearchKey.Kind.NAME}
        for kind, key, shared in keys:
            self.tables[SearchKey].add(
                {"registration_id": registration.pk, "hospital_id": actor.hospital_id,
                 "kind": str(kind), "key": key, "shared": shared}
            )  # fmt: skip
        self._book(chart, actor, at, changed=set(told.facts) - _usual(told.facts))

    def write(self) -> None:
        """Store everything collected."""
        vocabulary.learn(self.words - self.learned)
        self.learned |= self.words
        self.words = set()
        for table in (*self.tables.values(), *self.histories.values()):
            table.write()

    def _save(self, record: Record, actor: Actor, at: datetime) -> None:
        row = record.row()
        self.tables[type(record)].add(row)
        history = {
            "history_id": _id_at(at), "history_date": at, "history_type": "+",
            "history_user_id": actor.user_id, "history_change_reason": CREATE,
        }  # fmt: skip
        self.histories[type(record)].add(row | history)

    def _book(self, record: Record, actor: Actor, at: datetime, *, changed: Any) -> None:
        self.tables[AuditEvent].add(
            {
                "id": _id_at(at), "at": at, "act": CREATE, "user_id": actor.user_id,
                "actor_kind": actor.kind, "roles": " ".join(sorted(actor.roles)),
                "hospital_id": actor.hospital_id, "door": actor.door, "resource": record.resource,
                "object_id": record.pk, "patient_id": record.audit_patient_id,
                "changed": sorted(changed), "version": record.version, "digest": audit.digest(record),
            }
        )  # fmt: skip


def _usual(told: dict[str, Any]) -> set[str]:
    """The facts told that say no more than the default."""
    return {name for name, value in told.items() if value == _default(name)}


@lru_cache
def _default(name: str) -> Any:
    field: Any = Patient._meta.get_field(name)
    return field.get_default()


def _id_at(at: datetime) -> Any:
    """An id as it would have been made then, so that ids and time run together."""
    return uuid7(nanoseconds=int(at.timestamp() * 1e9))


def numbers(count: int) -> Iterator[str]:
    """That many new MRNs."""
    for number in _series(count):
        yield series.with_check_digit(1_000_000 + number)


def _series(count: int) -> list[int]:
    """``series.skipping("mrn")`` that many times; on PostgreSQL in one question."""
    if connection.vendor != "postgresql":
        return [series.skipping("mrn") for _ in range(count)]
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval('series_mrn') FROM generate_series(1, %s)", [count])
        return [row[0] for row in cursor.fetchall()]


def _tell_planner() -> None:
    """What autovacuum would find out by itself in a minute or two."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
