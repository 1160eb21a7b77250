"""Jobs as people watch them: whose they are, how far, stopped, done, fetched, and gone after a day."""

from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from hospital.kit import clock
from hospital.models import AuditEvent, Job, Membership, User
from hospital.services import exports, jobs
from hospital.tests.exports.files import content_of, rows_of
from hospital.tests.factories import DepartmentFactory, HospitalFactory, WardFactory, signed_in
from hospital.tests.filling import form_on, send

pytestmark = pytest.mark.django_db
State = Job.State


@pytest.fixture(autouse=True)
def var(settings, tmp_path):
    settings.VAR_DIR, settings.EXPORT_AT_ONCE = tmp_path, 2
    return tmp_path


@pytest.fixture
def place():
    hospital = HospitalFactory()
    WardFactory.create_batch(5, department=DepartmentFactory(hospital=hospital))
    return hospital


@pytest.fixture
def nurse(client, place):
    client.user = signed_in(client, "nurse", place)
    return client


def asked_for(client, form="csv"):
    """The job of a long list, not run yet."""
    answer = send(client, form_on(client.get("/wards/"), action="/export/"), "/wards/", format=form)
    assert answer.status_code == 302
    return Job.objects.latest("id")


def run(job):
    jobs.run_job.call(str(job.pk))
    job.refresh_from_db()
    return job


def at(job, page="detail"):
    return reverse(f"hospital:job-{page}", args=[job.pk])


def test_a_job_is_followed_to_its_file(nurse, var):
    job = asked_for(nurse)
    page = nurse.get(at(job)).content.decode()
    assert "Waiting" in page
    assert at(job, "download") not in page
    run(job)
    assert (job.state, job.message, job.done, job.total) == (State.DONE, "5 rows", 5, 5)
    page = nurse.get(at(job)).content.decode()
    assert at(job, "download") in page
    answer = nurse.get(at(job, "download"))
    assert answer["Content-Disposition"] == f'attachment; filename="{job.file_name}"'
    assert "no-store" in answer["Cache-Control"]
    assert len(rows_of(content_of(answer), "csv")) == 6
    [file] = (var / "exports").iterdir()
    assert (file.name, oct(file.stat().st_mode)[-3:]) == (job.file, "600")
    assert oct((var / "exports").stat().st_mode)[-3:] == "700"
    acts = AuditEvent.objects.filter(act="hospital.ward.export").order_by("id")
    assert [(event.door, event.reason.partition(",")[0]) for event in acts] == [
        ("job", "csv"), ("web", "fetched"),
    ]  # fmt: skip


def test_the_jobs_list_shows_ones_own_the_newest_first(nurse, place):
    first, second = asked_for(nurse), asked_for(nurse, "xlsx")
    other = Client()
    signed_in(other, "nurse", place)
    theirs = asked_for(other)
    shown = [job["id"] for job in nurse.get("/jobs/").context["jobs"]]
    assert shown == [second.pk, first.pk]
    assert [job["id"] for job in other.get("/jobs/").context["jobs"]] == [theirs.pk]


def test_without_jobs_the_list_says_what_would_stand_there(nurse):
    assert "You have no jobs." in nurse.get("/jobs/").content.decode()


@pytest.mark.parametrize("page", ["detail", "download", "cancel"])
def test_somebody_elses_job_is_as_if_it_never_was(nurse, place, page):
    other = Client()
    signed_in(other, "administrator", place)
    job = run(asked_for(nurse))
    method = other.post if page == "cancel" else other.get
    assert method(at(job, page)).status_code == 404
    job.refresh_from_db()
    assert job.state == State.DONE


def test_after_a_day_the_file_is_gone_and_a_sentence_says_so(nurse, var):
    job = run(asked_for(nurse))
    with time_machine.travel(clock.now() + timedelta(hours=23, minutes=59), tick=False):
        assert exports.forget_old() == 0
        assert exports.is_there(job)
    with time_machine.travel(clock.now() + timedelta(hours=24, minutes=1), tick=False):
        client = Client()
        client.force_login(nurse.user)
        answer = client.get(at(job, "download"))
        assert (answer.status_code, answer.context["problem"].code) == (410, "file_expired")
        assert "Export the list again" in answer.content.decode()
        assert exports.forget_old() == 1
        assert not list((var / "exports").iterdir())
        assert client.get(at(job, "download")).status_code == 410
        assert "is gone now" in client.get(at(job)).content.decode()


def test_permission_is_asked_again_when_the_file_is_fetched(nurse, monkeypatch):
    from hospital.kit import policy

    job = run(asked_for(nurse))
    monkeypatch.setitem(policy._rules, "hospital.ward.export", [])
    assert nurse.get(at(job, "download")).status_code == 403


