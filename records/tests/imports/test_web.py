"""Bringing in a file from the page: chosen, its columns said, checked, brought in, the rest fetched, undone."""

from datetime import timedelta

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile

from hospital.kit import clock, spreadsheets
from hospital.models import AuditEvent, ImportBatch, Job
from hospital.services import imports, jobs
from hospital.tests.exports.files import content_of, rows_of
from hospital.tests.factories import HospitalFactory, signed_in
from hospital.tests.filling import fill, form_on, send
from records.models import Patient
from records.tests.factories import PatientFactory
from records.tests.imports.files import person, table, workbook

pytestmark = pytest.mark.django_db
NEW = "/imports/new/"


@pytest.fixture
def desk(client, here):
    client.user = signed_in(client, "administrator", here)
    return client


def text(response):
    return response.content.decode()


def hand_in(desk, content, **typed):
    file = SimpleUploadedFile("Old patients.csv", content)
    return fill(desk, NEW, **({"kind": "patients", "file": file} | typed))


def run():
    """Let the worker do what was asked for last."""
    job = Job.objects.latest("id")
    jobs.run_job.call(str(job.pk))
    job.refresh_from_db()
    return job


def press(desk, url, action):
    return send(desk, form_on(desk.get(url), action=action), url)


def test_a_file_is_brought_in_step_by_step_and_undone(desk, here):
    PatientFactory(at=here, family_name="Known", given_names="Ada", birth_date="1970-05-01")
    rows = [
        person(1),
        person(2, family="Known", given="Ada", dob="1970-05-01"),
        person(3, dob="never"),
    ]
    answer = hand_in(desk, table(*rows))
    batch = ImportBatch.objects.get()
    page = f"/imports/{batch.pk}/"
    assert answer.headers["Location"] == f"{page}columns/"
    shown = desk.get(f"{page}columns/")
    assert f"\u2068{person(1).split(',')[1]}\u2069" in text(shown)
    form = form_on(shown)
    assert form["data"]["column_1"] == ["family_name"]
    assert form["data"]["dates"] == ["ymd"]
    assert send(desk, form, f"{page}columns/").headers["Location"] == page
    assert 'data-hx-get="' in text(desk.get(page))
    assert run().message == "1 new, 1 likely known, 1 broken"
    shown = text(desk.get(page))
    assert "Nothing is stored yet" in shown
    assert 0 < shown.index("date_invalid") < shown.index("import_likely"), "what is broken first"
    assert f"/patients/{Patient.objects.get().pk}/" in shown
    assert press(desk, page, "/begin/").headers["Location"] == page
    run()
    assert Patient.objects.count() == 2
    file = press(desk, page, "/left/")
    head, likely, broken = rows_of(content_of(file), "csv")
    assert head[-1] == "Problem"
    assert broken[:-1] == rows[2].split(",")
    assert broken[-1].startswith("DOB: This is not a date.")
    assert "probably one that is there" in likely[-1]
    assert "patients-not-in.csv" in file["Content-Disposition"]
    assert "Old patients.csv" in text(desk.get("/imports/"))
    assert fill(desk, f"{page}undo/").headers["Location"] == page
    assert run().message
    assert "Undone" in text(desk.get(page))
    assert Patient.objects.live().count() == 1
    assert "Import" in text(desk.get("/jobs/"))


def test_of_a_workbook_the_files_to_take_home_are_workbooks(desk):
    rows = table(person(1), person(2, dob="never")).decode().split("\r\n")[:-1]
    hand_in(desk, workbook(People=[row.split(",") for row in rows]))
    page = f"/imports/{ImportBatch.objects.get().pk}/"
    send(desk, form_on(desk.get(f"{page}columns/")), f"{page}columns/")
    run()
    press(desk, page, "/begin/")
    run()
    for act, name in {"left": "not-in", "result": "result"}.items():
        file = press(desk, page, f"/{act}/")
        assert f"patients-{name}.xlsx" in file["Content-Disposition"]
        assert file["Content-Type"] == spreadsheets.TYPES["xlsx"]
        assert rows_of(content_of(file), "xlsx")[-1][-1].startswith("DOB: This is not a date.")


@pytest.mark.parametrize("likely", ["create", "skip"])
def test_who_came_in_though_probably_there_is_compared_next(desk, here, likely):
    PatientFactory(at=here, family_name="Known", given_names="Ada", birth_date="1970-05-01")
    hand_in(desk, table(person(3, family="Known", given="Ada", dob="1970-05-01")))
    page = f"/imports/{ImportBatch.objects.get().pk}/"
    send(desk, form_on(desk.get(f"{page}columns/")), f"{page}columns/", likely=likely)
    run()
    assert "/patients/duplicates/" not in text(desk.get(page))
    if likely == "create":
        press(desk, page, "/begin/")
        run()
    assert ("/patients/duplicates/" in text(desk.get(page))) == (likely == "create")


