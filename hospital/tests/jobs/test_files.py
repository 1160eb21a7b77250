"""A job's file: whole or not there, whatever happens to the worker; and gone when its day is over."""

import os
from datetime import timedelta

import pytest
import time_machine

from hospital.kit import clock, spreadsheets
from hospital.models import AuditEvent, Hospital, Job, Membership, Ward
from hospital.services import exports, jobs
from hospital.tests.factories import DepartmentFactory, HospitalFactory, WardFactory, actor

pytestmark = pytest.mark.django_db
State = Job.State


@pytest.fixture(autouse=True)
def var(settings, tmp_path):
    settings.VAR_DIR = tmp_path
    return tmp_path


@pytest.fixture
def job():
    hospital = HospitalFactory()
    WardFactory.create_batch(5, department=DepartmentFactory(hospital=hospital))
    what = {"source": "hospital.wards", "asked": {}, "form": "csv"}
    somebody = actor("nurse", hospital)
    return Job.objects.create(
        kind="export", arguments=what, user_id=somebody.user_id, hospital_id=hospital.pk
    )


def run(job):
    jobs.run_job.call(str(job.pk))
    job.refresh_from_db()
    return job


def files():
    return sorted(path.name for path in exports.folder().iterdir())


class Died(BaseException):
    """The worker was killed: nothing of it runs any more."""


@pytest.fixture
def dying(monkeypatch):
    """A worker that is killed while it writes, its half file left behind."""
    monkeypatch.setattr("pathlib.Path.unlink", lambda *_args, **_options: None)

    def close(sheet):
        raise Died

    monkeypatch.setattr(spreadsheets.CsvSheet, "close", close)
    return monkeypatch


def test_a_half_file_of_a_dead_worker_is_never_handed_out_and_the_next_try_is_whole(job, dying):
    with pytest.raises(Died):
        run(job)
    job.refresh_from_db()
    assert (job.state, job.file) == (State.RUNNING, "")
    assert [name.endswith(".part") for name in files()] == [True]
    dying.undo()
    with time_machine.travel(clock.now() + timedelta(minutes=3), tick=False):
        assert jobs.reap() == 1
    job.refresh_from_db()
    assert (job.state, job.attempts, job.done) == (State.DONE, 2, 5)
    assert exports.is_there(job)
    assert len((exports.folder() / job.file).read_bytes().splitlines()) == 6
    assert AuditEvent.objects.filter(act="hospital.ward.export").count() == 1


def test_what_a_dead_worker_left_is_swept_away_later_and_nothing_else_is(job, dying):
    with pytest.raises(Died):
        run(job)
    dying.undo()
    [left] = files()
    assert exports.forget_old() == 0
    old = clock.now().timestamp() - exports.ABANDONED_AFTER.total_seconds() - 60
    os.utime(exports.folder() / left, (old, old))
    Job.objects.update(state=State.WAITING)
    run(job)
    os.utime(exports.folder() / job.file, (old, old))
    assert exports.forget_old() == 1
    assert files() == [job.file], "a finished file has its own day"


def test_a_workbook_that_takes_long_to_pack_shows_that_its_worker_lives(job, monkeypatch):
    Job.objects.update(arguments={**job.arguments, "form": "xlsx"})
    told, real = [], jobs.Progress.__call__

    def telling(progress, done, total=None):
        told.append(done)
        real(progress, done, total)

    monkeypatch.setattr(jobs.Progress, "__call__", telling)
    monkeypatch.setattr(jobs, "TOLD_EVERY", timedelta(0))
    run(job)
    assert job.state == State.DONE
    assert told[:2] == [0, 5], "begun, and the only batch"
    assert len(told[2:]) > 5, "while it was packed"
    assert set(told[2:]) == {5}


def test_a_file_that_cannot_be_written_fails_the_job_and_leaves_nothing(job, monkeypatch):
    def full(*args):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        run(job)
    job.refresh_from_db()
    assert (job.state, job.file, files()) == (State.FAILED, "", [])


def test_a_file_whose_export_cannot_be_booked_is_never_handed_out(job, monkeypatch):
    def fails(*facts, **more):
        raise OSError("audit is down")

    monkeypatch.setattr("hospital.kit.audit.happened", fails)
    with pytest.raises(OSError, match="audit is down"):
        run(job)
    job.refresh_from_db()
    assert (job.state, job.file) == (State.RUNNING, "")
    assert not exports.is_there(job)


def test_a_file_stopped_at_the_last_moment_is_taken_away(job, monkeypatch):
    finish = jobs._finish

    def too_late(job, made):
        assert jobs.cancel(job)
        finish(job, made)

    monkeypatch.setattr(jobs, "_finish", too_late)
    assert (run(job).state, job.file, files()) == (State.CANCELLED, "", [])
    assert not AuditEvent.objects.filter(act="hospital.ward.export").exists()


def test_jobs_are_listed_for_three_months(job):
    run(job)
    with time_machine.travel(clock.now() + timedelta(days=89), tick=False):
        exports.forget_old()
        assert jobs.forget_old() == 0
    with time_machine.travel(clock.now() + timedelta(days=91), tick=False):
        assert jobs.forget_old() == 1
    assert not Job.objects.exists()


def test_the_job_works_on_its_hospitals_clock_and_not_on_the_workers(job):
    Hospital.objects.update(time_zone="Pacific/Auckland")
    Membership.objects.update(role="administrator")
    Ward.objects.update(retired_at="2026-01-01T12:00:00Z")
    Job.objects.update(arguments={**job.arguments, "asked": {"retired": "on"}})
    run(job)
    assert b"2026-01-02 01:00:00" in (exports.folder() / job.file).read_bytes()
