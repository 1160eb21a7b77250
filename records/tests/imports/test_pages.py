"""What the pages of an import say: what concerns this kind, how much is not shown, and nothing that leads nowhere."""

import re

import pytest

from hospital.models import ImportBatch, Job
from hospital.services import jobs
from hospital.tests.factories import signed_in
from hospital.tests.filling import fill
from hospital.web import import_rows
from records.tests.imports.files import brought_in, checked, handed_in, person, table, undone

pytestmark = pytest.mark.django_db
DEPARTMENTS = b"Code,Name\r\nEYE,Eyes\r\n"


@pytest.fixture
def desk(client, here):
    client.user = signed_in(client, "administrator", here)
    return client


def text(desk, batch, page=""):
    return desk.get(f"/imports/{batch.pk}/{page}").content.decode()


def test_mrns_and_names_are_spoken_of_over_patients_alone(boss, desk):
    shown = text(desk, handed_in(boss, table(person(1))), "columns/")
    assert "A column of MRNs keeps them" in shown
    shown = text(desk, handed_in(boss, DEPARTMENTS, "departments"), "columns/")
    assert "stand its first values" in shown
    assert not re.search("MRNs|given names|street", shown)


def test_what_is_asked_of_the_whole_file_stands_apart_from_its_columns(boss, desk):
    shown = text(desk, handed_in(boss, table(person(1))), "columns/")
    places = [
        shown.index(each)
        for each in ("What each column holds</h2>", 'name="column_0"', 'name="column_9"',
                     "How the rows are read</h2>", 'name="dates"', 'name="likely"')
    ]  # fmt: skip
    assert places == sorted(places)


@pytest.mark.parametrize(
    ("count", "words"), [(3, "The first 2 of 3; all of them are in the file."), (2, "")]
)
def test_more_rows_than_are_listed_are_counted(boss, desk, monkeypatch, count, words):
    monkeypatch.setattr(import_rows, "SHOWN", 2)
    batch = checked(boss, table(*(person(n, dob="never") for n in range(count))))
    shown = text(desk, batch)
    assert words in shown
    assert ("The first" in shown) == bool(words)
    ImportBatch.objects.filter(pk=batch.pk).update(file="")
    assert ("The first 2 of 3.</p>" in text(desk, batch)) == bool(words)


def test_what_cannot_be_undone_is_not_asked_about(boss, desk):
    done = brought_in(boss, table(person(1)))
    assert "Undo this import?" in text(desk, done, "undo/")
    for batch in (undone(boss, done), checked(boss, table(person(2)))):
        answer = desk.get(f"/imports/{batch.pk}/undo/")
        assert answer.headers["Location"] == f"/imports/{batch.pk}/"


def test_that_a_check_has_ended_is_not_told_on_its_own_page(boss, desk):
    batch = handed_in(boss, table(person(1)))
    for asked in (f"/imports/{batch.pk}/", "/imports/"):
        fill(desk, f"/imports/{batch.pk}/columns/")
        job = Job.objects.latest("id")
        jobs.run_job.call(str(job.pk))
        shown = desk.get(asked).content.decode()
        told = f'<a href="/imports/{batch.pk}/">Open<span class="visually-hidden">'
        assert (told in shown) == (asked == "/imports/")
        assert ("Done. " in shown) == (asked == "/imports/")
    assert desk.get(f"/jobs/{job.pk}/").headers["Location"] == f"/imports/{batch.pk}/"
