"""The first sheet of an XLSX file, row by row. A file that would unpack to far more than a table is never opened."""

import zipfile
from collections.abc import Iterator
from typing import Any, BinaryIO
from xml.etree.ElementTree import ParseError

from openpyxl import load_workbook

from .number_formats import filled_up
from .tables import Numbered, Unreadable, told

MOST_FILES, MB = 1_000, 1024 * 1024
# Unpacked: all together, and the texts of all cells, which are held in memory.
MOST_UNPACKED, MOST_TEXTS = 300 * MB, 60 * MB
TEXTS = "xl/sharedStrings.xml"
# How far texts and numbers of honest tables pack at the very most.
MOST_PACKED, SMALL = 100, 10 * MB
DAMAGED = (
    zipfile.BadZipFile, KeyError, ValueError, IndexError, TypeError, OSError, ParseError,
)  # fmt: skip


def records(file: BinaryIO, sheets: list[str]) -> Iterator[Numbered]:
    """(row number, cells) of the first sheet; Unreadable when it is no workbook or an absurd one, or
    when there are no rows under the headings of that sheet though something stands in others.

    At the end ``sheets`` gets the name of that sheet and of the others in which something stands, if there are any.
    """
    refuse_bomb(file)
    try:
        book = load_workbook(file, read_only=True, keep_links=False)
        sheet: Any = book.worksheets[0]
        sheet.reset_dimensions()
        filled = 0
        for number, row in enumerate(sheet.iter_rows(), 1):
            cells = _cells(row)
            filled += any(cell.strip() for cell in cells)
            yield number, cells
        others = [each.title for each in book.worksheets[1:] if _holds_something(each)]
        if others and filled < 2:
            raise Unreadable("import_first_sheet")
        if others:
            sheets += [sheet.title, *others]
    except Unreadable:
        raise
    except DAMAGED as exc:
        raise Unreadable("import_workbook") from exc


def refuse_bomb(file: BinaryIO) -> None:
    """Unreadable by what the file says of its own sizes; more than it says is never unpacked."""
    try:
        packed = zipfile.ZipFile(file).infolist()
    except (zipfile.BadZipFile, OSError) as exc:
        raise Unreadable("import_workbook") from exc
    texts = sum(each.file_size for each in packed if each.filename == TEXTS)
    is_bomb = any(
        each.file_size > SMALL and each.file_size > each.compress_size * MOST_PACKED
        for each in packed
    )
    whole = sum(each.file_size for each in packed)
    if is_bomb or len(packed) > MOST_FILES or whole > MOST_UNPACKED or texts > MOST_TEXTS:
        raise Unreadable("import_bomb")


def _holds_something(sheet: Any) -> bool:
    """Whether anything stands in a sheet that is not read; damaged it may."""
    try:
        sheet.reset_dimensions()
        rows = sheet.iter_rows(values_only=True)
        return any(str(value).strip() for row in rows for value in row if value is not None)
    except DAMAGED:
        return True


def _cells(row: Any) -> list[str]:
    """What is calculated, or went wrong in being so, begins with an equals sign."""
    return [
        f"={cell.value}".replace("==", "=", 1) if cell.data_type in {"f", "e"} else text
        for cell, text in zip(row, told(_value(cell) for cell in row), strict=True)
    ]


def _value(cell: Any) -> Any:
    """What stands in a cell, a number that is filled up with zeros as one sees it."""
    number = cell.value
    is_whole = isinstance(number, int) or (isinstance(number, float) and number.is_integer())
    if cell.data_type != "n" or not is_whole or number < 0:
        return number
    try:
        return filled_up(int(number), cell.number_format) or number
    except LookupError:  # a format that the workbook does not have
        return number
