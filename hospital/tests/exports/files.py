"""Reading exported files as the people who get them do."""

import csv
import io
import re

from openpyxl import load_workbook

from hospital.kit.spreadsheets import CALCULATED


def rows_of(content, form):
    """The lines of a file, headings first; CSV with its apostrophes taken off again."""
    if form == "csv":
        text = content.decode("utf-8-sig")
        return [
            [undone(value) for value in row] for row in csv.reader(io.StringIO(text, newline=""))
        ]
    sheet = load_workbook(io.BytesIO(content), read_only=True).active
    return [[plain(value) for value in row] for row in sheet.iter_rows(values_only=True)]


def undone(value):
    """What docs/lists.md tells programs to do."""
    return value[1:] if re.match("'", value) and CALCULATED.match(value) else value


def plain(value):
    return "" if value is None else str(value)


def content_of(answer):
    return b"".join(answer) if answer.streaming else answer.content
