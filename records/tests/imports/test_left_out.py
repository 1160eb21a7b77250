"""What of a file is not even read, sheets and columns, is told before anything is brought in."""

import io

import pytest
from django.core.management import call_command

from hospital.services import import_files, imports
from hospital.tests.factories import signed_in
from records.tests.imports.files import brought_in, handed_in, workbook

pytestmark = pytest.mark.django_db
ROWS = [["Surname", "DOB"], ["Okoro", "1970-05-01"]]
SHEETS = {"Now": ROWS, "Nothing": [], "Before <2020>": [["Surname"], ["Haddad"]]}


@pytest.fixture
def desk(client, here):
    signed_in(client, "administrator", here)
    return client


def text(desk, batch, page=""):
    return desk.get(f"/imports/{batch.pk}/{page}").content.decode()


@pytest.mark.parametrize("path", ["", "columns/"])
def test_pages_say_which_sheet_is_read_and_which_are_not(boss, desk, path):
    batch = handed_in(boss, workbook(**SHEETS))
    for shown in (text(desk, batch, path), text(desk, chosen_now(boss, batch), path)):
        assert "Only the first sheet of the workbook is read: <bdi>Now</bdi>." in shown
        assert "<li><bdi>Before &lt;2020&gt;</bdi></li>" in shown
        assert "Nothing</bdi>" not in shown


def chosen_now(boss, batch):
    return imports.choose(boss, batch=batch, fields=["family_name", "birth_date"])


@pytest.mark.parametrize("content", [workbook(Now=ROWS, Nothing=[]), b"Surname\r\nOkoro\r\n"])
def test_nothing_is_said_of_sheets_when_there_is_one(boss, desk, content):
    assert "first sheet" not in text(desk, brought_in(boss, content))


def run(file, content, here, *options, command=("import_patients",)):
    file.write_bytes(content)
    out = io.StringIO()
    call_command(*command, str(file), "--hospital", here.code, *options, stdout=out)
    return out.getvalue()


@pytest.mark.django_db(transaction=True)
def test_the_command_says_which_sheet_is_read_before_it_begins(here, tmp_path):
    out = run(tmp_path / "old.xlsx", workbook(**SHEETS), here, "--dry-run")
    assert out.startswith("Only the first sheet is read: Now. Not read: Before <2020>.\n")
    assert "1 new" in out
    assert "sheet" not in run(tmp_path / "a.csv", b"Surname\r\nOkoro\r\n", here, "--dry-run")


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("headings", "options", "left"),
    [
        ("Name;Surname;First name", [], "Name"),
        ("Shoe size;Surname;Notes", [], "Shoe size, Notes"),
        ("City;Surname", ["--map", "City="], "City"),
    ],
)
def test_the_command_says_which_columns_it_leaves_out_before_it_begins(
    here, tmp_path, headings, options, left
):
    content = f"{headings}\r\nA{';B' * headings.count(';')}\r\n".encode()
    out = run(tmp_path / "old.csv", content, here, *options)
    assert out.startswith(f"Columns left out: {left}. --map COLUMN=FIELD brings one in.\n")
    assert "1 new" in out


@pytest.mark.django_db(transaction=True)
def test_of_other_kinds_too_and_of_none_when_all_come_in(here, tmp_path):
    how = {"command": ("import_rows", "departments")}
    out = run(tmp_path / "a.csv", b"Code,Name,Head\r\nA1,One,Ana\r\n", here, **how)
    assert out.startswith("Columns left out: Head.")
    assert "left out:" not in run(tmp_path / "b.csv", b"Code,Name\r\nB2,Two\r\n", here, **how)


def test_what_is_wrong_with_a_whole_row_is_told_of_no_column_that_is_left_out(boss):
    batch = brought_in(boss, b"Notes,Surname,DOB\r\nx,Okoro,1970-05-01,too,many\r\n")
    [(column, code, _said)] = import_files.told(batch, batch.told.get())
    assert (column, code) == ("", "import_row_length")
