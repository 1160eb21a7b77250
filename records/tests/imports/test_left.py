"""The file of what is not in: the rows as they were, so that brought in again unchanged they fare the same."""

import io

import pytest
from openpyxl import Workbook, load_workbook

from hospital.services import import_files
from records.models import Patient
from records.tests.imports.files import brought_in, counts, problems, workbook

pytestmark = pytest.mark.django_db
HEADINGS = "Surname,Given name,DOB,Address"


def left(actor, batch, form="csv"):
    file = io.BytesIO()
    import_files.write_left(actor, batch=batch, file=file, form=form)
    return file.getvalue()


def again(actor, row):
    """The batch of one row, the line of the file handed back, and the batch of that file."""
    first = brought_in(actor, f"{HEADINGS}\r\n{row}\r\n".encode(), dates="dmy")
    content = left(actor, first)
    return first, content.decode().split("\r\n")[1], brought_in(actor, content, dates="dmy")


def test_a_row_with_a_cell_too_many_is_handed_back_whole_and_stays_broken(boss):
    first, line, second = again(boss, 'Wagner,Ute,3.4.1971,Street 5, back building,"x,y"')
    assert line.startswith('Wagner,Ute,3.4.1971,Street 5, back building,"x,y",This row has')
    assert [problems(first), problems(second)] == [{2: ["import_row_length"]}] * 2
    assert not Patient.objects.exists()


def test_a_cell_too_many_that_is_put_right_comes_in(boss):
    first = brought_in(boss, f"{HEADINGS}\r\nWagner,Ute,3.4.1971,Street 5, back\r\n".encode())
    content = left(boss, first).replace(b"Street 5, back", b'"Street 5, back"')
    assert counts(brought_in(boss, content, dates="dmy")) == {"created": 1}
    assert Patient.objects.get().address_line == "Street 5, back"


def test_handed_back_again_and_again_every_heading_stands_once(boss):
    content = f"{HEADINGS}\r\nWagner,Ute,3.4.1971,Street 5, back building\r\n".encode()
    for _ in range(3):
        batch = brought_in(boss, content, dates="dmy")
        assert problems(batch) == {2: ["import_row_length"]}
        content = left(boss, batch)
    head, line, _ = content.decode("utf-8-sig").split("\r\n")
    assert head == f"{HEADINGS},Problem,Problem 2,Problem 3"
    assert line.startswith("Wagner,Ute,3.4.1971,Street 5, back building,This row")


@pytest.mark.parametrize("cell", ["=1+1", "'=1+1", "=cmd|'/c calc'!A1"])
def test_a_formula_stays_refused_when_its_row_is_brought_in_again(boss, cell):
    first, line, second = again(boss, f"{cell},Ute,3.4.1971,Street 5")
    assert line.startswith("'=")
    assert [problems(first), problems(second)] == [{2: ["import_formula"]}] * 2
    assert not Patient.objects.exists()


@pytest.mark.parametrize("cell", ["+49 30", "-", "@home", "'quoted", "''+1", " =x", "＝x"])
def test_a_text_is_the_same_however_often_its_row_is_handed_back(boss, cell):
    _, line, second = again(boss, f"Wagner,Ute,never,{cell}")
    assert left(boss, second).decode().split("\r\n")[1].startswith(line.rpartition(",")[0])
    put_right = left(boss, second).replace(b"never", b"1971-04-03")
    assert counts(brought_in(boss, put_right, dates="ymd")) == {"created": 1}
    meant = {"''+1": "'+1", " =x": "=x"}.get(cell, cell)
    assert Patient.objects.get().address_line == meant


def test_a_text_of_a_workbook_that_looks_like_a_formula_stays_a_text(boss):
    book = Workbook()
    book.active.append(HEADINGS.split(","))
    book.active.append(["Wagner", "Ute", "never", "text"])
    cell = book.active["D2"]
    cell.value, cell.data_type = "=text", "s"
    file = io.BytesIO()
    book.save(file)
    content = left(boss, brought_in(boss, file.getvalue())).replace(b"never", b"1971-04-03")
    assert b",''=text," in content
    assert counts(brought_in(boss, content, dates="ymd")) == {"created": 1}
    assert Patient.objects.get().address_line == "=text"


@pytest.mark.parametrize(
    ("before", "between", "after"), [("", ";", ";"), ("", "\t", "\t"), ("sep=~\r\n", "~", ",")]
)
def test_the_program_that_wrote_the_file_opens_what_is_handed_back(boss, before, between, after):
    rows = [HEADINGS.split(","), ["Wagner", "Ute", "never", "Street 5, back"]]
    content = before + "".join(between.join(row) + "\r\n" for row in rows)
    first = brought_in(boss, content.encode())
    head, line, _ = left(boss, first).decode("utf-8-sig").split("\r\n")
    assert head == after.join([*rows[0], "Problem"])
    assert line.startswith(after.join(["Wagner", "Ute", "never", ""]))
    assert problems(brought_in(boss, left(boss, first))) == {2: ["date_invalid"]}


def test_of_a_workbook_a_workbook_is_handed_back_that_fares_the_same(boss):
    texts = ["+49 30 7654321", "=text", "'quoted"]
    sheet = [HEADINGS.split(","), *(["Wagner", "Ute", "never", text] for text in texts)]
    book = load_workbook(
        io.BytesIO(workbook(People=[*sheet, ["=1+1", "Ute", "1971-04-03", "Street 5"]]))
    )
    for cell, text in zip(book.active["D"][1:], texts, strict=False):
        cell.value, cell.data_type = text, "s"
    file = io.BytesIO()
    book.save(file)
    first = brought_in(boss, file.getvalue())
    again = left(boss, first, import_files.form_of(first))

    assert problems(brought_in(boss, again)) == problems(first)
    assert problems(first)[5] == ["import_formula"]
    handed = load_workbook(io.BytesIO(again)).active
    assert [cell.value for cell in handed["D"][1:4]] == texts
    assert handed["A5"].data_type == "e"

    for row in handed.iter_rows(2, 5):
        row[0].value, row[2].value = "Wagner", f"1971-04-0{row[0].row}"
    put_right = io.BytesIO()
    handed.parent.save(put_right)
    assert counts(brought_in(boss, put_right.getvalue())) == {"created": 4}
    assert [each.address_line for each in Patient.objects.order_by("birth_date")][:3] == texts
