"""The list of patients as a file: a reason, a password, a second person for administrators, everybody on record."""

from urllib.parse import quote

import pytest
import time_machine
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from hospital.kit import clock
from hospital.models import AuditEvent, AuditPatient, Job, Membership
from hospital.services import exports, jobs
from hospital.tests.exports.files import content_of, rows_of
from hospital.tests.factories import HospitalFactory, employ, enter, signed_in
from hospital.tests.filling import fill, form_on, send
from records.tests.factories import PatientFactory, register

pytestmark = pytest.mark.django_db
PAGE = "/patients/export/"
State = Job.State


@pytest.fixture(autouse=True)
def var(settings, tmp_path):
    settings.VAR_DIR = tmp_path
    return tmp_path


@pytest.fixture
def place():
    return HospitalFactory()


@pytest.fixture
def ana(place):
    return PatientFactory(
        at=place, family_name="Müller", given_names="Ana", sex="female", birth_date="1988-03",
        phone="+4930123456", email="ana@example.org", address_line="Kantstraße 12", country="DE",
    )  # fmt: skip


def person(role, place):
    client = Client()
    client.user = signed_in(client, role, place)
    return client


@pytest.fixture
def admin(place):
    return person("administrator", place)


def asked(client, query="", **typed):
    typed = {"format": "csv", "reason": "yearly report", **typed}
    return fill(client, PAGE + query, having="reason", **typed)


def proposed(client, **typed):
    assert asked(client, **typed).status_code == 302
    return Job.objects.latest("id")


def decide(client, job, word="approve"):
    return send(client, form_on(client.get("/jobs/"), action=f"{job.pk}/{word}/"), "/jobs/")


def run(job):
    jobs.run_job.call(str(job.pk))
    job.refresh_from_db()
    return job


def lines(client, job):
    answer = client.get(reverse("hospital:job-download", args=[job.pk]))
    assert answer.status_code == 200
    return rows_of(content_of(answer), job.file_name.rpartition(".")[2])


def test_an_administrators_export_waits_for_a_second_person_and_is_then_made(admin, place, ana):
    job = proposed(admin)
    assert (job.state, job.reason, job.total) == (State.PROPOSED, "yearly report", 1)
    run(job)
    assert (job.state, job.file) == (State.PROPOSED, ""), "nothing is made before"
    second = person("administrator", place)
    assert "yearly report" in second.get("/jobs/").content.decode()
    decide(second, job)
    job.refresh_from_db()
    assert (job.state, job.approved_by) == (State.WAITING, second.user.pk)
    run(job)
    heads, row = lines(admin, job)
    told = dict(zip(heads, row, strict=True))
    assert (told["MRN"], told["Family name"], told["Birth date"]) == (ana.mrn, "Müller", "1988-03")
    assert (told["Phone"], told["Email"]) == ("•••456", "•••org"), "masked as the role sees them"
    acts = list(
        AuditEvent.objects.filter(object_id=job.pk).order_by("id").values_list("act", "user_id")
    )
    assert acts == [
        ("hospital.job.propose", admin.user.pk), ("hospital.job.approve", second.user.pk),
        ("records.patient.export", admin.user.pk),
    ]  # fmt: skip


def test_nobody_approves_what_they_asked_for_themselves(admin, place, ana):
    job = proposed(admin)
    assert f"{job.pk}/approve/" not in admin.get("/jobs/").content.decode()
    token = form_on(admin.get("/account/"))["data"]["form_token"]
    for word in ("approve", "refuse"):
        answer = admin.post(f"/jobs/{job.pk}/{word}/", {"form_token": token})
        assert answer.status_code == 403
    job.refresh_from_db()
    assert (job.state, job.approved_by) == (State.PROPOSED, None)


def test_not_in_another_session_either_nor_in_the_database(admin, place, ana):
    job = proposed(admin)
    again = Client()
    enter(again, admin.user, place)
    token = form_on(again.get("/account/"))["data"]["form_token"]
    assert again.post(f"/jobs/{job.pk}/approve/", {"form_token": token}).status_code == 403
    with pytest.raises(IntegrityError), transaction.atomic():
        Job.objects.filter(pk=job.pk).update(approved_by=job.user_id)


@pytest.mark.parametrize(
    "role", ["receptionist", "doctor", "nurse", "pharmacist", "lab", "cashier"]
)
def test_nobody_else_exports_or_approves(admin, place, ana, role):
    job, other = proposed(admin), person(role, place)
    assert other.get(PAGE).status_code == 403
    assert "/patients/export/" not in other.get("/patients/").content.decode()
    token = form_on(other.get("/account/"))["data"]["form_token"]
    assert other.post(f"/jobs/{job.pk}/approve/", {"form_token": token}).status_code == 403
    assert "yearly report" not in other.get("/jobs/").content.decode()
    job.refresh_from_db()
    assert job.state == State.PROPOSED


