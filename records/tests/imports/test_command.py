"""Bringing in a file by a command: told in figures, safe to run again."""

import io

import pytest
from django.core.management import CommandError, call_command

from hospital.models import AuditEvent, ImportBatch
from hospital.services import import_running
from records.models import Patient
from records.tests.imports.files import person, table

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "old.csv"
    path.write_bytes(
        table(person(1), person(2, dob="never"), person(3)).replace(b"Surname", b"Familienname")
    )
    return path


def run(file, here, *options):
    out, err = io.StringIO(), io.StringIO()
    try:
        call_command(
            "import_patients", str(file), "--hospital", here.code, *options, stdout=out, stderr=err
        )
    except CommandError as exc:
        err.write(str(exc))
    return out.getvalue(), err.getvalue()


def test_a_command_brings_in_what_is_good_and_says_what_is_not(here, file, tmp_path):
    out, err = run(file, here, "--map", "Familienname=family_name", "--dry-run")
    assert "2 new, 0 linked, 0 left out, 1 broken" in out
    assert "row 3: DOB: This is not a date." in err
    assert not Patient.objects.exists()
    left = tmp_path / "left.csv"
    out, err = run(file, here, "--map", "Familienname=family_name", "--broken", str(left))
    assert "2 new" in out
    assert "1 rows are broken" in err
    assert (
        Patient.objects.filter(family_name__startswith="L").exists() or Patient.objects.count() == 2
    )
    assert "never" in left.read_text()
    event = AuditEvent.objects.filter(act="records.patient.create").first()
    assert (event.door, event.actor_kind) == ("command", "system")
    _, err = run(file, here, "--map", "Familienname=family_name")
    assert "brought in before" in err


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--map", "Nothing=family_name"], "There is no column"),
        (["--map", "Familienname=shoe_size"], "Choose one of the values"),
        (["--map", "Given name="], "Say which column holds"),
    ],
)
def test_a_wrong_mapping_is_refused_and_nothing_is_kept(here, file, var, options, words):
    assert words in run(file, here, *options)[1]
    assert not ImportBatch.objects.exists()
    assert not list((var / "imports").iterdir())


def test_killed_it_goes_on_when_it_is_started_again(here, file, monkeypatch):
    monkeypatch.setattr(import_running, "CHUNK", 1)
    real = import_running.tables.rows

    def dying(*args):
        for number, row in enumerate(real(*args)):
            if number == 2:
                raise KeyboardInterrupt
            yield row

    with monkeypatch.context() as patched:
        patched.setattr(import_running.tables, "rows", dying)
        with pytest.raises(KeyboardInterrupt):
            run(file, here, "--map", "Familienname=family_name", "--dates", "ymd")
    assert Patient.objects.count() == 1
    out, _ = run(file, here)
    assert "Going on after row 2 of 3" in out
    assert Patient.objects.count() == 2
