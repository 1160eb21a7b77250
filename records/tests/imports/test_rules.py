"""Patients from a file: good rows in, broken rows told, nobody twice, and numbers that go on."""

import pytest
from django.core.exceptions import ValidationError

from hospital.kit import series
from hospital.kit.errors import Denied, Refusal, RuleError
from hospital.models import AuditEvent, Hospital, ImportBatch
from hospital.services import import_files, import_kinds, import_running, imports
from hospital.tests.factories import HospitalFactory, actor
from records.models import Patient, PatientIdentifier, Registration
from records.services import finding, mrns, patients
from records.tests.factories import IdentifierFactory, PatientFactory
from records.tests.imports.files import (
    brought_in,
    checked,
    chosen,
    counts,
    handed_in,
    person,
    problems,
    silent,
    table,
    undone,
)

pytestmark = pytest.mark.django_db


def found(who, text):
    return finding.find(who, text).patient_ids


def test_a_row_becomes_a_chart_as_if_it_had_been_registered(boss, here):
    row = person(
        1, family="Müller", given="Ana", dob="1988-03-14", phone="030 123456", national="X 1"
    )
    batch = brought_in(boss, table(row))
    assert counts(batch) == {"created": 1}
    chart = Patient.objects.visible_to(boss).get()
    assert (chart.family_name, chart.sex, chart.birth_date, chart.phone, chart.address_line) == (
        "Müller", "male", "1988-03-14", "+4930123456", "1 Long Lane",
    )  # fmt: skip
    assert series.is_valid(chart.mrn)
    assert chart.identifiers.get().value_key == "X1"
    first, number = AuditEvent.objects.filter(act="records.patient.create").order_by("id")
    assert (first.patient_id, first.version, first.reason) == (chart.pk, 1, "import")
    assert "birth_date" in first.changed
    assert number.resource == "records.patientidentifier"
    assert chart.history.get().history_change_reason == "records.patient.create"
    assert Registration.objects.get().history.count() == 1
    assert found(boss, "muller ana") == [chart.pk]
    same = patients.register(actor("receptionist", here), patient=Patient(family_name="Müller"))
    assert {event.act for event in AuditEvent.objects.filter(patient_id=same.pk)} == {
        "records.patient.create"
    }


@pytest.mark.parametrize(
    ("facts", "code"),
    [
        ({"dob": "31.02.1988"}, "date_invalid"),
        ({"dob": "2199-01-01"}, "date_in_future"),
        ({"phone": "12"}, "phone_invalid"),
        ({"sex": "yes"}, "sex_unknown"),
        ({"family": "", "given": ""}, "name_required"),
        ({"family": "x" * 101}, "max_length"),
        ({"family": "=A1"}, "import_formula"),
        ({"mrn": "-1"}, "mrn_invalid"),
        ({"mrn": "1" * 21}, "mrn_invalid"),
        ({"national": "??"}, "identifier_empty"),
        ({"national": "1,too,many"}, "import_row_length"),
        ({"family": "A\0B"}, "nul_character"),
    ],
)  # fmt: skip
def test_a_broken_row_is_told_and_the_others_are_in(boss, facts, code):
    batch = brought_in(boss, table(person(1), person(2, **facts), person(3)))
    assert counts(batch) == {"created": 2, "broken": 1}
    assert problems(batch) == {2: [], 3: [code], 4: []}
    assert Patient.objects.count() == 2


def test_the_check_says_what_the_import_then_does_and_stores_nothing(boss):
    PatientFactory(
        at=Hospital.objects.get(), family_name="Known", given_names="Ada", birth_date="1970-05-01"
    )
    rows = [person(n) for n in range(300)]
    rows[7] = person(3, given="Yusof")
    rows[9] = person(9, dob="never")
    rows[250] = person(250, family="Known", given="Ada", dob="1970-05-01")
    rows[299] = person(20)
    before = AuditEvent.objects.filter(act="records.patient.create").count()
    batch = checked(boss, table(*rows))
    assert (batch.state, counts(batch)) == (
        "checked",
        {"created": 296, "skipped": 3, "broken": 1, "likely": 3},
    )
    assert Patient.objects.count() == 1
    assert AuditEvent.objects.filter(act="records.patient.create").count() == before
    told = {row.number: row for row in batch.told.all()}
    assert set(told) == {9, 11, 252, 301}
    assert (told[9].like_row, told[301].like_row) == (5, 22)
    assert told[252].object_id == Patient.objects.get().pk
    imports.begin(boss, batch=batch)
    batch = import_running.bring_in(lambda: boss, batch.pk, silent)
    assert counts(batch) == {"created": 296, "skipped": 3, "broken": 1, "likely": 3}
    assert Patient.objects.count() == 297


