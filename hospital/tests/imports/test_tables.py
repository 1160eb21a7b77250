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
    return sheets(rows)


def sheets(*tables_of_it):
    book = Workbook()
    for _more in tables_of_it[1:]:
        book.create_sheet()
    for sheet, rows in zip(book.worksheets, tables_of_it, strict=True):
        for row in rows:
            sheet.append(row)
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
    "import_empty": [
        b"",
        b"Name,Born\r\n",
        b"\r\n , \r\n",
        workbook(),
        workbook(["Name"]),
        sheets([["Name"]], [], [[" "]]),
        sheets([], [], []),
    ],
    "import_no_table": [b"\xd0\xcf\x11\xe0 an old workbook", b"GIF\0 no text", b"\0\0\0\0"],
    "import_encoding": [TEXT.encode("cp1252"), TEXT.encode("utf-16")[:-1] + b"\xd8\x00\xd8"],
    "import_quotes": [b'Name,Born\r\n"Never closed,1988\r\n', b'Name,Born\r\n"O"Brien,1988\r\n'],
    "import_cell_too_long": [
        b"Name,Born\r\n" + b"x" * 200_000 + b",1988\r\n",
        b"Name,Born\r\n" + b"x" * 100_001 + b",1988\r\n",
    ],
    "import_first_sheet": [
        sheets([], [["Name"], ["A"]]),
        sheets([["Name", "Born"], [" "]], [["Name"], ["A"]]),
    ],
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


@pytest.mark.parametrize(
    "content",
    [
        b"sep=;\r\nA;B,C\r\n1;2,3\r\n",
        "sep=;\r\nA;B,C\r\n1;2,3\r\n".encode("utf-16"),
        b'\xef\xbb\xbf"SEP=;"\nA;B,C\n1;2,3\n',
        b"sep=^\nA^B,C\n1^2,3\n",
        b"sep=\t\nA\tB,C\n1\t2,3\n",
    ],
)
def test_the_delimiter_that_excel_writes_into_its_first_line_is_believed(content, tmp_path):
    table, rows = converted(content, tmp_path)
    assert table.headings == ["A", "B,C"]
    assert rows == [(3, ["1", "2,3"])]


def test_a_heading_that_only_begins_like_a_delimiter_is_a_heading(tmp_path):
    assert converted(b"sep=x;B\r\n1;2\r\n", tmp_path)[0].headings == ["sep=x", "B"]


def test_a_line_is_told_as_it_is_counted_also_after_the_one_of_the_delimiter(tmp_path):
    with pytest.raises(Unreadable) as refusal:
        converted(b'sep=;\r\nA;B\r\n"a"b;1\r\n', tmp_path)
    assert "Line 3" in refusal.value.detail


def test_other_sheets_are_passed_over_when_the_first_has_rows_and_named(tmp_path):
    table, rows = converted(sheets([["A"], ["1"]], [], [["B"], ["2"]], [[" "]]), tmp_path)
    assert rows == [(2, ["1"])]
    assert table.sheets == ["Sheet", "Sheet2"]


@pytest.mark.parametrize("content", [TEXT.encode(), sheets([["A"], ["1"]], [], [[None, " "]])])
def test_no_sheets_are_named_when_nothing_stands_in_others(content, tmp_path):
    assert not converted(content, tmp_path)[0].sheets


def test_a_damaged_sheet_that_is_not_read_does_no_harm_and_is_named(tmp_path):
    file, whole = io.BytesIO(), io.BytesIO(sheets([["A"], ["1"]], [["B"]]))
    with zipfile.ZipFile(whole) as old, zipfile.ZipFile(file, "w") as new:
        for name in old.namelist():
            new.writestr(name, old.read(name)[: 200 if name.endswith("sheet2.xml") else None])
    assert converted(file.getvalue(), tmp_path)[0].sheets == ["Sheet", "Sheet1"]


def test_what_is_exported_can_be_brought_in_as_it_was(tmp_path):
    from hospital.kit import spreadsheets

    texts = [
        "=1+1",
        "+49 30 1",
        "-",
        "'quoted",
        "'+1",
        "\tx",
        "@home",
        "a;b,c",
        'say "x"',
        "line\nbreak",
    ]
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


@pytest.mark.parametrize(
    ("number", "shape", "shown"),
    [
        (123, "00000", "00123"),
        (1067.0, "00000", "01067"),
        (123456, "00000", "123456"),
        (12345, "000-000", "012-345"),
        (123450678, r"00000\-0000", "12345-0678"),
        (7, '"A/"000;-000', "A/007"),
        (7, "[$-407]00000", "00007"),
        (7, "0", "7"),
        (7, "General", "7"),
        (7, "0.00", "7"),
        (7, "#,##0", "7"),
        (7, "00,000", "7"),
        (7, '"x"', "7"),
        (5, '0" kg"', "5"),
        (5, "(0)", "5"),
        (5, "-0", "5"),
        (3, '00"%"', "03"),
        (12, '000" kg"', "012"),
        (12, "(000)", "012"),
        (12, "+000", "012"),
        (12, r"\-000", "012"),
        (12, '"No. "000', "012"),
        (12, "000-", "012"),
        (7.5, "00000", "7.5"),
        (-7, "00000", "-7"),
        (True, "00000", "true"),
        ("7", "00000", "7"),
        (0, "00000", "00000"),
    ],
)
def test_numbers_filled_up_with_zeros_are_read_as_they_are_shown(number, shape, shown, tmp_path):
    book = Workbook()
    book.active.append(["A"])
    book.active.append([number])
    book.active["A2"].number_format = shape
    file = io.BytesIO()
    book.save(file)
    assert converted(file.getvalue(), tmp_path)[1] == [(2, [shown])]


def test_what_is_kept_is_csv_in_utf8(tmp_path):
    converted(TEXT.encode("utf-16"), tmp_path)
    with (tmp_path / "rows").open(encoding="utf-8", newline="") as file:
        assert list(csv.reader(file)) == [["", "Name", "Born"], ["2", "Müller", "1988-03-14"]]