def test_a_person_disabled_while_it_runs_gets_no_file(nurse, var, monkeypatch):
    job = asked_for(nurse)
    monkeypatch.setattr("hospital.kit.exports.BATCH", 2)
    told, batches = jobs.Progress.__call__, []

    def disabling(progress, done, total=None):
        batches.append(done)
        if done == 2:
            User.objects.filter(pk=nurse.user.pk).update(is_active=False)
        told(progress, done, total)

    monkeypatch.setattr(jobs.Progress, "__call__", disabling)
    run(job)
    assert batches == [0, 2]
    assert (job.state, job.file) == (State.FAILED, "")
    assert not list((var / "exports").iterdir())
    assert AuditEvent.objects.filter(act="hospital.ward.export", outcome="denied").exists()


def test_a_role_taken_away_before_it_runs_gives_no_file(nurse, var):
    job = asked_for(nurse)
    Membership.objects.filter(user=nurse.user).update(retired_at=clock.now())
    run(job)
    assert (job.state, job.file) == (State.FAILED, "")
    assert not (var / "exports").exists() or not list((var / "exports").iterdir())


def test_a_waiting_job_is_stopped_and_never_runs(nurse):
    job = asked_for(nurse)
    form = form_on(nurse.get(at(job)), action="/cancel/")
    first, second = (send(nurse, form, at(job)) for _ in range(2))
    assert first["Location"] == second["Location"] == at(job)
    run(job)
    assert (job.state, job.done) == (State.CANCELLED, 0)
    assert "It was stopped." in nurse.get(at(job)).content.decode()
    assert AuditEvent.objects.filter(act="hospital.job.cancel").count() == 1


def test_stopping_what_is_done_leaves_it_done(nurse):
    job = asked_for(nurse)
    form = form_on(nurse.get(at(job)), action="/cancel/")
    run(job)
    send(nurse, form, at(job))
    job.refresh_from_db()
    assert (job.state, bool(job.file)) == (State.DONE, True)
    assert not AuditEvent.objects.filter(act="hospital.job.cancel").exists()


def test_a_failed_job_says_what_to_do_and_nothing_of_the_inside(nurse):
    job = asked_for(nurse)
    Job.objects.filter(pk=job.pk).update(state=State.FAILED, message="OperationalError")
    page = nurse.get(at(job)).content.decode()
    assert "Start it again" in page
    assert "OperationalError" not in page


def test_a_finished_job_is_told_once_on_whatever_page_comes_next(nurse):
    job = asked_for(nurse)
    assert at(job) not in nurse.get("/wards/").content.decode()
    run(job)
    page = nurse.get("/account/").content.decode()
    assert at(job) in page
    assert "Done" in page
    assert at(job) not in nurse.get("/account/").content.decode()


def test_who_saw_it_finish_is_not_told_again(nurse):
    job = run(asked_for(nurse))
    nurse.get(at(job))
    assert at(job) not in nurse.get("/account/").content.decode()


def test_who_signs_in_again_is_told_what_has_ended_meanwhile(nurse, place):
    job = asked_for(nurse)
    again = Client()
    again.force_login(nurse.user)
    run(job)
    assert at(job) in again.get("/account/").content.decode()


def test_a_page_without_watched_jobs_asks_for_none(nurse):
    run(asked_for(nurse))
    nurse.get("/account/")
    with CaptureQueriesContext(connection) as queries:
        nurse.get("/styleguide/")
    assert not [query for query in queries if "hospital_job" in query["sql"]]


def test_to_htmx_the_page_is_its_progress_until_it_ends(nurse):
    job = asked_for(nurse)
    Job.objects.filter(pk=job.pk).update(state=State.RUNNING, done=3200, total=12000)
    page = nurse.get(at(job), headers={"HX-Request": "true"}).content.decode()
    assert "3,200 of 12,000" in page
    assert "<main" not in page
    Job.objects.filter(pk=job.pk).update(state=State.DONE)
    answer = nurse.get(at(job), headers={"HX-Request": "true"})
    assert answer["HX-Refresh"] == "true"


def test_without_javascript_the_page_looks_again_by_itself_until_it_ends(nurse):
    job = asked_for(nurse)
    tag = '<noscript><meta http-equiv="refresh" content="5"></noscript>'
    assert tag in nurse.get(at(job)).content.decode()
    run(job)
    assert tag not in nurse.get(at(job)).content.decode()


@pytest.mark.parametrize("headers", [{}, {"HX-Request": "true"}])
@pytest.mark.parametrize("query", ["", "?x=1", "?poll=0&page=2&next=/"])
def test_watching_a_job_keeps_nobody_signed_in(nurse, headers, query):
    job = asked_for(nurse)
    start = clock.now()
    for minutes in (5, 10, 14):
        with time_machine.travel(start + timedelta(minutes=minutes), tick=False):
            assert nurse.get(at(job) + query, headers=headers).status_code == 200
    with time_machine.travel(start + timedelta(minutes=16), tick=False):
        answer = nurse.get(at(job) + query, headers=headers)
        assert (answer.status_code, answer["Openward-Locked"]) == (403, "yes")


def test_any_other_page_does_keep_one_signed_in(nurse):
    """The control: the same clock, and somebody at work."""
    start = clock.now()
    for minutes in (10, 20, 30):
        with time_machine.travel(start + timedelta(minutes=minutes), tick=False):
            assert nurse.get("/jobs/").status_code == 200
