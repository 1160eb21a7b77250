"""The migration after which those who were registered before are found across scripts."""

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from hospital.tests.factories import HospitalFactory, actor
from records import abjads
from records.models import NameForm
from records.services import finding
from records.tests.factories import PatientFactory

pytestmark = pytest.mark.django_db(transaction=True)
NAME = ("records", "0020_names_without_vowels")


def test_words_of_before_are_found_across_scripts_and_twice_is_once(monkeypatch):
    here, loader = HospitalFactory(), MigrationExecutor(connection).loader
    move, apps = loader.get_migration(*NAME), loader.project_state(NAME).apps
    monkeypatch.setitem(move.operations[0].code.__globals__, "BATCH", 2)
    with monkeypatch.context() as before:
        before.setattr(abjads, "stored_under", lambda _word: set())
        arabic = PatientFactory(at=here, family_name="الحسن", given_names="فاطمة")
        latin = PatientFactory(at=here, family_name="Abdulrahman", given_names="Khadija")

    def found(text):
        return finding.find(actor("receptionist", here), text).everybody

    assert found("Alhassan Fatima") == found("خديجة عبد الرحمن") == []
    for _ in range(2):
        move.operations[0].code(apps, None)
        assert found("Alhassan Fatima") == [arabic.pk]
        assert found("خديجة عبد الرحمن") == [latin.pk]
        rows = list(NameForm.objects.values_list("form", "word"))
        assert {row for row in rows if row[0][0] in "!~"} == {
            (form, word) for _form, word in rows for form in abjads.stored_under(word)
        }
