"""A file that lay there before an upgrade, its texts marked as they were then, comes in after it as it was meant."""

import csv
import io

import pytest

from hospital.kit import tables
from hospital.kit.spreadsheets import harmless
from hospital.models import ImportBatch
from hospital.services import import_files, import_running, imports
from records.models import Patient
from records.tests.imports.files import checked, counts, problems, silent

pytestmark = pytest.mark.django_db
HEADINGS = ["Surname", "DOB", "Phone", "Address"]


def kept_before(actor, *rows):
    """A batch checked by the version before: nothing of separators was noted, every text that could be calculated
    has an apostrophe.
    """
    batch = checked(actor, b"Surname,DOB,Phone,Address\r\nOkoro,1970-05-01,,\r\n")
    del batch.options["separator"]
    ImportBatch.objects.filter(pk=batch.pk).update(options=batch.options, rows=len(rows))
    with imports.path_of(batch).open("w", encoding="utf-8", newline="") as file:
        out = csv.writer(file)
        out.writerow(["", *HEADINGS])
        out.writerows([number, *cells] for number, cells in enumerate(rows, 2))
    return ImportBatch.objects.get(pk=batch.pk)


@pytest.mark.parametrize(
    "text", ["+49", "-", "@home", "=text", "'=text", "'+1", "'quoted", "''", "＝x"]
)
def test_its_texts_are_what_they_were(boss, text):
    row = ["Okoro", "1970-05-01", harmless("+49 30 123456"), harmless(text)]
    batch = kept_before(boss, row)
    assert imports.first_rows(batch, 1) == [["Okoro", "1970-05-01", "+49 30 123456", text]]
    imports.begin(boss, batch=batch)
    assert counts(import_running.bring_in(lambda: boss, batch.pk, silent)) == {"created": 1}
    chart = Patient.objects.get()
    assert (chart.phone, chart.address_line) == ("+4930123456", text)


def test_its_formulas_are_formulas_and_what_is_not_in_is_handed_back_as_it_was(boss):
    batch = kept_before(
        boss, ["Okoro", "1970-05-01", "", "=1+1"], ["Haddad", "never", harmless("+49 30 123456"), harmless("=text")]
    )  # fmt: skip
    imports.begin(boss, batch=batch)
    batch = import_running.bring_in(lambda: boss, batch.pk, silent)
    assert problems(batch) == {2: ["import_formula"], 3: ["date_invalid"]}
    file = io.BytesIO()
    import_files.write_left(boss, batch=batch, file=file)
    _head, _formula, line = file.getvalue().decode("utf-8-sig").splitlines()
    assert line.startswith("Haddad,never,'+49 30 123456,''=text,")
    again = imports.receive(io.BytesIO(file.getvalue()))
    _formula, (_place, _number, cells) = tables.rows(imports.folder() / again.file)
    assert [tables.plain(cell) for cell in cells[2:4]] == ["+49 30 123456", "=text"]
