"""What is measured is what is asked, each size stands beside the others, and nothing of the measuring stays."""

import pytest
from django.contrib.sessions.models import Session
from django.core.management import CommandError, call_command
from django.db import connection

from hospital.models import AuditEvent
from records.bench import growth, growth_asked, plans, seeding
from records.bench.growth import Figures
from records.models import Patient

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def few(monkeypatch):
    """A sample that is asked for in a moment."""
    monkeypatch.setattr(growth_asked, "PEOPLE", 3)


def test_each_size_is_measured_into_one_table_and_nothing_is_left(tmp_path):
    kept, said = tmp_path / "kept.json", []
    seeding.fill(150)
    before = AuditEvent.objects.count()
    found = growth.run(rounds=1, into=kept, out=said.append)
    assert len(found) == 9
    assert all(one.p95 >= one.p50 > 0 < one.sql95 and one.queries for one in found.values())
    assert (AuditEvent.objects.count(), Session.objects.count()) == (before, 0)
    seeding.fill(10)
    said.clear()
    growth.run(rounds=1, into=kept, out=said.append)
    assert "| 150 | 160 | growth of p95 |" in said[0]


def test_its_own_sql_is_all_that_is_read():
    """A union begins with a bracket."""
    seeding.fill(150)
    acts = growth_asked.questions(seeding.largest())[growth_asked.CHECK]
    asked = [sql for act in acts for sql in plans.selects(act)]
    assert any(sql.lstrip("(") != sql for sql in asked) or connection.vendor == "sqlite"
    assert len(asked) > 3


def test_everybody_is_found_again_by_what_is_asked():
    seeding.fill(150)
    acts = growth_asked.questions(seeding.largest())
    for name in (growth_asked.PHONE, growth_asked.BORN):
        assert all(act() for act in acts[name]), name
    assert all(isinstance(act(), list) for act in acts[growth_asked.CHECK])


def figures(p95, **more):
    return Figures(**{"p50": 1.0, "p95": p95, "sql95": 10.0, "queries": 4, "walked": [], **more})


def test_goals_are_judged_at_the_largest_size():
    names = [name for goal in growth.GOALS for name in goal.questions]
    small = {name: figures(900.0, walked=["records_patient"]) for name in names}
    large = {name: figures(14.0) for name in names} | {growth_asked.CHECK: figures(201.0)}
    said = []
    growth.tell({10: small, 1_000: large}, said.append)
    wrong = [line for line in said if line.startswith(("NOT MET", "WALKED"))]
    assert wrong == [f"NOT MET  duplicate check at most 200 ms, p95: {growth_asked.CHECK} 201.0"]
    growth.tell({1_000: small}, said.append)
    assert f"WALKED   records_patient: {growth_asked.CHECK}" in said


def test_the_command_wants_the_mode_of_its_own():
    with pytest.raises(CommandError, match="OPENWARD_MODE=bench"):
        call_command("bench_growth")
    assert not Patient.objects.exists()
