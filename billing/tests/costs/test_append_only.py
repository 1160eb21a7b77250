"""An estimate stays as it was made: whatever way is tried, the database refuses."""

import pytest
from django.db import IntegrityError, connection, transaction

from billing.models import Estimate, EstimateLine
from billing.tests.factories import EstimateFactory
from hospital.tests.kit.refusals import refusal_of
from records.tests.encounter_factories import TreatmentFactory

pytestmark = pytest.mark.django_db
TABLES = {Estimate: "billing_estimate", EstimateLine: "billing_estimateline"}
NAMES = {Estimate: "estimate_append_only", EstimateLine: "estimate_line_append_only"}


def run(sql, *params):
    with connection.cursor() as cursor:
        cursor.execute(sql, params)


@pytest.mark.parametrize("model", [Estimate, EstimateLine])
def test_it_can_be_neither_changed_nor_removed(model):
    EstimateFactory()
    row, table = model.objects.get(), TABLES[model]
    money = "total" if model is Estimate else "amount"
    before = model.objects.values().get()
    ways = {
        "save": lambda: row.save(force_update=True),
        "update": lambda: model.objects.update(**{money: "1"}),
        "raw update": lambda: run(f"UPDATE {table} SET {money} = 1"),
        "delete": lambda: model.objects.all()._raw_delete(model.objects.db),
        "raw delete": lambda: run(f"DELETE FROM {table}"),
    }
    if connection.vendor == "sqlite":
        columns = ", ".join(field.column for field in model._meta.concrete_fields)
        ways["replace"] = lambda: run(
            f"INSERT OR REPLACE INTO {table} ({columns}) SELECT {columns} FROM {table}"
        )
    else:
        run("SET CONSTRAINTS ALL IMMEDIATE")  # else what the keys have still to check refuses first
        ways["truncate"] = lambda: run(f"TRUNCATE {table} CASCADE")
    names = tuple(NAMES.values())  # to empty one takes emptying the other
    assert [
        way for way, act in ways.items() if not any(name in refusal_of(act) for name in names)
    ] == []
    assert model.objects.values().get() == before


def test_it_is_of_a_treatment_of_the_same_hospital():
    with pytest.raises(IntegrityError), transaction.atomic():
        EstimateFactory(treatment=TreatmentFactory(), hospital=TreatmentFactory().hospital)


def test_no_two_lines_have_one_place():
    estimate = EstimateFactory()
    [line] = estimate.lines.all()
    twin = EstimateLine(**{**line.row(), "id": estimate.pk})
    assert refusal_of(lambda: twin.save(force_insert=True))
