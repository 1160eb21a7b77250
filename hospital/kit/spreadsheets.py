"""Tables as files that spreadsheets open: CSV (RFC 4180, UTF-8 with its mark) and XLSX.

No cell is ever a formula. In XLSX every text is a text cell and comes out as it went in. CSV has no
cell types, so a text that a spreadsheet would calculate gets an apostrophe before it; whoever reads the
file by program takes one apostrophe off what begins with apostrophes and one of these marks.
"""

import csv
import datetime as dt
import io
import re
from collections.abc import Iterable, Sequence
from typing import Any, BinaryIO, Protocol

from django.utils import timezone

TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
# How many rows fit in, where there is an end to it: one of Excel's is the headings.
MOST_ROWS = {"xlsx": 2**20 - 1}
# What begins a formula, also in full width (OWASP, CSV injection; ASVS 5.0 1.2.10). White space
# before it helps nobody: programs differ in whether they look past it.
CALCULATED = re.compile(r"'*(?:[\s\u200b\ufeff]*[=+\-@＝＋－＠]|[\t\r\n\0])")
MOMENT = "%Y-%m-%d %H:%M:%S"
# A cell of a workbook that was calculated from others, which are not there: an error.
LOST = object()


class Sheet(Protocol):
    """A file being written, row by row and in constant memory."""

    def write(self, rows: Iterable[Sequence[Any]]) -> None: ...

    def close(self) -> None: ...


def opened(
    form: str, file: BinaryIO, headings: Sequence[str], *, title: str = "", separator: str = ","
) -> Sheet:
    """Begin a file of the form "csv", its cells parted by ``separator``, or "xlsx" with its headings.

    Cells are texts, numbers, dates, moments (written in the active zone) or None; in XLSX also LOST.
    """
    if form == "csv":
        return CsvSheet(file, headings, separator)
    # Most processes never write a workbook, and its library is large.
    from .workbooks import XlsxSheet

    return XlsxSheet(file, headings, title)


def harmless(text: str) -> str:
    """The text for a CSV cell: as it is, or after an apostrophe when it would be calculated."""
    return f"'{text}" if CALCULATED.match(text) else text


def meant(text: str) -> str:
    """The text that ``harmless`` was given for this cell; any other cell as it is."""
    return text[1:] if text[:1] == "'" and CALCULATED.match(text) else text


class CsvSheet:
    """Values parted by commas or what stands for them, every line ended by CR LF."""

    def __init__(self, file: BinaryIO, headings: Sequence[str], separator: str):
        # The mark tells Excel that this is UTF-8.
        self._text = io.TextIOWrapper(file, encoding="utf-8-sig", newline="")
        self._writer = csv.writer(self._text, delimiter=separator)
        self._writer.writerow([harmless(each) for each in headings])

    def write(self, rows: Iterable[Sequence[Any]]) -> None:
        self._writer.writerows([[_as_text(value) for value in row] for row in rows])

    def close(self) -> None:
        self._text.flush()
        self._text.detach()


def _as_text(value: Any) -> Any:
    if isinstance(value, str):
        return harmless(value)
    if isinstance(value, dt.datetime):
        return local(value).strftime(MOMENT)
    return value.isoformat() if isinstance(value, dt.date) else value


def local(moment: dt.datetime) -> dt.datetime:
    """The moment on the wall of the active zone, to the second: spreadsheets know no zones."""
    return timezone.make_naive(moment).replace(microsecond=0)
