"""The migration after which those who were registered before are found by an undivided name too."""

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from hospital.kit import clock
from hospital.tests.factories import HospitalFactory, actor
from records.models import NameForm, Patient, Registration, SearchKey
from records.services import finding, search_keys, undivided
from records.tests.factories import PatientFactory

pytestmark = pytest.mark.django_db(transaction=True)
NAME = ("records", "0017_undivided_names")


@pytest.fixture
def migration():
    loader = MigrationExecutor(connection).loader
    return loader.get_migration(*NAME), loader.project_state(NAME).apps


@pytest.fixture
def here():
    return HospitalFactory()


def register_as_before(monkeypatch, here, *names):
    with monkeypatch.context() as before:
        before.setattr(undivided, "endings", lambda _text: [])
        return [PatientFactory(at=here, family_name=one, given_names=two) for one, two in names]


def keys():
    return set(SearchKey.objects.values_list("registration", "kind", "key", "shared"))


def found(here, text):
    return finding.exactly(actor("receptionist", here), text).patient_ids


@pytest.mark.parametrize("batch", [1, 1_000])
def test_names_of_before_get_the_keys_of_a_new_patient_and_twice_is_once(
    monkeypatch, migration, here, batch
):
    move, apps = migration
    monkeypatch.setitem(move.operations[0].code.__globals__, "BATCH", batch)
    wang, kim, ana = register_as_before(
        monkeypatch, here, ("王小红", ""), ("김", "민준"), ("Müller", "Ana")
    )
    untouched = set(SearchKey.objects.filter(registration__patient=ana).values_list("pk"))
    assert found(here, "小红") == found(here, "김민준") == []
    for _ in range(2):
        move.operations[0].code(apps, None)
        assert (found(here, "小红"), found(here, "김민준")) == ([wang.pk], [kim.pk])
        rows = Registration.objects.select_related("patient")
        due = {
            row.pk: search_keys.with_shared(search_keys.keys_of(row.patient, ())) for row in rows
        }
        assert keys() == {(pk, *key) for pk, each in due.items() for key in each}
        assert NameForm.objects.filter(form="-xiaohong", word="xiaohong").count() == 1
    assert set(SearchKey.objects.filter(registration__patient=ana).values_list("pk")) == untouched
    move.operations[0].reverse_code(apps, None)
    assert found(here, "小红") == [wang.pk]


def test_the_name_of_before_a_merge_is_found_undivided_and_who_is_retired_gets_no_keys(
    monkeypatch, migration, here
):
    move, apps = migration
    stays, former, gone = register_as_before(
        monkeypatch, here, ("Wang", "Ming"), ("王", "小明"), ("李", "四光")
    )
    now = clock.now()
    Patient.objects.filter(pk=former.pk).update(merged_into=stays, retired_at=now)
    Registration.objects.filter(patient__in=[former, gone]).update(retired_at=now)
    SearchKey.objects.filter(registration__patient__in=[former, gone]).delete()
    move.operations[0].code(apps, None)
    assert found(here, "王小明") == found(here, "Wang Ming") == [stays.pk]
    assert not SearchKey.objects.filter(registration__patient__in=[former, gone]).exists()
