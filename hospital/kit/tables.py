"""Tables that people hand in, CSV or XLSX, as rows of texts in one form, read in constant memory.

``convert`` writes what was handed in as records of ``[row number, cell, cell, …]`` after one of headings, in
CSV and UTF-8; ``rows`` reads them from any place on. Of a CSV file the apostrophes that ``kit.spreadsheets`` puts
before some texts are taken off. What begins with an equals sign is then a formula, for CSV has no other; a text of a
workbook that begins so gets an apostrophe, which ``plain`` takes off. Rows that are written by ``kit.spreadsheets``
as they are kept, and read again, are the same.
"""

import csv
import datetime as dt
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, BinaryIO

from .errors import Refusal
from .spreadsheets import meant

MOST_BYTES = 30 * 1024 * 1024
MOST_ROWS, MOST_COLUMNS = 300_000, 200
# Fewer than the library reads in one cell.
MOST_LETTERS = 100_000
ENCODINGS = ("", "cp1252")
# Those that are found without being told.
SEPARATORS = ",;\t|"
_SAMPLE, _LOOKED_AT = 64 * 1024, 20
# What a kept text gets an apostrophe for: it would be read as a formula, or as such a text.
_LIKE_FORMULA = re.compile("'*=")
# The line that Excel understands, and some programs write, before the headings.
_SAID = re.compile(r"""("?)sep=([^\w\s"\x00-\x1f\x7f-\x9f]|\t)\1[\r\n]*\Z""", re.IGNORECASE)
# What no heading has, and not every database can keep.
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
# How old workbooks, PDF, pictures and RTF begin.
_NO_TABLES = (b"\xd0\xcf\x11\xe0", b"%PDF", b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"{\\rt")
_UTF16 = (b"\xff\xfe", b"\xfe\xff")

Numbered = tuple[int, Sequence[str]]
# Where the next one begins, row number, cells.
Kept = tuple[int, int, list[str]]


class Unreadable(Refusal):
    """What was handed in is no table that can be read; the code says why."""


@dataclass(slots=True)
class Noted:
    """What shows while a table is read."""

    separator: str = ""
    sheets: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Converted:
    """The headings of a table, and how many rows stand under them.

    ``separator`` parts the cells of a CSV file; "" is a workbook. ``sheets`` are the sheets of a workbook in which
    something stands, when the first is not the only one.
    """

    headings: list[str]
    rows: int
    separator: str = ""
    sheets: Sequence[str] = ()


