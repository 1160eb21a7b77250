"""Background work: done once, told to its end, taken up again when its worker dies."""

from datetime import timedelta

import pytest
import time_machine

from hospital.kit import clock
from hospital.models import Job, Membership
from hospital.services import jobs
from hospital.tests.factories import HospitalFactory, actor

pytestmark = pytest.mark.django_db
State = Job.State


@pytest.fixture
def somebody():
    return actor("administrator", HospitalFactory())


@pytest.fixture
def kinds(monkeypatch):
    monkeypatch.setattr(jobs, "_kinds", {})
    return jobs.kind


def do_nothing(actor, progress):
    return "done"


def asked_for(somebody, kind, **facts):
    """A job as start() leaves it, not run yet."""
    return Job.objects.create(
        kind=kind, user_id=somebody.user_id, hospital_id=somebody.hospital_id, **facts
    )


def run(job):
    jobs.run_job.call(str(job.pk))
    job.refresh_from_db()
    return job


def test_a_job_runs_as_the_person_who_asked_with_the_roles_of_now(
    kinds, somebody, django_capture_on_commit_callbacks
):
    seen = []

    @kinds("count")
    def count(actor, progress, upto):
        progress(1, upto)
        seen.append(actor)
        return f"counted to {upto}"

    with django_capture_on_commit_callbacks(execute=True):
        job = jobs.start(somebody, "count", upto=3)
        assert job.state == State.WAITING, "nothing runs before the commit"
    job.refresh_from_db()
    assert (job.state, job.message, job.done, job.total) == (State.DONE, "counted to 3", 1, 3)
    assert job.ended_at is not None
    assert (seen[0].user_id, seen[0].hospital_id) == (somebody.user_id, somebody.hospital_id)
    assert (seen[0].roles, seen[0].door) == ({"administrator"}, "job")

    Membership.objects.update(retired_at=clock.now())
    run(asked_for(somebody, "count", arguments={"upto": 1}))
    assert seen[1].roles == frozenset()


def test_a_kind_that_nobody_declared_cannot_be_started(kinds, somebody):
    with pytest.raises(LookupError):
        jobs.start(somebody, "unknown")
    assert not Job.objects.exists()


def test_a_job_is_run_once_however_often_it_is_handed_out(kinds, somebody):
    runs = []

    @kinds("once")
    def once(actor, progress):
        runs.append(1)
        return "done"

    job = asked_for(somebody, "once")
    run(job)
    run(job)
    assert len(runs) == 1
    assert job.attempts == 1


def test_a_failing_job_says_what_kind_of_failure_and_no_values(kinds, somebody):
    @kinds("fail")
    def fail(actor, progress):
        raise ValueError("Müller, Ana")

    job = asked_for(somebody, "fail")
    with pytest.raises(ValueError, match="Müller"):
        run(job)
    job.refresh_from_db()
    assert (job.state, job.message) == (State.FAILED, "ValueError")


def test_a_cancelled_job_stops_at_its_next_word_and_stays_cancelled(kinds, somebody):
    steps = []

    @kinds("long")
    def long(actor, progress):
        for step in range(5):
            progress(step)
            steps.append(step)
            if step == 2:
                assert jobs.cancel(Job.objects.get())
        return "done"

    job = run(asked_for(somebody, "long"))
    assert steps == [0, 1, 2]
    assert job.state == State.CANCELLED
    assert not jobs.cancel(job)


def silent(somebody, attempts, minutes=3):
    return asked_for(
        somebody, "count", state=State.RUNNING, attempts=attempts,
        heartbeat_at=clock.now() - timedelta(minutes=minutes),
    )  # fmt: skip


@pytest.mark.parametrize("attempts", [1, 2])
def test_a_job_whose_worker_died_is_taken_up_again(kinds, somebody, attempts):
    kinds("count")(do_nothing)
    job = silent(somebody, attempts)
    assert jobs.reap() == 1
    job.refresh_from_db()
    assert (job.state, job.attempts) == (State.DONE, attempts + 1)


def test_after_three_tries_it_has_failed(kinds, somebody):
    job = silent(somebody, attempts=3)
    assert jobs.reap() == 1
    job.refresh_from_db()
    assert (job.state, job.message) == (State.FAILED, "no sign of life")


def test_a_job_that_gives_signs_of_life_is_left_alone(kinds, somebody):
    silent(somebody, attempts=1, minutes=1)
    assert jobs.reap() == 0


def test_a_worker_believed_dead_neither_goes_on_nor_tells_the_end_of_its_successors_job(
    kinds, somebody
):
    """It slept for three minutes; the reaper gave its job to another, who is at it now."""
    tries = []

    @kinds("slow")
    def slow(actor, progress):
        tries.append(1)
        if len(tries) > 1:
            return "done by the second"
        with time_machine.travel(clock.now() + timedelta(minutes=3), tick=False):
            jobs.reap()
        progress(1)
        return "done by the first"

    job = run(asked_for(somebody, "slow"))
    assert len(tries) == 2
    assert (job.state, job.message, job.attempts) == (State.DONE, "done by the second", 2)


def test_a_worker_believed_dead_is_stopped_while_its_successor_is_at_work(kinds, somebody):
    kinds("count")(do_nothing)
    job = asked_for(somebody, "count", state=State.RUNNING, attempts=1, heartbeat_at=clock.now())
    believed_dead = jobs.Progress(Job.objects.get())
    Job.objects.update(attempts=2)
    with pytest.raises(jobs.Cancelled):
        believed_dead(1)
    jobs._end(believed_dead.job, State.FAILED, "OSError")
    job.refresh_from_db()
    assert (job.state, job.done) == (State.RUNNING, 0)
