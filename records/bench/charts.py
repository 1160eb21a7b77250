"""A long chart: what the first page about a patient and the timeline take beside the SQL they cannot do without."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from decimal import Decimal
from statistics import median
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from hospital.kit import clock, facts
from hospital.kit.actors import Actor
from hospital.kit.ids import uuid7
from hospital.models import Clinic, Department, Hospital, User
from hospital.services.identity import command_actor
from records import vitals
from records.codings import LOINC_SYSTEM
from records.models import Diagnosis, Observation, OutPatient, Patient
from records.services import charts, hubs, patients, timelines
from records.web.hubs import EVENTS

from . import chart_sql, ground, seeding

VISITS, SIGNS = 2_000, 10
# A visit in five has a diagnosis.
NAMED_AT = 5
CALLS = 5
ROLES = ("administrator", "receptionist", "doctor")
Say = Callable[[str], None]


@dataclass(frozen=True)
class Found:
    """What one page takes in milliseconds until the answer; its queries, and its weight in bytes.

    Of each round the fastest call counts, and of the rounds the median: what else the machine does is left out.
    """

    page: float
    data: float
    raw: float
    queries: int
    weight: int

    @property
    def ratio(self) -> float:
        return self.page / self.raw


@transaction.atomic
def run(*, rounds: int, out: Say) -> dict[str, Found]:
    """Measure and print; what was measured on is taken back at the end."""
    hospital = seeding.largest()
    actor, patient = lay(hospital)
    connection.cursor().execute("ANALYZE")
    client = _visitor(hospital)
    found = {
        name: _measured(client, actor, patient, name, rounds) for name in ("overview", "timeline")
    }
    transaction.set_rollback(True)
    out(f"{connection.vendor}: a chart of {VISITS} visits and {VISITS * SIGNS} values")
    for name, one in found.items():
        out(
            f"{name}: {one.page:.1f} ms for the page, of which its data {one.data:.1f}; the same by raw SQL "
            f"{one.raw:.1f}: {one.ratio:.1f} times, the data alone {one.data / one.raw:.1f} times; "
            f"{one.queries} queries, {one.weight} bytes"
        )
    return found


def _measured(client: Client, actor: Actor, patient: Patient, name: str, rounds: int) -> Found:
    """All in turn, round after round, so that a busy machine slows them alike; the first round only warms up."""
    url = reverse(PAGES[name][0], args=[patient.pk])
    work: dict[str, Callable[[], Any]] = {
        "page": lambda: _opened(client, url),
        "data": lambda: PAGES[name][1](actor, patient),
        "raw": lambda: asked(PAGES[name][2], actor, patient, PAGES[name][3] + 1),
    }
    waits: dict[str, list[float]] = {each: [] for each in work}
    for number in range(rounds + 1):
        for each, act in work.items():
            wait = min(_wait(act) for _ in range(CALLS))
            waits[each] += [wait] if number else []
    with CaptureQueriesContext(connection) as queries:
        weight = len(_opened(client, url))
    return Found(
        **{each: median(found) for each, found in waits.items()},
        queries=len(queries),
        weight=weight,
    )


def _wait(act: Callable[[], Any]) -> float:
    started = time.perf_counter()
    act()
    return (time.perf_counter() - started) * 1e3


def _opened(client: Client, url: str) -> bytes:
    answer = client.get(url)
    assert answer.status_code == 200, answer.status_code
    return answer.content


def _overview(actor: Actor, patient: Patient) -> None:
    charts.counted(actor, patient.pk)
    timelines.load(actor, patient.pk, most=EVENTS)
    hubs.load(actor, patient.pk)


def _timeline(actor: Actor, patient: Patient) -> None:
    charts.counted(actor, patient.pk)
    timelines.load(actor, patient.pk)


# Of each page its name, its data as the services give it, its raw SQL, and how much of the timeline it shows.
PAGES: dict[str, tuple[str, Callable[[Actor, Patient], None], Iterable[str], int]] = {
    "overview": ("records:patient-detail", _overview, chart_sql.OVERVIEW, EVENTS),
    "timeline": ("records:patient-timeline", _timeline, chart_sql.TIMELINE_PAGE, timelines.PAGE),
}


def asked(statements: Iterable[str], actor: Actor, patient: Patient, most: int) -> list[int]:
    """How many rows each of the statements gives."""
    as_stored = Patient._meta.pk.get_db_prep_value
    which = {
        "id": as_stored(patient.pk, connection), "here": as_stored(actor.here, connection),
        "most": most,
    }  # fmt: skip
    found = []
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement, which)
            found.append(len(cursor.fetchall()))
    return found


# ---- what is measured on


def lay(hospital: Hospital) -> tuple[Actor, Patient]:
    """A doctor, and a chart of many years: ten signs taken at each visit, a diagnosis at every fifth."""
    clerk = command_actor(hospital.pk, *ROLES, name="bench")
    here: dict[str, Any] = {"hospital": hospital}
    department = facts.create(clerk, Department(code="CHART", name="Charting", **here))
    clinic = facts.create(
        clerk, Clinic(department=department, code="CHART", name="Charting", **here)
    )
    patient = patients.register(clerk, patient=Patient(family_name="Charting"))
    here["patient"] = patient
    day = dt.timedelta(days=1)
    began = clock.now() - VISITS * day
    visits = [
        OutPatient(
            id=uuid7(), clinic=clinic, number=f"CHART-{number}", status="finished", complaint="Cough",
            kind="outpatient", starts_at=began + number * day, seen_at=began + number * day,
            ends_at=began + number * day + day / 24, **here,
        )
        for number in range(VISITS)
    ]  # fmt: skip
    OutPatient.objects.bulk_create(visits, batch_size=500)
    Observation.objects.bulk_create(_values(visits, here), batch_size=500)
    Diagnosis.objects.bulk_create(
        [
            Diagnosis(id=uuid7(), encounter=visit, description=f"Illness {number % 40}", **here)
            for number, visit in enumerate(visits[::NAMED_AT])
        ],
        batch_size=500,
    )
    return command_actor(hospital.pk, "doctor", name="bench"), patient


def _values(visits: list[OutPatient], here: dict[str, Any]) -> list[Observation]:
    return [
        Observation(
            id=uuid7(), encounter=visit, name=str(sign.name), code_system=LOINC_SYSTEM, code=sign.code,
            value=Decimal(sum(sign.likely) / 2), unit=sign.unit, interpretation="N",
            taken_at=visit.starts_at, **here,
        )
        for visit in visits
        for sign in vitals.VITALS[:SIGNS]
    ]  # fmt: skip


def _visitor(hospital: Hospital) -> Client:
    """A browser of a doctor who is signed in."""
    clerk = command_actor(hospital.pk, "administrator", name="bench")
    doctor = ground.staff(clerk, hospital, "doctor", User.Kind.PERSON)
    client = Client(SERVER_NAME="localhost")
    client.cookies[settings.SESSION_COOKIE_NAME] = ground.session(doctor, hospital)
    return client
