"""Columns of whole names beside those of family and given names: nothing of a name is dropped silently."""

import io

import pytest
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command
from openpyxl import Workbook

from hospital.models import Department, ImportBatch, Job
from hospital.services import import_kinds, imports
from hospital.tests.factories import signed_in
from hospital.tests.filling import fill
from records.models import Patient
from records.tests.imports.files import brought_in, counts, handed_in, problems, workbook

pytestmark = pytest.mark.django_db
BESIDE = [["full_name", "given_names"], ["full_name", "family_name"], ["family_name", "full_name"]]


@pytest.mark.parametrize(
    ("headings", "fields"),
    [
        ("Name", "full_name"),
        ("Name;DOB", "full_name;birth_date"),
        ("Name;Vorname", "family_name;given_names"),
        ("First name;Middle name;Name", "given_names;given_names;family_name"),
        ("Name;Surname", "given_names;family_name"),
        ("Patient name;Surname;First name;Name", ";family_name;given_names;"),
        ("Patient name;Surname;First name", ";family_name;given_names"),
        ("First name;Surname;Patient", "given_names;family_name;"),
    ],
)
def test_a_whole_name_is_never_guessed_beside_its_parts(headings, fields):
    kind = import_kinds.get("patients")
    assert import_kinds.guessed(kind, headings.split(";")) == fields.split(";")


@pytest.mark.parametrize(
    ("content", "family", "given"),
    [
        ("Name;Vorname;Geburtsdatum\r\nHolzapfel;Berta;3.4.1961\r\n", "Holzapfel", "Berta"),
        ("Patient name,Surname,First name\r\nDr Hugo Zeisig,Zeisig,Hugo Emil\r\n", "Zeisig", "Hugo Emil"),
        ("Name;Born\r\nBerta Holzapfel;1961\r\n", "Holzapfel", "Berta"),
    ],
)  # fmt: skip
def test_every_given_name_of_a_file_comes_in(boss, content, family, given):
    assert counts(brought_in(boss, content.encode(), dates="dmy")) == {"created": 1}
    chart = Patient.objects.get()
    assert (chart.family_name, chart.given_names) == (family, given)


@pytest.mark.parametrize("fields", BESIDE)
def test_a_whole_name_beside_a_part_of_it_is_refused(boss, fields):
    batch = handed_in(boss, b"A,B\r\n1,2\r\n")
    with pytest.raises(ValidationError) as refusal:
        imports.choose(boss, batch=batch, fields=fields)
    [error] = refusal.value.error_dict["fields"]
    assert error.code == "import_field_beside"
    assert ImportBatch.objects.get().state == "uploaded"


def test_on_the_page_a_whole_name_beside_given_names_is_asked_for_again(client, boss, here):
    signed_in(client, "administrator", here)
    batch = handed_in(boss, b"Name,Vorname\r\nHolzapfel,Berta\r\n")
    answer = fill(client, f"/imports/{batch.pk}/columns/", column_0="full_name")
    assert answer.status_code == 400
    assert "Whole name says already what is in: Given names." in answer.content.decode()
    assert not Job.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_by_a_command_a_whole_name_beside_given_names_is_refused(here, tmp_path):
    file = tmp_path / "old.csv"
    file.write_text("Name,Vorname\r\nHolzapfel,Berta\r\n")
    options = [str(file), "--hospital", here.code, "--map", "Name=full_name"]
    with pytest.raises(CommandError, match="Leave out the one or the others"):
        call_command("import_patients", *options)
    call_command("import_patients", *options, "Vorname=")
    assert Patient.objects.get().family_name == "Holzapfel"


@pytest.mark.parametrize("content", [
    b'Surname;First name;Address\r\n"Okoro\r\n Lind\tqvist";"Ana\nMaria";"Long Lane 1\r\nHouse  2"\r\n',
    workbook(A=[["Surname", "First name", "Address"],
                ["Okoro\n Lind\tqvist", "Ana\u2028Maria", "Long Lane 1\r\nHouse  2"]]),
])  # fmt: skip
def test_lines_and_tabs_in_a_cell_are_spaces_in_a_name(boss, content):
    brought_in(boss, content)
    chart = Patient.objects.get()
    assert (chart.family_name, chart.given_names) == ("Okoro Lind qvist", "Ana Maria")
    assert chart.address_line == "Long Lane 1 House  2"


def test_a_text_of_several_lines_keeps_them(boss):
    content = b'Code,Name,Description\r\nEYE,"Eyes\nand ears","One\nTwo"\r\n'
    batch = brought_in(boss, content, kind="departments")
    assert problems(batch) == {2: []}
    made = Department.objects.get(code="EYE")
    assert (made.name, made.description) == ("Eyes and ears", "One\nTwo")


def test_numbers_of_a_workbook_keep_the_zeros_that_it_shows(boss):
    book = Workbook()
    book.active.append(["MRN", "Surname", "Postcode"])
    book.active.append([123, "Okoro", 1067])
    for cell in ("A2", "C2"):
        book.active[cell].number_format = "00000"
    file = io.BytesIO()
    book.save(file)
    brought_in(boss, file.getvalue())
    assert list(Patient.objects.values_list("mrn", "postal_code")) == [("00123", "01067")]
