"""The migration after which those who were registered before are found by likeness too."""

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from hospital.tests.factories import HospitalFactory, actor
from records.models import NameForm, SearchKey
from records.services import finding
from records.tests.factories import IdentifierFactory, PatientFactory

pytestmark = pytest.mark.django_db(transaction=True)
NAME = ("records", "0012_names_alike_of_everybody")


def test_everybody_gets_the_keys_that_a_new_patient_would_have_and_twice_is_once():
    here = HospitalFactory()
    ana = PatientFactory(
        at=here, family_name="Müller", phone="+49301234567", postal_code="10115", address_line="Mill Lane 4",
    )  # fmt: skip
    IdentifierFactory(patient=ana, kind="passport", value="C01X00T47")
    wanted = set(SearchKey.objects.values_list("kind", "key", "shared")) | {("e", "74T00X10C", 0)}
    forms = set(NameForm.objects.values_list("form", "word"))
    SearchKey.objects.filter(kind__in="ea").delete()
    NameForm.objects.all().delete()
    migration = MigrationExecutor(connection).loader.get_migration(*NAME)
    state = MigrationExecutor(connection).loader.project_state(NAME)
    for _ in range(2):
        migration.operations[0].code(state.apps, None)
    assert set(SearchKey.objects.values_list("kind", "key", "shared")) == wanted
    assert set(NameForm.objects.values_list("form", "word")) == forms
    assert finding.find(actor("receptionist", here), "ana mulelr").alike == [ana.pk]
