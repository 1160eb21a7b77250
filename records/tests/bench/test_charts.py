"""What is measured is the same chart by both ways, and nothing of the measuring stays."""

import pytest

from records.bench import chart_sql, charts, seeding
from records.models import Patient
from records.services import timelines

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def short(monkeypatch):
    """A chart that is laid in a moment."""
    monkeypatch.setattr(charts, "VISITS", 40)


def test_both_pages_are_measured_and_nothing_is_left():
    said = []
    found = charts.run(rounds=1, out=said.append)
    assert set(found) == {"overview", "timeline"}
    assert all(one.raw > 0 and one.page > one.raw for one in found.values())
    assert "40 visits and 400 values" in said[0]
    assert not Patient.objects.exists()


def test_the_statements_find_what_the_product_shows():
    actor, patient = charts.lay(seeding.largest())
    shown = timelines.load(actor, patient.pk, most=5).events
    visits, _treatments, named, values = charts.asked(chart_sql.TIMELINE, actor, patient, 6)
    assert (visits, named, values) == (6, 6, 6 * charts.SIGNS)
    assert len(shown) >= 5
    assert charts.asked(chart_sql.STANDING, actor, patient, 6) == [0, 0, 8, 0, charts.SIGNS]
    assert charts.asked(chart_sql.OVERVIEW[:2], actor, patient, 6) == [1, 0]