def test_another_hospitals_administrator_neither_sees_nor_approves_it(admin, ana):
    job, stranger = proposed(admin), person("administrator", HospitalFactory())
    assert "yearly report" not in stranger.get("/jobs/").content.decode()
    token = form_on(stranger.get("/account/"))["data"]["form_token"]
    assert stranger.post(f"/jobs/{job.pk}/approve/", {"form_token": token}).status_code == 404


def test_an_auditor_exports_alone_and_may_be_the_second_person(admin, place, ana):
    auditor = person("auditor", place)
    job = proposed(auditor)
    assert (job.state, job.approved_by) == (State.WAITING, None)
    assert len(lines(auditor, run(job))) == 2
    theirs = proposed(admin)
    decide(auditor, theirs)
    theirs.refresh_from_db()
    assert (theirs.state, theirs.approved_by) == (State.WAITING, auditor.user.pk)


def test_who_becomes_administrator_meanwhile_needs_the_second_person_after_all(place, ana):
    auditor = person("auditor", place)
    job = proposed(auditor)
    Membership.objects.filter(user=auditor.user).update(role="administrator")
    assert (run(job).state, job.file) == (State.FAILED, "")


def test_a_refused_proposal_ends_and_is_never_made(admin, place, ana):
    job, second = proposed(admin), person("auditor", place)
    form = form_on(second.get("/jobs/"), action=f"{job.pk}/approve/")
    decide(second, job, "refuse")
    answer = send(second, form, "/jobs/")
    assert (answer.status_code, answer.context["problem"].code) == (409, "already_decided")
    assert (run(job).state, job.file) == (State.CANCELLED, "")
    assert "The second person refused it." in admin.get(f"/jobs/{job.pk}/").content.decode()


def test_the_password_is_asked_for_again_when_the_file_is_fetched(place, ana):
    auditor = person("auditor", place)
    job = run(proposed(auditor))
    file = reverse("hospital:job-download", args=[job.pk])
    with time_machine.travel(clock.now().timestamp() + 6 * 60, tick=False):
        assert (
            auditor.get(file)["Location"]
            == f"/accounts/reauthenticate/?next={quote(file, safe='')}"
        )
    fetched = AuditEvent.objects.filter(act="records.patient.export", reason="fetched")
    assert not fetched.exists()
    assert content_of(auditor.get(file))
    assert fetched.count() == 1


def test_a_double_click_on_approve_does_no_harm(admin, place, ana):
    job, second = proposed(admin), person("auditor", place)
    form = form_on(second.get("/jobs/"), action=f"{job.pk}/approve/")
    assert [send(second, form, "/jobs/")["Location"] for _ in range(2)] == ["/jobs/", "/jobs/"]
    assert AuditEvent.objects.filter(act="hospital.job.approve").count() == 1


def test_what_nobody_decides_on_ends_after_three_days(admin, ana):
    job = proposed(admin)
    with time_machine.travel(clock.now() + jobs.PROPOSED_FOR - exports.KEPT_FOR, tick=False):
        assert jobs.forget_proposals() == 0
    with time_machine.travel(clock.now() + jobs.PROPOSED_FOR + exports.KEPT_FOR, tick=False):
        assert jobs.forget_proposals() == 1
    job.refresh_from_db()
    assert job.state == State.CANCELLED


def test_a_reason_is_needed(admin, ana):
    answer = asked(admin, reason=" ")
    assert (answer.status_code, answer.context["form"].errors.as_data()["reason"][0].code) == (
        400, "required",
    )  # fmt: skip
    assert not Job.objects.exists()


@pytest.mark.parametrize("role", ["administrator", "auditor"])
def test_the_password_is_asked_for_again(place, ana, role):
    someone, second = person(role, place), person("auditor", place)
    form = form_on(someone.get(PAGE), having="reason")
    job = proposed(person("administrator", place))
    approval = form_on(second.get("/jobs/"), action=f"{job.pk}/approve/")
    with time_machine.travel(clock.now().timestamp() + 6 * 60, tick=False):
        assert "/accounts/reauthenticate/" in someone.get(PAGE)["Location"]
        answer = send(someone, form, PAGE, format="csv", reason="report")
        assert answer.status_code == 403
        assert send(second, approval, "/jobs/").status_code == 403
    assert Job.objects.count() == 1
    job.refresh_from_db()
    assert job.state == State.PROPOSED


def test_a_double_click_asks_once(admin, ana):
    form = form_on(admin.get(PAGE), having="reason")
    first, second = (send(admin, form, PAGE, format="csv", reason="report") for _ in range(2))
    assert first["Location"] == second["Location"]
    assert Job.objects.count() == 1


