"""Files that people hand in: read whatever wrote them, or refused with a sentence that says what to do."""

import csv
import io
import zipfile

import pytest
from openpyxl import Workbook

from hospital.kit import codes, tables
from hospital.kit.tables import Unreadable

TEXT = "Name,Born\r\nMüller,1988-03-14\r\n"


def converted(content, tmp_path, encoding=""):
    goal = tmp_path / "rows"
    table = tables.convert(io.BytesIO(content), encoding, goal)
    return table, [(number, cells) for _place, number, cells in tables.rows(goal)]


def workbook(*rows):
    book = Workbook()
    for row in rows:
        book.active.append(row)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


@pytest.mark.parametrize(
    ("content", "encoding"),
    [
        (TEXT.encode(), ""),
        (TEXT.encode("utf-8-sig"), ""),
        (TEXT.encode("utf-8-sig"), "cp1252"),
        (TEXT.encode("utf-16"), ""),
        (b"\xfe\xff" + TEXT.encode("utf-16-be"), ""),
        (TEXT.encode("cp1252"), "cp1252"),
        (TEXT.replace(",", ";").encode(), ""),
        (TEXT.replace(",", "\t").encode(), ""),
        (TEXT.replace(",", "|").encode(), ""),
        (TEXT.replace("\r\n", "\n").encode(), ""),
        (workbook(["Name", "Born"], ["Müller", "1988-03-14"]), ""),
    ],
)
def test_a_table_is_read_whatever_wrote_it(content, encoding, tmp_path):
    table, rows = converted(content, tmp_path, encoding)
    assert (table.headings, table.rows) == (["Name", "Born"], 1)
    assert rows == [(2, ["Müller", "1988-03-14"])]


def bomb(name="xl/worksheets/sheet1.xml", size=400):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as packed, packed.open(name, "w") as out:
        for _ in range(size):
            out.write(b"0" * 1024 * 1024)
    return file.getvalue()


BROKEN = {
    "import_empty": [b"", b"Name,Born\r\n", b"\r\n , \r\n", workbook(), workbook(["Name"])],
    "import_no_table": [b"\xd0\xcf\x11\xe0 an old workbook", b"GIF\0 no text", b"\0\0\0\0"],
    "import_encoding": [TEXT.encode("cp1252"), TEXT.encode("utf-16")[:-1] + b"\xd8\x00\xd8"],
    "import_quotes": [b'Name,Born\r\n"Never closed,1988\r\n', b'Name,Born\r\n"O"Brien,1988\r\n'],
    "import_headings_twice": [b"Name,name\r\nA,B\r\n"],
    "import_workbook": [b"PK\x03\x04 and no more", workbook(["Name"], ["A"])[:-400]],
    "import_bomb": [bomb(size=30), bomb("xl/sharedStrings.xml", 61)],
    "import_too_many_columns": [b",".join(b"c%d" % n for n in range(201)) + b"\r\n" + b"1," * 200],
}


@pytest.mark.parametrize(
    ("code", "content"), [(code, each) for code, files in BROKEN.items() for each in files]
)
def test_what_is_no_table_is_refused_with_a_sentence(code, content, tmp_path):
    with pytest.raises(Unreadable) as refusal:
        converted(content, tmp_path)
    assert refusal.value.code == code
    assert len(refusal.value.detail) > 20
    assert codes.get(code).status == 400


def test_a_file_that_is_too_large_is_not_read(tmp_path, monkeypatch):
    monkeypatch.setattr(tables, "MOST_BYTES", 20)
    with pytest.raises(Unreadable) as refusal:
        converted(TEXT.encode(), tmp_path)
    assert refusal.value.code == "import_too_large"


def test_a_file_with_too_many_rows_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(tables, "MOST_ROWS", 2)
    with pytest.raises(Unreadable) as refusal:
        converted(b"A\r\n1\r\n2\r\n3\r\n", tmp_path)
    assert refusal.value.code == "import_too_many_rows"


def test_rows_keep_their_numbers_and_any_of_them_can_be_gone_on_from(tmp_path):
    content = b'A,B\r\n1,"two\r\nlines"\r\n\r\n3,\xc3\xbc\r\n4\r\n5,6,7\r\n'
    _table, rows = converted(content, tmp_path)
    assert rows == [
        (2, ["1", "two\r\nlines"]), (4, ["3", "ü"]), (5, ["4", ""]), (6, ["5", "6", "7"]),
    ]  # fmt: skip
    path = tmp_path / "rows"
    places = [place for place, *_ in tables.rows(path)]
    for at, place in enumerate(places[:-1]):
        assert [number for _, number, _ in tables.rows(path, place)] == [
            n for n, _ in rows[at + 1 :]
        ]
    assert list(tables.rows(path, places[-1])) == []


def test_formulas_are_known_and_texts_that_look_like_one_are_not(tmp_path):
    book = Workbook()
    book.active.append(["A", "B", "C", "D"])
    book.active.append([None, "=1+1", 5.0, True])
    cell = book.active["A2"]
    cell.value, cell.data_type = "=text", "s"
    file = io.BytesIO()
    book.save(file)
    _, [(_, cells)] = converted(file.getvalue(), tmp_path)
    assert [tables.is_formula(cell) for cell in cells] == [False, True, False, False]
    assert [tables.plain(cell) for cell in cells] == ["=text", "=1+1", "5", "true"]
    _, [(_, cells)] = converted(b"A;B\r\n=1+1;'+49 30\r\n", tmp_path)
    assert tables.is_formula(cells[0])
    assert tables.plain(cells[1]) == "+49 30"


def test_what_is_exported_can_be_brought_in_as_it_was(tmp_path):
    from hospital.kit import spreadsheets

    texts = ["=1+1", "+49 30 1", "-", "'quoted", "@home", "a;b,c", 'say "x"', "line\nbreak"]
    for form in ("csv", "xlsx"):
        file = io.BytesIO()
        sheet = spreadsheets.opened(form, file, [f"c{n}" for n, _ in enumerate(texts)], title="T")
        sheet.write([texts])
        sheet.close()
        _, [(_, cells)] = converted(file.getvalue(), tmp_path)
        assert [tables.plain(cell) for cell in cells] == texts


def test_dates_of_a_workbook_are_days(tmp_path):
    import datetime as dt

    content = workbook(["A", "B"], [dt.date(1988, 3, 14), dt.datetime(1988, 3, 14, 9, 30)])
    assert converted(content, tmp_path)[1] == [(2, ["1988-03-14", "1988-03-14 09:30:00"])]


def test_what_is_kept_is_csv_in_utf8(tmp_path):
    converted(TEXT.encode("utf-16"), tmp_path)
    with (tmp_path / "rows").open(encoding="utf-8", newline="") as file:
        assert list(csv.reader(file)) == [["", "Name", "Born"], ["2", "Müller", "1988-03-14"]]
