"""XLSX files, in which every text is a text; see ``spreadsheets``."""

import datetime as dt
import re
from collections.abc import Iterable, Sequence
from typing import Any, BinaryIO

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font

from .spreadsheets import CALCULATED, LOST, local

# Control characters that XML cannot hold.
UNWRITABLE = re.compile(r"[\0-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")


class XlsxSheet:
    """One sheet of a workbook, its headings in bold and always in view."""

    def __init__(self, file: BinaryIO, headings: Sequence[str], title: str):
        self._file, self._book = file, Workbook(write_only=True)
        self._sheet: Any = self._book.create_sheet(re.sub(r"[\\*?:/\[\]]", " ", title)[:31])
        self._sheet.freeze_panes = "A2"
        heads = [self._text(each) for each in headings]
        for head in heads:
            head.font = Font(bold=True)
        self._sheet.append(heads)

    def write(self, rows: Iterable[Sequence[Any]]) -> None:
        for row in rows:
            self._sheet.append([self._cell(value) for value in row])

    def close(self) -> None:
        self._book.save(self._file)

    def _cell(self, value: Any) -> Any:
        if isinstance(value, str):
            # Plain text goes the short way; what the library would take for more does not.
            return self._text(value) if _is_suspect(value) else value
        if value is LOST:
            return "#REF!"  # the library makes it the error, not the text
        return local(value) if isinstance(value, dt.datetime) else value

    def _text(self, value: str) -> Any:
        cell = WriteOnlyCell(self._sheet, UNWRITABLE.sub("\ufffd", value))
        cell.data_type = "s"
        # It stays a text when somebody edits the cell and leaves it as it was.
        cell.quotePrefix = bool(CALCULATED.match(value))
        return cell


def _is_suspect(value: str) -> bool:
    return value[:1] == "#" or bool(CALCULATED.match(value) or UNWRITABLE.search(value))