def convert(file: BinaryIO, encoding: str, goal: Path) -> Converted:
    """Write the table handed in to ``goal``; Unreadable when it is none. ``encoding`` "" reads UTF-8 and UTF-16."""
    file.seek(0, io.SEEK_END)
    if file.tell() > MOST_BYTES:
        raise Unreadable("import_too_large", most=MOST_BYTES // 1024 // 1024)
    file.seek(0)
    noted = Noted()
    read: Any = _records(file, encoding, noted)
    with closing(read), goal.open("w", encoding="utf-8", newline="") as out:
        table = _written(read, csv.writer(out))
    return replace(table, separator=noted.separator, sheets=noted.sheets)


def rows(path: Path, offset: int = 0) -> Iterator[Kept]:
    """Each row from ``offset`` on; 0 is the first."""
    with path.open("rb") as file:
        file.seek(offset)
        place = offset

        def lines() -> Iterator[str]:
            nonlocal place
            for line in file:
                place += len(line)
                yield line.decode("utf-8")

        reader = csv.reader(lines())
        if not offset:
            next(reader)
        for number, *cells in reader:
            yield place, int(number), cells


def marked_anew(read: Iterable[Kept]) -> Iterator[Kept]:
    """Rows that were kept with the apostrophes of ``kit.spreadsheets``, as ``rows`` gives those of today."""
    for place, number, cells in read:
        yield (
            place,
            number,
            [_marked(meant(cell)) if meant(cell) != cell else cell for cell in cells],
        )


def plain(cell: str) -> str:
    """The text of a cell that is kept, without the mark that it is no formula."""
    return cell[1:] if cell[:1] == "'" and _LIKE_FORMULA.match(cell) else cell


def is_formula(cell: str) -> bool:
    return cell.startswith("=")


def _records(file: BinaryIO, encoding: str, noted: Noted) -> Iterator[Numbered]:
    start = file.read(4)
    file.seek(0)
    if start == b"PK\x03\x04":
        from .workbook_reading import records  # most processes never read one

        return records(file, noted.sheets)
    if start.startswith(_NO_TABLES) or (b"\0" in start and start[:2] not in _UTF16):
        raise Unreadable("import_no_table")
    return _lines(file, _encoding_of(start, encoding), noted)


def _encoding_of(start: bytes, told: str) -> str:
    """A mark at the beginning is believed before what was told."""
    if start[:2] in _UTF16:
        return "utf-16"
    return "utf-8-sig" if start[:3] == b"\xef\xbb\xbf" else told or "utf-8"


def _lines(file: BinaryIO, encoding: str, noted: Noted) -> Iterator[Numbered]:
    text = io.TextIOWrapper(file, encoding=encoding, newline="")
    reader, before = None, 0
    try:
        sample = text.read(_SAMPLE)
        text.seek(0)
        said = _SAID.match(text.readline())
        if not said:
            text.seek(0)
        before = 1 if said else 0
        noted.separator = said[2] if said else _separator(sample)
        reader = csv.reader(text, delimiter=noted.separator, strict=True)
        for number, cells in enumerate(reader, before + 1):
            yield number, [meant(cell) for cell in cells]
    except UnicodeError as exc:
        raise Unreadable("import_encoding") from exc
    except csv.Error as exc:
        line = before + (reader.line_num if reader else 1)
        if "field limit" in str(exc):
            raise Unreadable("import_cell_too_long", line=line, most=MOST_LETTERS) from exc
        raise Unreadable("import_quotes", line=line) from exc
    finally:
        text.detach()


def _separator(sample: str) -> str:
    """The one that cuts the first rows into most columns, as many in each as in the headings."""

    def worth(separator: str) -> tuple[int, int]:
        reader = csv.reader(io.StringIO(sample), delimiter=separator)
        try:
            widths = [len(row) for row, _ in zip(reader, range(_LOOKED_AT), strict=False) if row]
        except csv.Error:
            return (0, 0)
        same = sum(width == widths[0] for width in widths) if widths else 0
        return (same, widths[0]) if widths and widths[0] > 1 else (0, 0)

    return max(SEPARATORS, key=worth)


def _written(records: Iterator[Numbered], out: Any) -> Converted:
    headings: list[str] = []
    count = 0
    for number, cells in records:
        if not any(cell.strip() for cell in cells):
            continue
        if any(len(cell) > MOST_LETTERS for cell in cells):
            raise Unreadable("import_cell_too_long", line=number, most=MOST_LETTERS)
        if not headings:
            headings = _headings(cells)
            out.writerow(["", *headings])
            continue
        count += 1
        if count > MOST_ROWS:
            raise Unreadable("import_too_many_rows", most=MOST_ROWS)
        out.writerow([number, *_fitted(cells, len(headings))])
    if not count:
        raise Unreadable("import_empty")
    return Converted(headings, count)


def _headings(cells: Sequence[str]) -> list[str]:
    headings = [" ".join(cell.split()) for cell in cells]
    while headings and not headings[-1]:
        headings.pop()
    if len(headings) > MOST_COLUMNS:
        raise Unreadable("import_too_many_columns", most=MOST_COLUMNS)
    if any(map(_CONTROL.search, headings)):
        raise Unreadable("import_no_table")
    folded = [heading.casefold() for heading in headings if heading]
    twice = next((name for name in folded if folded.count(name) > 1), "")
    if twice:
        raise Unreadable("import_headings_twice", name=twice)
    return [plain(heading)[:100] or f"#{number}" for number, heading in enumerate(headings, 1)]


def _fitted(cells: Sequence[str], width: int) -> list[str]:
    """As many cells as there are headings; more only where more is said."""
    end = len(cells)
    while end > width and not cells[end - 1].strip():
        end -= 1
    return [*cells[:end], *[""] * (width - end)]


def told(values: Iterable[Any]) -> list[str]:
    """Values of a workbook's cells as texts that are no formulas."""
    return [_text(value) for value in values]


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, dt.datetime):
        is_day = value.time() == dt.time()
        return value.date().isoformat() if is_day else value.isoformat(" ", "seconds")
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else repr(value)
    return _marked(str(value))


def _marked(text: str) -> str:
    return f"'{text}" if _LIKE_FORMULA.match(text) else text
