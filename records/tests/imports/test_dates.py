"""In which order the dates of a file are read: found from all of them, never by the way, and said."""

import contextlib
import datetime as dt
import io

import pytest
from django.core.management import CommandError, call_command

from hospital.services import import_dates, import_kinds
from hospital.tests.factories import signed_in
from hospital.tests.filling import form_on
from records.models import Patient
from records.tests.imports.files import brought_in, handed_in, problems, workbook

pytestmark = pytest.mark.django_db
FIELDS = ["family_name", "birth_date"]


def dates(*texts):
    return "\r\n".join(["Surname;DOB", *(f"Okoro{n};{text}" for n, text in enumerate(texts)), ""])


def seen(boss, content):
    return import_dates.seen(handed_in(boss, content), import_kinds.get("patients"), FIELDS)


@pytest.mark.parametrize(
    ("texts", "order", "tells", "differs"),
    [
        (["1979", "04/25/1991", "03/04/1991", "12/11/1950"], "mdy", True, False),
        (["1979-05", "1950-11-12", "19501112", "25.4.1991", "3.4.1991"], "dmy", True, False),
        (["03/04/1991", "12/11/1950"], "dmy", False, False),
        (["1950-11-12", "03/04/1991"], "dmy", False, False),
        (["25/04/1991", "04/25/1991"], "dmy", True, True),
        (["04251991", "03041991"], "mdy", True, False),
        (["1979", "1950-11-12", "19501112"], "ymd", True, False),
        (["14 Mar 1988", "never", ""], "dmy", True, False),
    ],
)
def test_the_order_is_found_from_all_dates_and_told_by_those_that_can(
    boss, texts, order, tells, differs
):
    assert seen(boss, dates(*texts).encode()) == (order, tells, differs)


def test_real_dates_of_a_workbook_say_nothing_of_the_texts_beside_them(boss):
    rows = [
        ["Okoro", dt.date(1950, 11, 12)],
        ["Haddad", "03/04/1991"],
        ["Petrova", "04/25/1991"],
        ["Bianchi", "14 Mar 1988"],
    ]
    content = workbook(People=[["Surname", "DOB"], *rows])
    assert seen(boss, content) == ("mdy", True, False)
    brought_in(boss, content, dates="mdy")
    assert dict(Patient.objects.values_list("family_name", "birth_date")) == {
        "Okoro": "1950-11-12", "Haddad": "1991-03-04", "Petrova": "1991-04-25", "Bianchi": "1988-03-14",
    }  # fmt: skip


def test_where_the_year_comes_first_no_other_order_is_guessed(boss):
    content = dates("03/04/1991", "1991-04-03", "14 Mar 1988").encode()
    assert problems(brought_in(boss, content, dates="ymd")) == {2: ["date_invalid"], 3: [], 4: []}


DOUBTS = ("Some dates of this file have the day first", "Nothing in this file tells")


@pytest.mark.parametrize(
    ("texts", "words"),
    [
        (["25/04/1991", "04/25/1991"], DOUBTS[:1]),
        (["03/04/1991"], DOUBTS[1:]),
        (["03/04/1991", "25/04/1991"], ()),
    ],
)
@pytest.mark.parametrize("heading", ["DOB", "Nothing known"])
def test_the_page_says_where_there_is_doubt(boss, client, here, texts, words, heading):
    signed_in(client, "administrator", here)
    batch = handed_in(boss, dates(*texts).replace("DOB", heading).encode())
    shown = client.get(f"/imports/{batch.pk}/columns/")
    assert form_on(shown)["data"]["dates"] == ["dmy"]
    assert tuple(each for each in DOUBTS if each in shown.content.decode()) == words


def run(file, here, content, *options, kind="patients"):
    file.write_text(content)
    out = io.StringIO()
    how = (str(file), "--hospital", here.code, "--dry-run", *options)
    with contextlib.suppress(CommandError):
        call_command("import_rows", kind, *how, stdout=out)
    return out.getvalue()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("texts", "options", "words"),
    [
        (["25/04/1991"], [], "Dates are read day, month, year; --dates mdy reads them month first.\n"),
        (["04/25/1991"], [], "Dates are read month, day, year; --dates dmy reads them day first.\n"),
        (["04/05/1991"], [], "month first. Nothing in this file tells"),
        (["25/04/1991", "04/25/1991"], [], "month first. Some dates of this file have"),
        (["04/05/1991"], ["--dates", "mdy"], "--dates dmy reads them day first.\n"),
        (["1991-04-05"], [], "Dates are read year, month, day"),
    ],
)  # fmt: skip
def test_the_command_says_in_which_order_dates_are_read(here, tmp_path, texts, options, words):
    assert words in run(tmp_path / "old.csv", here, dates(*texts), *options)


@pytest.mark.django_db(transaction=True)
def test_the_command_says_nothing_of_dates_where_there_are_none(here, tmp_path):
    assert "Dates" not in run(tmp_path / "a.csv", here, "Surname\r\nOkoro\r\n")
    assert "Dates" not in run(tmp_path / "b.csv", here, "Code,Name\r\nA,B\r\n", kind="departments")