def test_what_was_put_right_comes_in_from_the_file_of_what_was_left_out(desk):
    hand_in(desk, table(person(1), person(2, dob="never", phone="'+49 30 123456")))
    page = f"/imports/{ImportBatch.objects.get().pk}/"
    fill(desk, f"{page}columns/")
    run()
    press(desk, page, "/begin/")
    run()
    content = content_of(press(desk, page, "/left/")).replace(b"never", b"1980-02-03")
    hand_in(desk, content)
    page = f"/imports/{ImportBatch.objects.latest('id').pk}/"
    assert form_on(desk.get(f"{page}columns/"))["data"]["column_10"] == [""]
    fill(desk, f"{page}columns/")
    run()
    press(desk, page, "/begin/")
    run()
    assert Patient.objects.filter(birth_date="1980-02-03", phone="+4930123456").count() == 1


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "no rows"),
        (b"PK\x03\x04", "damaged"),
        (b"A,a\r\n1,2\r\n", "Two columns"),
        ("A\r\nü\r\n".encode("cp1252"), "another encoding"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_beside_the_field(desk, var, content, words):
    answer = hand_in(desk, content or b" ")
    assert answer.status_code == 400
    assert words in text(answer)
    assert "<title>Error:" in text(answer)
    assert not ImportBatch.objects.exists()
    assert not list((var / "imports").iterdir())


def test_a_file_that_is_too_large_is_never_kept(desk, monkeypatch):
    from hospital.kit.web import uploads

    monkeypatch.setattr(uploads, "MOST_BYTES", 1000)
    answer = hand_in(desk, b"A\r\n" + b"x" * 2000)
    assert answer.status_code == 400
    assert "at most 30 MB" in text(answer)


def test_cells_that_look_like_a_page_are_shown_as_they_are(desk):
    hand_in(desk, b"Surname,<b>x</b>\r\n<script>alert(1)</script>,<i>y</i>\r\n")
    shown = text(desk.get(f"/imports/{ImportBatch.objects.get().pk}/columns/"))
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in shown
    assert not [each for each in ("<script>alert", "<b>x", "<i>y") if each in shown]


def test_columns_that_say_nothing_of_a_name_are_asked_for_again(desk):
    hand_in(desk, b"A,B\r\n1,2\r\n")
    page = f"/imports/{ImportBatch.objects.get().pk}/columns/"
    answer = fill(desk, page, column_0="mrn")
    assert answer.status_code == 400
    assert "Family name" in text(answer)
    assert not Job.objects.exists()


def test_stopped_it_says_what_is_in_and_goes_on(desk, monkeypatch):
    from hospital.services import import_running

    monkeypatch.setattr(import_running, "CHUNK", 2)
    hand_in(desk, table(*(person(n) for n in range(5))))
    page = f"/imports/{ImportBatch.objects.get().pk}/"
    fill(desk, f"{page}columns/")
    run()
    press(desk, page, "/begin/")
    told = jobs.Progress.__call__

    def stopping(progress, done, total=None):
        if done == 4:
            press(desk, page, "/halt/")
        told(progress, done, total)

    with monkeypatch.context() as patched:
        patched.setattr(jobs.Progress, "__call__", stopping)
        assert run().state == "cancelled"
    shown = text(desk.get(page))
    assert "What is in stays in" in shown
    assert Patient.objects.count() == 4
    press(desk, page, "/begin/")
    run()
    assert Patient.objects.count() == 5


def test_a_file_that_is_in_leads_to_the_import_that_brought_it_in(desk):
    hand_in(desk, table(person(1)))
    first = f"/imports/{ImportBatch.objects.get().pk}/"
    hand_in(desk, table(person(1)))
    second = f"/imports/{ImportBatch.objects.latest('id').pk}/"
    for page in (first, second):
        fill(desk, f"{page}columns/")
        run()
    press(desk, second, "/begin/")
    run()
    for answer in (press(desk, first, "/begin/"), hand_in(desk, table(person(1)))):
        assert answer.status_code == 409
        assert f'<a href="{second}"><bdi>The import that brought it in</bdi></a>' in text(answer)
    assert Patient.objects.count() == 1


def test_every_step_asks_for_a_password_shown_just_now(desk):
    hand_in(desk, table(person(1)))
    page = f"/imports/{ImportBatch.objects.get().pk}/"
    with time_machine.travel(clock.now() + timedelta(minutes=6), tick=False):
        assert desk.get(NEW).headers["Location"].startswith("/accounts/reauthenticate/")
        assert desk.post(f"{page}begin/").status_code == 403
        assert desk.get(page).status_code == 200


def test_another_hospitals_import_is_as_if_it_never_was(desk):
    other = ImportBatch.objects.create(hospital_id=HospitalFactory().pk, kind="patients")
    assert desk.get(f"/imports/{other.pk}/").status_code == 404


def test_after_two_weeks_the_rows_are_gone_and_a_sentence_says_so(desk, var):
    hand_in(desk, table(person(1)))
    batch = ImportBatch.objects.get()
    with time_machine.travel(clock.now() + timedelta(days=15), tick=False):
        assert imports.forget_old() == 1
    assert not list((var / "imports").iterdir())
    answer = desk.get(f"/imports/{batch.pk}/columns/")
    assert (answer.status_code, answer.context["problem"].code) == (410, "import_file_gone")


def test_handing_a_file_in_twice_by_a_double_click_is_one_import(desk):
    form = form_on(desk.get(NEW))
    for _ in range(2):
        file = SimpleUploadedFile("a.csv", table(person(1)))
        answer = send(desk, form, NEW, kind="patients", file=file)
        assert answer.status_code == 302
    assert ImportBatch.objects.count() == 1
    assert AuditEvent.objects.filter(act="hospital.importbatch.create").count() == 1
