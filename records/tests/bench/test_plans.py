"""Twenty thousand patients are read through indexes: no table is walked, no list sorted whole.

Nothing here is timed. What is counted is the work itself: rows and blocks on PostgreSQL, steps of
its machine on SQLite.
"""

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from hospital.kit import keyset
from hospital.kit.actors import Actor
from hospital.models import Hospital
from hospital.services.identity import command_actor
from records.bench import seeding
from records.models import Patient, PatientIdentifier
from records.services import finding, lookup, matching
from records.web import patient_lists

pytestmark = [pytest.mark.django_db, pytest.mark.slow, pytest.mark.timeout(300)]

COUNT = 20_000
PAGE = 50
# One row more than a page, and those of the same name that the cursor may stand among.
ENOUGH = PAGE + 1
NAME = ("sort_key", "id")
Read = Callable[[], Any]


@pytest.fixture
def here() -> Actor:
    """Somebody at the hospital that has most of the patients."""
    seeding.fill(COUNT)
    return command_actor(Hospital.objects.get(code=seeding.LARGE).pk, "integrator")


def rows_of(here: Actor) -> Any:
    return (
        Patient.objects.visible_to(here, "list")
        .live()
        .values("id", "sort_key", "changed_at", "family_name")
    )


def reads(here: Actor) -> dict[str, Read]:
    """Every way in which patients are listed and found, by name."""
    everybody = Patient.objects.visible_to(here, "list")
    someone = everybody.exclude(phone="").exclude(birth_date="").order_by("mrn")[20]
    number = PatientIdentifier.objects.filter(hospital_id=here.hospital_id)[20]
    cursor = cursor_at(here, 0.7)
    order, newest = {"order": NAME}, {"order": ("-registered_at", "-id")}
    words = f"{someone.given_names[:3]} {someone.family_name[:3]}"
    return {
        "list": lambda: keyset.page(rows_of(here), **order),
        "list backwards": lambda: keyset.page(rows_of(here), order=("-sort_key", "-id")),
        "list with retired": lambda: keyset.page(everybody, **order),
        "list by registration": lambda: keyset.page(everybody.live(), **newest),
        "deep page": lambda: keyset.page(rows_of(here), **order, cursor=cursor),
        "list of a rare sex": lambda: keyset.page(rows_of(here).filter(here_sex="other"), **order),
        "how many of a rare sex": lambda: patient_lists.number(here, {"sex": "other"}),
        "changed since": lambda: keyset.page(
            rows_of(here).filter(changed_at__gte=someone.changed_at), order=("changed_at", "id")
        ),
        "one": lambda: everybody.live().filter(pk=someone.pk).first(),
        "name prefix": lambda: finding.find(here, "mul"),
        "short prefix": lambda: finding.find(here, "an"),
        "two words": lambda: finding.find(here, words),
        "phone": lambda: finding.find(here, someone.phone),
        "start of a phone": lambda: finding.find(here, someone.phone[:8]),
        "MRN": lambda: finding.find(here, someone.mrn),
        "birth date": lambda: finding.find(here, someone.birth_date),
        "identifier": lambda: finding.find(here, number.value),
        "facts": lambda: lookup.look_up(here, name=words, birth_date=someone.birth_date),
        "the same person here": lambda: matching.likely_here(here, someone),
        "the same person elsewhere": lambda: matching.elsewhere(
            here, name=someone.display_name, birth_date="1988-03-14"
        ),
        "the same number elsewhere": lambda: matching.elsewhere(here, identifier=number.value),
        "who has this number": lambda: matching.refuse_known(here, [number], but=number.patient_id),
    }  # fmt: skip


def cursor_at(here: Actor, depth: float) -> str:
    """The cursor of a page as deep in the list as ``depth`` of 1."""
    rows = rows_of(here).order_by(*NAME)
    first = int(rows.count() * depth)
    row = rows[first]
    seal = keyset._fingerprint(rows_of(here), NAME, ())
    return keyset._close([row["sort_key"], row["id"]], seal)


def selects(read: Read) -> list[str]:
    """The questions that ``read`` asks of patients."""
    with CaptureQueriesContext(connection) as asked:
        read()
    found = [each["sql"] for each in asked.captured_queries if each["sql"].startswith("SELECT")]
    return [sql for sql in found if "records_" in sql]


def explained(sql: str) -> Any:
    """PostgreSQL's plan as it ran, or the lines of SQLite's."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(f"EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) {sql.replace('%', '%%')}")
            found = cursor.fetchone()[0]
            return (json.loads(found) if isinstance(found, str) else found)[0]["Plan"]
        cursor.execute(f"EXPLAIN QUERY PLAN {sql.replace('%', '%%')}")
        return [row[3] for row in cursor.fetchall()]


def nodes(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield plan
    for part in plan.get("Plans", ()):
        yield from nodes(part)


def faults(sql: str) -> list[str]:
    """What is wrong with the way the database answers: a walked table, or a sort of very many rows."""
    plan = explained(sql)
    if connection.vendor == "postgresql":
        return [
            f"{node['Node Type']} {node.get('Relation Name', '')}"
            for node in nodes(plan)
            if is_bad(node)
        ]
    walked = ("SCAN records_", "SCAN here", "USE TEMP B-TREE FOR ORDER BY")
    return [line for line in plan if line.startswith(walked)]


def is_bad(node: dict[str, Any]) -> bool:
    if node["Node Type"] in ("Seq Scan", "Parallel Seq Scan"):
        return node["Relation Name"].startswith("records_")
    sorts = node["Node Type"] == "Sort"
    return sorts and sum(part["Actual Rows"] for part in node["Plans"]) > COUNT / 50


def work(read: Read) -> int:
    """How much the database does for ``read``: blocks it touches, or steps of its machine."""
    if connection.vendor == "postgresql":
        return sum(explained(sql)["Shared Hit Blocks"] for sql in selects(read))
    steps = 0

    def count() -> int:
        nonlocal steps
        steps += 1
        return 0

    connection.connection.set_progress_handler(count, 10)
    try:
        read()
    finally:
        connection.connection.set_progress_handler(None, 0)
    return steps


def test_patients_are_read_through_indexes(here: Actor) -> None:
    asked = 0
    for name, read in reads(here).items():
        for sql in selects(read):
            asked += 1
            assert faults(sql) == [], f"{name}: {sql}"
    assert asked >= 22


def test_the_looking_glass_sees_a_walked_table(here: Actor) -> None:
    """The control: a question that no index answers, and one that has to sort everybody."""
    everybody = Patient.objects.visible_to(here, "list").live()
    by_city = selects(lambda: list(Patient.objects.filter(city="Köln").order_by("city")))
    by_email = selects(lambda: list(everybody.order_by("email", "id")[:ENOUGH]))
    assert faults(by_city[0])
    assert faults(by_email[0])


def test_a_page_costs_the_same_at_any_depth(here: Actor) -> None:
    def page(depth: float) -> int:
        cursor = cursor_at(here, depth) if depth else None
        return work(lambda: keyset.page(rows_of(here), order=NAME, cursor=cursor))

    first = page(0)
    deeper = [page(depth) for depth in (0.1, 0.3, 0.5, 0.7, 0.9)]
    assert max(deeper) <= 1.5 * first, (first, deeper)
