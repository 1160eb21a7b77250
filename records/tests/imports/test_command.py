"""Bringing in a file by a command: told in figures, safe to run again."""

import io

import pytest
from django.core.management import CommandError, call_command

from hospital.models import AuditEvent, ImportBatch
from hospital.services import import_running
from hospital.tests.exports.files import rows_of
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


def test_a_file_that_is_called_a_workbook_becomes_one(here, file, tmp_path):
    left, result = tmp_path / "left.XLSX", tmp_path / "result.xlsx"
    run(
        file,
        here,
        "--map",
        "Familienname=family_name",
        "--broken",
        str(left),
        "--result",
        str(result),
    )
    assert rows_of(left.read_bytes(), "xlsx")[1][4] == "never"
    assert [row[:2] for row in rows_of(result.read_bytes(), "xlsx")[1:]] == [
        ["2", "New"], ["3", "Broken"], ["4", "New"],
    ]  # fmt: skip


def test_what_is_said_of_a_whole_row_names_no_column(here, tmp_path):
    path = tmp_path / "twice.csv"
    path.write_bytes(table(person(1), person(1)))
    _, err = run(path, here, "--dry-run")
    assert "row 3: This is probably the same as row 2. (import_likely)" in err


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--map", "Nothing=family_name"], "There is no column"),
        (
            ["--map", "Familienname=shoe_size"],
            "There is no field 'shoe_size'; there are: mrn, family_name, ",
        ),
        (["--map", "Given name="], "Say which column holds"),
    ],
)
def test_a_wrong_mapping_is_refused_and_nothing_is_kept(here, file, var, options, words):
    assert words in run(file, here, *options)[1]
    assert not ImportBatch.objects.exists()
    assert not list((var / "imports").iterdir())


def test_a_file_that_is_not_there_is_named(here, tmp_path):
    missing = tmp_path / "missing.csv"
    assert run(missing, here)[1] == f"There is no file {missing}."


def test_a_file_without_headings_is_told_so(here, tmp_path):
    path = tmp_path / "bare.csv"
    path.write_bytes(b"Okoro,Mara\r\nHaddad,Yusuf\r\n")
    _, err = run(path, here)
    assert "No column is recognised: Okoro, Mara. The first line must be the headings;" in err
    assert "1 new" in run(path, here, "--map", "Okoro=family_name")[0]


def test_a_hospital_is_found_whatever_the_capitals_of_its_code(here, tmp_path):
    path = tmp_path / "old.csv"
    path.write_bytes(table(person(1)))
    here.code = here.code.swapcase()
    assert "1 new" in run(path, here, "--dry-run")[0]


@pytest.mark.parametrize(
    ("kind", "way", "ways"),
    [("wards", "link", "skip or refuse"), ("patients", "refuse", "skip or create or link")],
)
def test_a_way_that_a_kind_does_not_have_is_refused_with_those_it_has(here, file, kind, way, ways):
    options = (kind, str(file), "--hospital", here.code, "--likely", way)
    with pytest.raises(CommandError) as refusal:
        call_command("import_rows", *options)
    assert str(refusal.value) == f"--likely is {ways} for {kind}, not {way}."


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
    _, err = run(file, here, "--dry-run")
    assert "2 of 3 rows are done" in err
    assert Patient.objects.count() == 1
    out, _ = run(file, here)
    assert "Going on after row 2 of 3" in out
    assert Patient.objects.count() == 2
