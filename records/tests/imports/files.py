"""Files to bring in, and bringing them in as the workers or a command do."""

import io

from openpyxl import Workbook

from hospital.models import ImportBatch
from hospital.services import import_kinds, import_running, imports

State = ImportBatch.State
HEADINGS = "MRN,Surname,Given name,Sex,DOB,Phone,Street number,Address 1,Postcode,National id"
# Every row a person of their own: names are drawn from two lists, and nobody shares a house.
FAMILY = ["Okoro", "Lindqvist", "Haddad", "Petrova", "Nakamura", "Bianchi", "Dlamini"]
GIVEN = ["Mara", "Tobias", "Yusuf", "Ingrid", "Chen", "Paloma", "Wojtek", "Aoife", "Desta"]


def person(number, **facts):
    """A row of the file for somebody nobody else is like."""
    told = {
        "mrn": "", "family": f"{FAMILY[number % 7]}{chr(97 + number % 26)}{chr(97 + number // 26 % 26)}",
        "given": GIVEN[number % 9], "sex": "fm"[number % 2],
        "dob": f"{1930 + number % 80}-{1 + number % 12:02}-{1 + number % 28:02}", "phone": "",
        "house": str(number), "street": "Long Lane", "postcode": f"{10000 + number}", "national": "",
    } | facts  # fmt: skip
    return ",".join(told.values())


def table(*rows):
    return "\r\n".join([HEADINGS, *rows, ""]).encode()


def workbook(**sheets):
    """An XLSX file of these sheets, each a list of rows."""
    book = Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def handed_in(actor, content, kind="patients"):
    received = imports.receive(io.BytesIO(content))
    return imports.create(actor, kind=kind, received=received, file_name="old.csv")


def chosen(actor, content, kind="patients", **options):
    batch = handed_in(actor, content, kind)
    fields = import_kinds.guessed(import_kinds.get(kind), batch.headings)
    how = {"dates": "ymd", "likely": "skip"} | options
    return imports.choose(actor, batch=batch, **{"fields": fields, **how})


def silent(done, total):
    """Nobody watches."""


def checked(actor, content, **options):
    batch = chosen(actor, content, **options)
    return import_running.check(lambda: actor, batch.pk, silent)


def brought_in(actor, content, *, told=silent, **options):
    batch = imports.begin(actor, batch=chosen(actor, content, **options), unchecked=True)
    return import_running.bring_in(lambda: actor, batch.pk, told)


def undone(actor, batch):
    imports.undo(actor, batch=batch)
    return import_running.take_back(lambda: actor, batch.pk, silent)


def counts(batch):
    names = ("created", "linked", "skipped", "broken", "likely")
    return {name: getattr(batch, name) for name in names if getattr(batch, name)}


def problems(batch):
    """Row number -> its codes."""
    return {row.number: [code for _, code in row.problems] for row in batch.told.order_by("number")}