@pytest.mark.parametrize(
    ("likely", "result", "charts"),
    [
        ("skip", {"created": 1, "skipped": 2, "likely": 2}, 2),
        ("create", {"created": 3, "likely": 2}, 4),
        ("link", {"created": 1, "linked": 2, "likely": 2}, 2),
    ],
)
def test_likely_duplicates_become_what_was_chosen(boss, here, likely, result, charts):
    known = PatientFactory(at=here, family_name="Known", given_names="Ada", birth_date="1970-05-01")
    ada = {"family": "Known", "given": "Ada", "dob": "1970-05-01"}
    batch = brought_in(boss, table(person(1), person(2, **ada), person(1)), likely=likely)
    assert counts(batch) == result
    assert Patient.objects.count() == charts
    known.refresh_from_db()
    assert known.version == 1
    if likely == "link":
        first, second, third = batch.told.order_by("number")
        assert second.object_id == known.pk
        assert third.object_id == first.object_id


def test_a_number_of_one_person_is_never_given_twice(boss, here):
    IdentifierFactory(patient=PatientFactory(at=here), kind="national_id", value="A-1")
    other = PatientFactory(at=HospitalFactory())
    IdentifierFactory(patient=other, kind="national_id", value="B-2")
    rows = [person(n, national=text) for n, text in enumerate(["a1", "B2", "C3", "c 3"])]
    batch = brought_in(boss, table(*rows), likely="create")
    assert problems(batch) == {
        2: ["identifier_known"], 3: ["known_elsewhere"], 4: [], 5: ["identifier_known"],
    }  # fmt: skip
    assert PatientIdentifier.objects.live().count() == 3


@pytest.mark.parametrize("run", [checked, brought_in])
def test_an_mrn_that_stands_twice_in_a_file_is_told_with_the_row_that_has_it(boss, run):
    batch = run(boss, table(person(1), person(2, mrn="OLD-7/B"), person(3, mrn="OLD-7/b")))
    row = batch.told.get(outcome="broken")
    assert import_files.in_words(batch, row) == "MRN: Row 3 has this already."
    assert counts(batch) == {"created": 2, "broken": 1}


def test_mrns_are_kept_and_the_series_goes_on_after_the_highest(boss, here):
    taken = PatientFactory(at=here).mrn
    [last] = mrns.new(here.pk)
    high, lower, after, following = (
        series.with_check_digit(int(last[:-1]) + step) for step in (500, 400, 501, 502)
    )
    kept = ["OLD-7/b", high, taken, "OLD-7/B", lower]
    batch = brought_in(boss, table(*(person(n, mrn=mrn) for n, mrn in enumerate(kept)), person(9)))
    assert problems(batch) == {2: [], 3: [], 4: ["mrn_taken"], 5: ["import_above"], 6: [], 7: []}
    numbers = set(Patient.objects.values_list("mrn", flat=True))
    assert numbers == {taken, "OLD-7/B", high, lower, after}
    assert mrns.new(here.pk) == [following]
    chart = Patient.objects.get(mrn="OLD-7/B")
    assert found(boss, "old7b") == [chart.pk]


def test_a_hospital_says_how_its_numbers_look(here):
    Hospital.objects.filter(pk=here.pk).update(
        mrn_prefix="BR-", mrn_width=5, mrn_without_check_digit=True
    )
    [first] = mrns.new(here.pk)
    assert first[:3] == "BR-"
    assert len(first) == 8
    high = int(first[3:]) + 900
    mrns.go_on_after(
        here.pk, [f"BR-{high}", f"BR-{high}0", f"BR-{high}A", f"{high + 50}", "BR-00001"]
    )
    assert mrns.new(here.pk, 2) == [f"BR-{high + 1}", f"BR-{high + 2}"]


def test_numbers_that_somebody_has_are_passed_over(here):
    [number] = mrns.new(here.pk)
    following = [series.with_check_digit(int(number[:-1]) + step) for step in range(1, 12)]
    for mrn in following:
        PatientFactory(at=here, mrn=mrn)
    assert mrns.new(here.pk, 2)[0] == series.with_check_digit(int(number[:-1]) + 12)


def test_an_import_is_undone_while_nobody_has_touched_it_and_can_be_brought_in_again(boss, here):
    content = table(*(person(n, mrn=f"K{n}", national=f"N{n}") for n in range(4)))
    batch = brought_in(boss, content)
    touched = Patient.objects.visible_to(boss).get(mrn="K1")
    touched.family_name = "Changed"
    patients.update(actor("receptionist", here), patient=touched)
    used = Patient.objects.get(mrn="K2")
    from records.tests.factories import AllergyFactory

    AllergyFactory(patient=used)
    batch = undone(boss, batch)
    assert (batch.state, batch.undone) == ("undone", 2)
    rows = {row.number: row.outcome for row in batch.told.all()}
    assert rows == {2: "undone", 3: "kept", 4: "kept", 5: "undone"}
    assert set(Patient.objects.live().values_list("mrn", flat=True)) == {"K1", "K2"}
    gone = Patient.objects.filter(retired_at__isnull=False)
    assert {chart.retired_reason for chart in gone} == {"import undone"}
    again = brought_in(boss, content)
    assert counts(again) == {"created": 2, "skipped": 2, "likely": 2}
    assert set(Patient.objects.live().values_list("mrn", flat=True)) == {"K0", "K1", "K2", "K3"}
    back = patients.restore(boss, patient=Patient.objects.visible_to(boss).get(pk=gone.last().pk))
    assert series.is_valid(back.mrn)


