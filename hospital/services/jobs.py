"""Background jobs: started by people, watched by them, taken up again when a worker dies."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import F, QuerySet
from django_tasks import task

from hospital.kit import clock
from hospital.kit.actors import Actor
from hospital.models import Hospital, Job, User

from . import identity

State = Job.State
MOST_ATTEMPTS = 3
SILENT_FOR = timedelta(minutes=2)

Work = Callable[..., str]
_kinds: dict[str, Work] = {}


class Cancelled(Exception):
    """Somebody stopped the job while it ran."""


def kind(name: str) -> Callable[[Work], Work]:
    """Register the work of a kind of job: ``work(actor, progress, **arguments) -> closing sentence``."""

    def add(work: Work) -> Work:
        _kinds[name] = work
        return work

    return add


def start(actor: Actor, kind_name: str, *, total: int = 0, **arguments: Any) -> Job:
    """Enqueue a job in the transaction under way. ``arguments`` are ids and plain settings, never patient values."""
    if kind_name not in _kinds:
        raise LookupError(kind_name)
    job = Job.objects.create(
        kind=kind_name, arguments=arguments, total=total,
        user_id=actor.principal, hospital_id=actor.hospital_id,
    )  # fmt: skip
    transaction.on_commit(lambda: run_job.enqueue(str(job.pk)))
    return job


def cancel(job: Job) -> bool:
    """Ask a job to stop; true when it had not ended."""
    open_states = [State.WAITING, State.RUNNING]
    rows = Job.objects.filter(pk=job.pk, state__in=open_states)
    return bool(rows.update(state=State.CANCELLED, ended_at=clock.now()))


@task()
def run_job(job_id: str) -> None:
    """The worker's entry: run one waiting job to its end."""
    taken = Job.objects.filter(pk=job_id, state=State.WAITING).update(
        state=State.RUNNING, heartbeat_at=clock.now(), attempts=F("attempts") + 1
    )
    if taken:
        _run(Job.objects.get(pk=job_id))


def _run(job: Job) -> None:
    try:
        closing = _kinds[job.kind](_actor_of(job), Progress(job), **job.arguments)
    except Cancelled:
        return
    except Exception as exc:
        _end(job, State.FAILED, type(exc).__name__)
        raise
    _end(job, State.DONE, closing)


class Progress:
    """How a job tells how far it is; telling also shows that it is alive."""

    def __init__(self, job: Job):
        self.job = job

    def __call__(self, done: int, total: int | None = None) -> None:
        """Note ``done`` of ``total``; raises Cancelled when the job was stopped or taken over."""
        facts = {"done": done, "heartbeat_at": clock.now()} | (
            {"total": total} if total is not None else {}
        )
        if not _of_this_try(self.job).update(**facts):
            raise Cancelled


def reap() -> int:
    """Take up jobs whose worker died, up to three times; returns how many were found."""
    silent = Job.objects.filter(state=State.RUNNING, heartbeat_at__lt=clock.now() - SILENT_FOR)
    rows = list(silent)
    for job in rows:
        if job.attempts >= MOST_ATTEMPTS:
            _end(job, State.FAILED, "no sign of life")
        elif Job.objects.filter(pk=job.pk, state=State.RUNNING).update(state=State.WAITING):
            run_job.enqueue(str(job.pk))
    return len(rows)


def _end(job: Job, state: str, message: str) -> None:
    _of_this_try(job).update(state=state, message=message[:200], ended_at=clock.now())


def _of_this_try(job: Job) -> QuerySet[Job]:
    """The running job's row, unless it was taken up again since: two workers never tell its end."""
    return Job.objects.filter(pk=job.pk, state=State.RUNNING, attempts=job.attempts)


def _actor_of(job: Job) -> Actor:
    """The person who asked, with the roles they have now."""
    user = User.objects.get(pk=job.user_id)
    hospital = Hospital.objects.filter(pk=job.hospital_id).first() if job.hospital_id else None
    places = identity.workplaces(user)
    place = next((place for place in places if place.hospital == hospital), None)
    return identity.actor_of(user, place, door="job", request_id=str(UUID(str(job.pk))))