def shown(client, query):
    found, address = [], f"/patients/{query}"
    while address:
        page = client.get(address)
        found += [hit["mrn"] for hit in page.context["hits"]]
        address = page.context["next_url"]
    return found


@pytest.mark.parametrize(
    ("query", "form"),
    [("", "xlsx"), ("?sex=female", "csv"), ("?today=on", "csv"), ("?retired=on&sex=female", "csv")],
)
def test_the_file_has_exactly_the_patients_of_the_list_in_its_order(
    admin, place, query, form, monkeypatch
):
    monkeypatch.setattr("hospital.kit.exports.BATCH", 7)
    for number in range(60):
        name, sex = f"N{number * 37 % 60:02}", "female" if number % 3 else "male"
        PatientFactory(at=place, family_name=name, sex=sex)
    gone, old = PatientFactory(at=place, sex="female"), PatientFactory(at=place, family_name="Aaa")
    gone.registrations.update(retired_at=clock.now())
    old.registrations.update(registered_at=clock.now() - exports.KEPT_FOR * 3)
    register(PatientFactory(at=HospitalFactory()), HospitalFactory())
    page = admin.get(f"/patients/{query}")
    export = page.context["export_url"]
    answer = send(
        admin, form_on(admin.get(export), having="reason"), export, format=form, reason="report"
    )
    assert answer.status_code == 302
    job = Job.objects.latest("id")
    decide(person("auditor", place), job)
    heads, *rows = lines(admin, run(job))
    assert [row[heads.index("MRN")] for row in rows] == shown(admin, query)
    assert ("Retired" in heads) == ("retired" in query)


def test_every_patient_in_the_file_is_on_record_as_shown(place, monkeypatch):
    monkeypatch.setattr("hospital.kit.exports.BATCH", 2)
    patients = PatientFactory.create_batch(5, at=place)
    auditor = person("auditor", place)
    run(proposed(auditor))
    looks = AuditEvent.objects.filter(act="records.patient.export", reason="rows of a file")
    many = AuditPatient.objects.filter(event__in=looks).values_list("patient_id", flat=True)
    alone = looks.exclude(patient_id=None).values_list("patient_id", flat=True)
    assert sorted([*many, *alone]) == sorted(patient.pk for patient in patients)
    assert {event.user_id for event in looks} == {auditor.user.pk}


def test_no_patient_stands_in_a_jobs_arguments_title_or_audit(admin, place, ana):
    job = proposed(admin, sex="female")
    decide(person("auditor", place), job)
    run(job)
    said = [
        str(job.arguments),
        job.message,
        job.file_name,
        admin.get(f"/jobs/{job.pk}/").content.decode(),
    ]
    said += AuditEvent.objects.values_list("reason", flat=True)
    assert not [text for text in said if "Müller" in text or ana.mrn in text]
    assert job.arguments["asked"] == {"sex": "female"}


def test_a_second_person_is_told_every_filter_also_one_they_are_not_offered(admin, place, ana):
    job, auditor = proposed(admin, sex="female", retired="on"), person("auditor", place)
    assert "Sex: Female, Include retired" in auditor.get("/jobs/").content.decode()
    decide(auditor, job)
    assert run(job).state == State.DONE


def test_the_jobs_page_costs_the_same_for_1_and_for_10(admin, place, ana):
    auditor, costs = person("auditor", place), []
    for number in range(10):
        proposed(admin)
        proposed(auditor)
        if number in {0, 9}:
            with CaptureQueriesContext(connection) as queries:
                auditor.get("/jobs/")
            costs.append(len(queries))
    assert costs[0] == costs[1]


def test_filters_of_the_patients_list_are_saved_without_saying_who(place, ana):
    desk = person("receptionist", place)
    form = form_on(desk.get("/patients/?sex=female"), action="/saved-filters/")
    answer = send(desk, form, "/patients/", name="Women", query="sex=female&q=Müller&cursor=x")
    assert answer["Location"] == "/patients/?sex=female"
    assert [tab["label"] for tab in desk.get("/patients/").context["saved"].tabs] == [
        "All",
        "Women",
    ]


def test_who_sits_at_the_home_page_is_told_that_somebody_waits(admin, place, ana):
    second = person("auditor", place)
    assert "waits for your approval" not in second.get("/").content.decode()
    proposed(admin)
    assert "waits for your approval" in second.get("/").content.decode()
    assert "waits for your approval" not in admin.get("/").content.decode()


def test_who_lost_the_role_of_a_second_person_cannot_approve(admin, place, ana):
    job, second = proposed(admin), person("auditor", place)
    form = form_on(second.get("/jobs/"), action=f"{job.pk}/approve/")
    Membership.objects.filter(user=second.user).update(role="nurse")
    assert send(second, form, "/jobs/").status_code == 403
    employ("nurse", place)
    job.refresh_from_db()
    assert job.state == State.PROPOSED
