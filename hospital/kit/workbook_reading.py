"""The first sheet of an XLSX file, row by row. A file that would unpack to far more than a table is never opened."""

import zipfile
from collections.abc import Iterator
from typing import Any, BinaryIO
from xml.etree.ElementTree import ParseError

from openpyxl import load_workbook

from .tables import Numbered, Unreadable, told

MOST_FILES, MB = 1_000, 1024 * 1024
# Unpacked: all together, and the texts of all cells, which are held in memory.
MOST_UNPACKED, MOST_TEXTS = 300 * MB, 60 * MB
TEXTS = "xl/sharedStrings.xml"
# How far texts and numbers of honest tables pack at the very most.
MOST_PACKED, SMALL = 100, 10 * MB


def records(file: BinaryIO) -> Iterator[Numbered]:
    """(row number, cells) of the first sheet; Unreadable when it is no workbook or an absurd one."""
    refuse_bomb(file)
    try:
        book = load_workbook(file, read_only=True, keep_links=False)
        sheet: Any = book.worksheets[0]
        sheet.reset_dimensions()
        for number, row in enumerate(sheet.iter_rows(), 1):
            yield number, _cells(row)
    except Unreadable:
        raise
    except (
        zipfile.BadZipFile,
        KeyError,
        ValueError,
        IndexError,
        TypeError,
        OSError,
        ParseError,
    ) as exc:
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


def _cells(row: Any) -> list[str]:
    """What is calculated, or went wrong in being so, begins with an equals sign."""
    return [
        f"={cell.value}".replace("==", "=", 1) if cell.data_type in {"f", "e"} else text
        for cell, text in zip(row, told(cell.value for cell in row), strict=True)
    ]
