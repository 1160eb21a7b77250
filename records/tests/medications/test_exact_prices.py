"""The migration that keeps prices in thousandths, on a filled table, there and back."""

from decimal import Decimal

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from hospital.kit import facts, guards
from hospital.kit.audit import digest
from hospital.tests.factories import HospitalFactory, actor
from hospital.tests.kit.refusals import refusal_of
from records.models import MedicationPrice
from records.tests.factories import MedicationFactory, PriceFactory

pytestmark = pytest.mark.django_db(transaction=True)
NAME = ("records", "0009_exact_prices")
TABLES = ("records_medicationprice", "records_historicalmedicationprice")
AMOUNTS = ["0.01", "12.50", "0", "9999999.99"]


def stored():
    """The whole numbers in the tables of prices and of what prices were."""
    found = []
    with connection.cursor() as cursor:
        for table in TABLES:
            cursor.execute(f"SELECT amount FROM {table} ORDER BY amount")
            found.append([row[0] for row in cursor.fetchall()])
    return found


def step(way):
    """Go over the migration, "apply" or "unapply", as ``migrate`` would."""
    loader = MigrationExecutor(connection).loader
    migration = loader.get_migration(*NAME)
    before = loader.project_state(NAME, at_end=False)
    with connection.schema_editor(atomic=migration.atomic) as editor:
        getattr(migration, way)(before, editor)


def test_every_price_is_the_same_amount_before_and_after_and_back_again():
    here = HospitalFactory()
    prices = [PriceFactory(medication__hospital=here, amount=amount) for amount in AMOUNTS]
    now_dearer = prices[1]
    now_dearer.amount = Decimal("13.75")
    now_dearer.save()
    amounts = sorted(Decimal(price.amount) for price in MedicationPrice.objects.all())
    digests = {price.pk: digest(price) for price in MedicationPrice.objects.all()}
    after = stored()
    assert max(after[0]) == 9999999990
    assert len(after[1]) == len(AMOUNTS) + 1, "with what one of them was before"
    step("unapply")
    try:
        assert stored() == [[amount // 10 for amount in table] for table in after]
    finally:
        step("apply")
    assert stored() == after
    assert sorted(price.amount for price in MedicationPrice.objects.all()) == amounts
    found = {price.pk: digest(price) for price in MedicationPrice.objects.all()}
    assert found == digests, "the audit would call them doctored"


def test_what_guards_the_table_is_there_afterwards():
    step("unapply")
    step("apply")
    assert guards.missing(connection) == []
    medication = MedicationFactory()
    PriceFactory(medication=medication)
    assert "price_no_overlap" in refusal_of(lambda: PriceFactory(medication=medication))
    facts.retire(actor("administrator", medication.hospital), medication, reason="Sold out")
