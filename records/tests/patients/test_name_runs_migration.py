"""The migration after which those who were registered before are found by a name written together too."""

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from hospital.kit import clock
from hospital.tests.factories import HospitalFactory, actor
from records import nameruns
from records.models import NameForm, Patient, Registration, SearchKey
from records.services import finding, search_keys, undivided
from records.tests.factories import PatientFactory

pytestmark = pytest.mark.django_db(transaction=True)
NAME = ("records", "0018_names_written_together")


def found(here, text):
    return finding.exactly(actor("receptionist", here), text).patient_ids


def stored():
    return set(
        SearchKey.objects.filter(kind="n").values_list("registration", "kind", "key", "shared")
    )


def due():
    rows = Registration.objects.filter(retired_at=None).select_related("patient")
    keys = {row.pk: search_keys.names_of(row.patient) for row in rows}
    for former in Patient._base_manager.filter(merged_into__isnull=False):
        keys[former.merged_into.registrations.get().pk] |= search_keys.names_of(former)
    return {(pk, *key) for pk, each in keys.items() for key in search_keys.with_shared(each)}


def test_names_of_before_get_the_keys_of_a_new_patient_and_twice_is_once(monkeypatch):
    here, loader = HospitalFactory(), MigrationExecutor(connection).loader
    move, apps = loader.get_migration(*NAME), loader.project_state(NAME).apps
    monkeypatch.setitem(move.operations[0].code.__globals__, "BATCH", 2)
    with monkeypatch.context() as before:
        before.setattr(nameruns, "together", lambda _name: set())
        before.setattr(undivided, "endings", lambda _text: [])
        dijk, sakura, lopez, former, gone = (
            PatientFactory(at=here, family_name=family, given_names=given)
            for family, given in [
                ("van Dijk", "Jan"), ("山田", "さくら"), ("Garcia Lopez", "Juana"),
                ("O'Brien", "Mary"), ("Mc Donald", "Ann"),
            ]
        )  # fmt: skip
    Patient.objects.filter(pk=former.pk).update(merged_into=lopez, retired_at=clock.now())
    Registration.objects.filter(patient__in=[former, gone]).update(retired_at=clock.now())
    SearchKey.objects.filter(registration__patient__in=[former, gone]).delete()
    assert found(here, "vandijk") == found(here, "山田さくら") == found(here, "obrien") == []
    for _ in range(2):
        move.operations[0].code(apps, None)
        assert found(here, "vandijk") == [dijk.pk]
        assert found(here, "山田さくら") == [sakura.pk]
        assert found(here, "obrien") == [lopez.pk]
        assert stored() == due()
        assert NameForm.objects.filter(form="-vandijk", word="vandijk").count() == 1
