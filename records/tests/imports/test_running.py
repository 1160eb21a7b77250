"""An import that is stopped, killed or done by two at once: no row twice, none missing."""

import pytest
from django.db import IntegrityError

from hospital.kit.errors import RuleError
from hospital.models import ImportBatch, ImportRow
from hospital.services import import_running, imports
from records.models import Patient
from records.services import patient_imports
from records.tests.factories import PatientFactory
from records.tests.imports.files import (
    brought_in,
    checked,
    chosen,
    counts,
    person,
    problems,
    silent,
    table,
)

pytestmark = pytest.mark.django_db(transaction=True)
ROWS = [person(n) for n in range(300)]
ROWS[5] = person(5, dob="never")
ROWS[150] = person(150, sex="?")
RESULT = {"created": 298, "broken": 2}


class Killed(BaseException):
    """As if the process had ended here."""


@pytest.mark.parametrize("at", ["between", "storing", "booking"])
def test_killed_and_begun_again_it_goes_on_behind_the_last_row_that_is_stored(
    boss, at, monkeypatch
):
    def die(done, total):
        if at == "between" and done == 200:
            raise Killed

    def dying(name, real):
        calls = []

        def run(*args, **options):
            calls.append(1)
            found = real(*args, **options)
            if len(calls) == 3:
                raise Killed
            return found

        return run

    if at == "storing":
        monkeypatch.setattr(
            patient_imports.PatientRun, "store", dying("store", patient_imports.PatientRun.store)
        )
    if at == "booking":
        monkeypatch.setattr(import_running, "insert", dying("insert", import_running.insert))
    with pytest.raises(Killed):
        brought_in(boss, table(*ROWS), told=die)
    batch = ImportBatch.objects.get()
    assert (batch.position, Patient.objects.count()) == (200, 198)
    monkeypatch.undo()
    batch = import_running.bring_in(lambda: boss, batch.pk, silent)
    assert counts(batch) == RESULT
    assert Patient.objects.count() == 298
    assert ImportRow.objects.count() == 300


def test_two_at_once_store_every_row_once(boss):
    batch = imports.begin(boss, batch=chosen(boss, table(*ROWS)), unchecked=True)

    def other(done, total):
        if done == 100:  # a second worker takes the import up and ends it
            import_running.bring_in(lambda: boss, batch.pk, silent)

    with pytest.raises(RuleError) as refusal:
        import_running.bring_in(lambda: boss, batch.pk, other)
    assert refusal.value.code == "import_moved_on"
    batch.refresh_from_db()
    assert (batch.state, counts(batch), Patient.objects.count()) == ("done", RESULT, 298)


def test_a_number_taken_while_a_chunk_is_stored_breaks_that_row_alone(boss, here, monkeypatch):
    real = patient_imports._number
    calls = []

    def taken_meanwhile(actor, charts):
        if not calls:
            calls.append(1)
            raise IntegrityError("as the database says it")
        real(actor, charts)

    monkeypatch.setattr(patient_imports, "_number", taken_meanwhile)
    # The other one has committed by the time of the second try.
    original = import_running.in_transaction

    def committing(work):
        try:
            return original(work)
        except IntegrityError:
            PatientFactory(at=here, mrn="OLD-1")
            raise

    monkeypatch.setattr(import_running, "in_transaction", committing)
    batch = brought_in(boss, table(person(1, mrn="OLD-1"), person(2)))
    assert counts(batch) == {"created": 1, "broken": 1}


def test_stopped_it_keeps_what_is_in_and_can_go_on_or_be_undone(boss):
    def stop(done, total):
        if done == 100:
            raise Killed

    with pytest.raises(Killed):
        brought_in(boss, table(*ROWS), told=stop)
    batch = ImportBatch.objects.get()
    assert batch.created == 99
    imports.undo(boss, batch=batch)
    with pytest.raises(RuleError):  # whoever is still at it is too late
        import_running.bring_in(lambda: boss, batch.pk, silent)
    batch = import_running.take_back(lambda: boss, batch.pk, silent)
    assert (batch.state, batch.undone, Patient.objects.live().count()) == ("undone", 99, 0)


@pytest.mark.parametrize("chunk", [1, 100])
def test_a_check_tells_what_the_import_does_of_people_alike_by_two_names_alone(
    boss, chunk, monkeypatch
):
    """The check once looked among the rows by sound alone, the import among the charts by single letters too."""
    alone = {"given": "Mara", "dob": "", "house": "12", "postcode": ""}
    content = table(
        person(1, family="Petrova", **alone), person(1, family="Petroma", **alone), person(2)
    )
    monkeypatch.setattr(import_running, "CHUNK", chunk)
    told = checked(boss, content)
    done = brought_in(boss, content)
    assert counts(told) == counts(done) == {"created": 2, "skipped": 1, "likely": 1}
    assert problems(told) == {3: ["import_likely"]}


@pytest.mark.parametrize("chunk", [1, 100])
@pytest.mark.parametrize("names", [("عبد الله", "Abdullah"), ("Abdullah", "عبد الله")])
def test_a_check_tells_what_the_import_does_of_a_name_that_is_one_word_in_another_script(
    boss, chunk, names, monkeypatch
):
    """The check once looked for its words written together as they stand alone, not for what they are read as."""
    facts = {"dob": "", "house": "12", "postcode": ""}
    rows = [person(1, family="Hassan", given=given, **facts) for given in names]
    monkeypatch.setattr(import_running, "CHUNK", chunk)
    told = checked(boss, table(*rows, person(2)))
    done = brought_in(boss, table(*rows, person(2)))
    assert counts(told) == counts(done) == {"created": 2, "skipped": 1, "likely": 1}
