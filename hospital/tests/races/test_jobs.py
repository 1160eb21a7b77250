"""Many clicks on Export make one job; one stopped while it finishes ends in one state, with a file or without."""

import random
import time
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client

from hospital.kit.actors import Actor
from hospital.kit.racing import line_up
from hospital.kit.web.submitting import new_token
from hospital.models import AuditEvent, Job
from hospital.services import jobs
from hospital.tests.factories import DepartmentFactory, HospitalFactory, WardFactory, signed_in

from .harness import flat, in_threads, once

pytestmark = [pytest.mark.race, pytest.mark.timeout(600)]
PROCESSES, THREADS, ROUNDS = 4, 4, 60
State = Job.State


def prepare(number):
    """A hospital with three wards, somebody signed in, and so many tokens of the export's form."""
    client, hospital = Client(), HospitalFactory()
    WardFactory.create_batch(3, department=DepartmentFactory(hospital=hospital))
    user = signed_in(client, "nurse", hospital)
    actor = Actor(user_id=user.pk, name="", hospital_id=hospital.pk)
    session = client.cookies[settings.SESSION_COOKIE_NAME].value
    return session, [new_token(actor) for _ in range(number)], user.pk, hospital.pk


def click(session, tokens):
    """Ask for the same file once per token, all at once: (status, where to)."""
    settings.EXPORT_AT_ONCE = 1
    # The jobs stay as they were started.
    jobs.enqueue = lambda _job: None

    def send(place):
        client = Client()
        client.cookies[settings.SESSION_COOKIE_NAME] = session
        answer = client.post("/wards/export/", {"format": "csv", "form_token": tokens[place]})
        return answer.status_code, answer.get("Location", "")

    line_up()
    return in_threads(send, THREADS)


def number_of_jobs():
    return Job.objects.count()


def test_sixteen_clicks_at_once_on_one_form_make_one_job(race, count):
    session, [token], *_ = once(race, prepare, 1)
    answers = flat(race(click, [(session, [token] * THREADS)] * PROCESSES))
    assert {status for status, _ in answers} == {302}
    assert len({where for _, where in answers}) == 1
    assert once(race, number_of_jobs) == 1
    count("clicks at once on one export", len(answers))


def test_sixteen_forms_make_sixteen(race):
    """The control: it is the form's token that makes them one."""
    session, tokens, *_ = once(race, prepare, PROCESSES * THREADS)
    parts = [tokens[at * THREADS : (at + 1) * THREADS] for at in range(PROCESSES)]
    answers = flat(race(click, [(session, part) for part in parts]))
    assert len({where for _, where in answers}) == PROCESSES * THREADS
    assert once(race, number_of_jobs) == PROCESSES * THREADS


def prepare_jobs():
    _, _, user_id, hospital_id = prepare(1)
    what = {"source": "hospital.wards", "asked": {}, "form": "csv"}
    made = [
        Job.objects.create(kind="export", arguments=what, user_id=user_id, hospital_id=hospital_id)
        for _ in range(ROUNDS)
    ]
    return [str(job.pk) for job in made]


def work(ids, folder, is_careless):
    """Run the jobs one after the other; a careless worker does not look whether somebody stopped it."""
    settings.VAR_DIR = Path(folder)
    finish, chance = jobs._finish, random.Random(11)

    def finish_soon(job, made):
        """On any machine somebody is in time to stop some of them here, and too late for others."""
        time.sleep(chance.choice([0, 0.02, 0.1]))
        finish(job, made)

    jobs._finish = finish_soon
    if is_careless:
        jobs._of_this_try = lambda job: Job.objects.filter(pk=job.pk)
    line_up()
    for pk in ids:
        jobs.run_job.call(pk)
    return []


def stop(ids, folder, is_careless):
    """Stop each of them about when it finishes: the ids of those that this stopped."""
    chance, stopped = random.Random(7), []
    line_up()
    for pk in ids:
        until = time.monotonic() + 20
        while time.monotonic() < until:
            job = Job.objects.get(pk=pk)
            if job.state not in {State.WAITING, State.RUNNING} or job.done:
                break
        time.sleep(chance.choice([0, 0.003, 0.01, 0.03, 0.1, 0.3]))
        if jobs.cancel(job):
            stopped.append(pk)
    return stopped


def outcome(folder):
    rows = list(Job.objects.values_list("pk", "state", "file"))
    booked = AuditEvent.objects.filter(act="hospital.ward.export", reason__startswith="csv").count()
    files = {path.name for path in (Path(folder) / "exports").iterdir()}
    return [(str(pk), state, file) for pk, state, file in rows], files, booked


def raced(race, folder, is_careless):
    ids = once(race, prepare_jobs)
    _, stopped = race(both, [(role, ids, str(folder), is_careless) for role in ("work", "stop")])
    return stopped, *once(race, outcome, str(folder))


def both(role, *arguments):
    return {"work": work, "stop": stop}[role](*arguments)


def test_a_job_stopped_while_it_finishes_ends_in_exactly_one_state(race, tmp_path, count):
    stopped, rows, files, booked = raced(race, tmp_path, is_careless=False)
    states = {pk: state for pk, state, _ in rows}
    assert set(states.values()) <= {State.DONE, State.CANCELLED}
    assert {pk for pk, state in states.items() if state == State.CANCELLED} == set(stopped)
    done = {file for _, state, file in rows if state == State.DONE}
    assert files == done, "a file for each that is done, and none besides"
    assert not [file for _, state, file in rows if state == State.CANCELLED and file]
    assert booked == len(done)
    assert stopped, "nobody was fast enough to stop one"
    assert done, "nobody was slow enough to let one finish"
    count("jobs stopped while they finished", len(stopped))
    count("jobs that finished first", len(done))


def test_a_careless_worker_finishes_what_was_stopped(race, tmp_path):
    """The control: without the comparison somebody is told "stopped" and the file is there all the same."""
    stopped, rows, *_ = raced(race, tmp_path, is_careless=True)
    states = {pk: state for pk, state, _ in rows}
    assert [pk for pk in stopped if states[pk] == State.DONE]
