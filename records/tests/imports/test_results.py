"""Which row went to which chart: on the page of an import, and in the file of its result."""

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from hospital.models import AuditEvent, AuditPatient, ImportRow
from hospital.services import import_results
from hospital.tests.exports.files import content_of, rows_of
from hospital.tests.factories import HospitalFactory, signed_in
from hospital.tests.filling import form_on, send
from hospital.web import import_rows
from records.models import Patient
from records.tests.factories import PatientFactory
from records.tests.imports.files import brought_in, checked, person, table, undone

pytestmark = pytest.mark.django_db
ADA = {"family": "Known", "given": "Ada", "dob": "1970-05-01"}


@pytest.fixture
def ada(here):
    return PatientFactory(at=here, family_name="Known", given_names="Ada", birth_date="1970-05-01")


@pytest.fixture
def desk(client, here):
    client.user = signed_in(client, "administrator", here)
    return client


def text(desk, batch):
    return desk.get(f"/imports/{batch.pk}/").content.decode()


def link(chart):
    return f'<a href="/patients/{chart.pk}/"><bdi>{chart.display_name} · {chart.mrn}</bdi></a>'


def test_rows_that_were_linked_stand_on_the_page_with_their_charts(boss, ada, desk):
    batch = brought_in(boss, table(person(1), person(2, **ADA), person(1)), likely="link")
    shown = text(desk, batch)
    above = Patient.objects.exclude(pk=ada.pk).get()
    assert f"Row 3 {link(ada)}" in shown
    assert f"Row 4 {link(above)}" in shown
    event = AuditEvent.objects.get(act="records.patient.list", user_id=desk.user.pk)
    seen = AuditPatient.objects.filter(event_id=event.pk).values_list("patient_id", flat=True)
    assert set(seen) == {ada.pk, above.pk}


@pytest.mark.parametrize("likely", ["skip", "link"])
def test_rows_that_are_likely_a_chart_name_it_before_and_after(boss, ada, desk, likely):
    content = table(person(1), person(2, **ADA))
    assert link(ada) in text(desk, checked(boss, content, likely=likely))
    assert link(ada) in text(desk, brought_in(boss, content, likely=likely))


def test_a_chart_that_is_not_of_this_hospital_is_not_named(boss, ada, desk):
    batch = brought_in(boss, table(person(2, **ADA)), likely="link")
    elsewhere = PatientFactory(at=HospitalFactory(), family_name="Elsewhere")
    ImportRow.objects.filter(batch=batch).update(object_id=elsewhere.pk)
    shown = text(desk, batch)
    assert "Not shown to you" in shown
    assert "ELSEWHERE" not in shown
    assert str(elsewhere.pk) not in shown
    assert not AuditEvent.objects.filter(act="records.patient.list").exists()


def test_many_linked_rows_cost_no_more_queries_and_the_rest_is_in_the_file(boss, desk, monkeypatch):
    def asked(numbers):
        batch = brought_in(boss, table(*(person(n) for n in numbers)), likely="link")
        with CaptureQueriesContext(connection) as found:
            shown = text(desk, batch)
        return len(found), shown

    desk.get("/imports/")  # the first page of a session writes that down
    for number in range(12):
        brought_in(boss, table(person(number)), likely="create")
    few, shown = asked(range(2))
    assert "More are not shown here" not in shown
    monkeypatch.setattr(import_rows, "SHOWN", 9)
    many, shown = asked(range(10))
    assert many == few
    assert "More are not shown here" in shown


def test_the_result_says_of_every_row_what_it_is_now(boss, ada, desk):
    rows = [person(1), person(2, **ADA), person(3, dob="never")]
    batch = brought_in(boss, table(*rows), likely="link")
    page = f"/imports/{batch.pk}/"
    file = send(desk, form_on(desk.get(page), action="/result/"), page)
    assert "patients-result.csv" in file["Content-Disposition"]
    head, new, known, broken = rows_of(content_of(file), "csv")
    made = Patient.objects.exclude(pk=ada.pk).get()
    assert head == ["Row", "Result", "MRN", "Problem"]
    assert new == ["2", "New", made.mrn, ""]
    assert known[:3] == ["3", "The one that is there", ada.mrn]
    assert "probably one that is there" in known[3]
    assert broken == ["4", "Broken", "", broken[3]]
    assert broken[3].startswith("DOB: This is not a date.")
    assert AuditEvent.objects.filter(reason="3 results", object_id=batch.pk).count() == 1
    assert AuditEvent.objects.filter(reason="rows of a file").count() == 1


def test_there_is_no_result_before_something_is_in(boss, desk):
    assert "/result/" not in text(desk, checked(boss, table(person(1))))
    batch = brought_in(boss, table(person(1)))
    assert "/result/" in text(desk, batch)
    assert "/result/" in text(desk, undone(boss, batch))


def test_nor_is_one_given_to_who_asks_without_the_button(boss, desk):
    page = f"/imports/{checked(boss, table(person(1), person(2, dob='never'))).pk}/"
    form = form_on(desk.get(page), action="/left/")
    answer = send(desk, form | {"action": f"{page}result/"}, page)
    assert (answer.status_code, answer.context["problem"].code) == (409, "import_moved_on")
    assert not AuditEvent.objects.filter(act="hospital.importbatch.fetch", outcome="ok").exists()


def test_other_kinds_are_named_without_a_number(boss, desk):
    content = b"Code,Name\nA1,One\nA1,Again\n"
    batch = brought_in(boss, content, kind="departments", likely="skip")
    assert "<bdi>One</bdi>" in text(desk, batch)
    found = import_results.named(boss, batch, batch.told.all())
    assert [str(name) for name in found.values()] == ["One"]


@pytest.mark.django_db(transaction=True)
def test_a_command_writes_the_result(ada, here, tmp_path):
    file, result = tmp_path / "old.csv", tmp_path / "result.csv"
    file.write_bytes(table(person(2, **ADA)))
    call_command("import_patients", str(file), "--hospital", here.code, "--likely", "link",
                 "--result", str(result))  # fmt: skip
    assert f"2,The one that is there,{ada.mrn}," in result.read_text("utf-8-sig")
