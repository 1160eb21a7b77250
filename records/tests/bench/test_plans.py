"""Twenty thousand patients are read through indexes: no table is walked, no list sorted whole.

Nothing here is timed. What is counted is the work itself: rows and blocks on PostgreSQL, steps of
its machine on SQLite.
"""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.db import connection

from hospital.kit import keyset
from hospital.kit.actors import Actor
from hospital.kit.testing import kept
from hospital.models import Hospital
from hospital.services.identity import command_actor
from records.bench import seeding
from records.bench.plans import explained, is_walk, nodes, selects
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


@pytest.fixture(scope="module")
def filled(django_db_setup: None, django_db_blocker: Any) -> Iterator[Actor]:
    with kept(django_db_blocker):
        seeding.fill(COUNT)
        yield command_actor(Hospital.objects.get(code=seeding.LARGE).pk, "integrator")


@pytest.fixture
def here(filled: Actor, db: None) -> Actor:
    """Somebody at the hospital that has most of the patients."""
    return filled


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
    cursor, unlucky = cursor_at(here, 0.7), cursor_at(here, 0.99, newest=True)
    order, newest = {"order": NAME}, {"order": ("-registered_at", "-id")}
    words = f"{someone.given_names[:3]} {someone.family_name[:3]}"
    return {
        "list": lambda: keyset.page(rows_of(here), **order),
        "list backwards": lambda: keyset.page(rows_of(here), order=("-sort_key", "-id")),
        "list with retired": lambda: keyset.page(everybody, **order),
        "list by registration": lambda: keyset.page(everybody.live(), **newest),
        "deep page": lambda: keyset.page(rows_of(here), **order, cursor=cursor),
        "deep page behind the newest": lambda: keyset.page(rows_of(here), **order, cursor=unlucky),
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
        "a slip in a name": lambda: finding.find(here, f"{someone.family_name[1:]} ana"),
        "a slip and a date": lambda: finding.find(
            here, f"{someone.family_name[:-1]}x {someone.birth_date}"
        ),
        "end of a phone": lambda: finding.find(here, someone.phone[-6:]),
        "nearly": lambda: lookup.nearly(here, name=words, birth_date=someone.birth_date),
        "facts": lambda: lookup.look_up(here, name=words, birth_date=someone.birth_date),
        "the same person here": lambda: matching.likely_here(here, someone),
        "the same person elsewhere": lambda: matching.elsewhere(
            here, name=someone.display_name, birth_date="1988-03-14"
        ),
        "the same number elsewhere": lambda: matching.elsewhere(here, identifier=number.value),
        "who has this number": lambda: matching.refuse_known(here, [number], but=number.patient_id),
    }  # fmt: skip


def cursor_at(here: Actor, depth: float, *, newest: bool = False) -> str:
    """The cursor of a page as deep in the list as ``depth`` of 1; with an id that hardly any is later than."""
    rows = rows_of(here).order_by(*NAME)
    first = int(rows.count() * depth)
    row = rows[first]
    last = rows.order_by("-id").first()["id"] if newest else row["id"]
    return keyset._close([row["sort_key"], last], keyset._fingerprint(rows_of(here), NAME, ()))


def faults(sql: str) -> list[str]:
    """What is wrong with the way the database answers: a walked table, or a sort of very many rows."""
    plan = explained(sql)
    if connection.vendor == "postgresql":
        return [f"{node['Node Type']} {node.get('Relation Name', '')}" for node in nodes(plan)
                if is_bad(node) and not any(node is each for each in grouped(plan))]  # fmt: skip
    wrong = ("SCAN records_", "SCAN here", "USE TEMP B-TREE FOR ORDER BY")
    return [line for line in plan if line.startswith(wrong)]


def grouped(plan: dict[str, Any]) -> list[dict[str, Any]]:
    """The steps that bring the keys of one registration together; that is no list put in order."""
    return [
        part for node in nodes(plan) if node["Node Type"] == "Aggregate" for part in node["Plans"]
        if part["Node Type"] == "Sort"
    ]  # fmt: skip


def is_bad(node: dict[str, Any]) -> bool:
    sorts = node["Node Type"] == "Sort"
    many = sorts and sum(part["Actual Rows"] for part in node["Plans"]) > COUNT / 50
    return is_walk(node) or many


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