def test_the_very_same_file_is_not_brought_in_twice(boss):
    content = table(person(1))
    brought_in(boss, content, likely="create")
    with pytest.raises(RuleError) as refusal:
        handed_in(boss, content)
    assert refusal.value.code == "import_repeated"


def test_nor_when_it_was_handed_in_and_checked_before_it_came_in(boss):
    content = table(person(1, dob=""))
    waiting = checked(boss, content)
    done = brought_in(boss, content, likely="create")
    with pytest.raises(RuleError) as refusal:
        imports.begin(boss, batch=waiting)
    assert refusal.value.code == "import_repeated"
    assert [link.id for link in refusal.value.links] == [done.pk]
    assert Patient.objects.count() == 1
    undone(boss, done)
    assert imports.begin(boss, batch=waiting).state == "importing"


def test_nor_while_it_is_being_brought_in(boss):
    content = table(person(1))
    first, second = chosen(boss, content), chosen(boss, content)
    imports.begin(boss, batch=first, unchecked=True)
    for again in (
        lambda: imports.begin(boss, batch=second, unchecked=True),
        lambda: handed_in(boss, content),
    ):
        with pytest.raises(RuleError) as refusal:
            again()
        assert refusal.value.code == "import_repeated"
    ImportBatch.objects.filter(pk=first.pk).update(file="")
    assert imports.begin(boss, batch=second, unchecked=True).state == "importing"


@pytest.mark.parametrize("content", [
    b"sep=\0\r\nA\0B\r\n1\0002\r\n", b"sep=\x01\r\nA\x01B\r\n1\x012\r\n",
    b"Surname,A\0B\r\nOkoro,1\r\n", "Surname\0,DOB\r\nOkoro,1\r\n".encode("utf-16"),
])  # fmt: skip
def test_signs_that_nobody_sees_part_no_cells_and_stand_in_no_heading(boss, content):
    """PostgreSQL keeps no NUL, not in what is noted of a file either."""
    with pytest.raises(Refusal) as refusal:
        handed_in(boss, content)
    assert refusal.value.code == "import_no_table"
    assert not ImportBatch.objects.exists()


def test_columns_must_be_said_once_and_names_must_be_there(boss):
    batch = handed_in(boss, b"A,B\r\n1,2\r\n")
    for fields, code in [(["mrn", "sex"], "import_field_missing"), (["family_name"] * 2, "import_field_twice"),
                         (["nothing", ""], "invalid_choice"), (["family_name"], "invalid_choice")]:  # fmt: skip
        with pytest.raises(ValidationError) as refusal:
            imports.choose(boss, batch=batch, fields=fields)
        [error] = refusal.value.error_dict["fields"]
        assert error.code == code
    assert imports.choose(boss, batch=batch, fields=["given_names"] * 2).state == "checking"


@pytest.mark.parametrize("role", ["receptionist", "integrator", "auditor", "operator"])
def test_only_administrators_bring_in(boss, here, role):
    batch = chosen(boss, table(person(1)))
    with pytest.raises(Denied):
        imports.begin(actor(role, here), batch=batch, unchecked=True)
    assert ImportBatch.objects.get().state == "checking"


def test_each_act_on_a_batch_is_on_record_and_no_value_of_the_file_is(boss):
    batch = undone(boss, brought_in(boss, table(person(1, family="Zebulon"))))
    events = AuditEvent.objects.filter(object_id=batch.pk).order_by("id")
    assert [event.act.rpartition(".")[2] for event in events] == [
        "create", "choose", "begin", "end", "undo", "undone",
    ]  # fmt: skip
    assert not AuditEvent.objects.filter(reason__icontains="zebulon").exists()
    assert "zebulon" not in str(ImportBatch.objects.values().get()).lower()


@pytest.mark.parametrize(
    ("heading", "field"),
    [
        ("soc_sec_id", "insurance"),
        ("SSN", "insurance"),
        ("Social security number", "insurance"),
        ("Insurance number", "insurance"),
        ("Medicare", "insurance"),
        ("Citizen id", "national_id"),
    ],
)
def test_a_number_of_social_security_is_guessed_as_one_of_an_insurance(heading, field):
    assert import_kinds.guessed(import_kinds.get("patients"), [heading]) == [field]
