"""Background jobs: started by people, watched by them, taken up again when a worker dies."""

from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import F, QuerySet
from django.utils import timezone, translation
from django.utils.functional import Promise
from django_tasks import task

from hospital.kit import audit, clock, phones, policy
from hospital.kit.actors import Actor
from hospital.kit.acts import act
from hospital.kit.errors import Denied, RuleError
from hospital.kit.languages import spoken
from hospital.models import Hospital, Job, User

from . import identity

State = Job.State
OPEN = [State.PROPOSED, State.WAITING, State.RUNNING]
MOST_ATTEMPTS = 3
SILENT_FOR = timedelta(minutes=2)
TOLD_EVERY = timedelta(seconds=20)
PROPOSED_FOR = timedelta(days=3)
KEPT_FOR = timedelta(days=90)
REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Made:
    """What a job leaves: a closing sentence, and a file in the exports' folder with the name it is
    offered under. ``book`` is called in the transaction that ends the job, ``discard`` when it was
    stopped at the last moment.
    """

    closing: str
    file: str = ""
    file_name: str = ""
    expires_at: datetime | None = None
    book: Callable[[], None] = lambda: None
    discard: Callable[[], None] = lambda: None


@dataclass(frozen=True, slots=True)
class Told:
    """How a kind of job is told: its title, the page that it is about, and whether what it has done by the time
    it is stopped stays.
    """

    title: str | Promise
    url_name: str
    is_kept: bool = False


Work = Callable[..., str | Made]
told: dict[str, Told] = {}
_kinds: dict[str, Work] = {}


class Cancelled(Exception):
    """Somebody stopped the job while it ran."""


def kind(name: str, as_: Told | None = None) -> Callable[[Work], Work]:
    """Register the work of a kind of job: ``work(actor, progress, **arguments) -> closing sentence or Made``.

    ``as_`` is how it is told; without it, as the export of a list.
    """

    def add(work: Work) -> Work:
        _kinds[name] = work
        if as_:
            told[name] = as_
        return work

    return add


def start(
    actor: Actor, kind_name: str, *, total: int = 0, proposed_for: str = "", **arguments: Any
) -> Job:
    """Enqueue a job in the transaction under way. ``arguments`` are ids and plain settings, never patient values.

    With a reason in ``proposed_for`` it waits until a second person has approved it.
    """
    if kind_name not in _kinds:
        raise LookupError(kind_name)
    job = Job.objects.create(
        kind=kind_name, arguments=arguments, total=total,
        user_id=actor.principal, hospital_id=actor.hospital_id, reason=proposed_for,
        state=State.PROPOSED if proposed_for else State.WAITING,
    )  # fmt: skip
    if not proposed_for:
        enqueue(job)
    return job


def enqueue(job: Job) -> None:
    """Hand a waiting job to the workers once the transaction under way is committed."""
    transaction.on_commit(lambda: run_job.enqueue(str(job.pk)))


def own(actor: Actor) -> QuerySet[Job]:
    """The jobs this person asked for at this hospital, the newest first."""
    return Job.objects.filter(policy.scope_q(actor, "hospital.job.list")).order_by("-id")


def running(user: User) -> list[str]:
    """The ids of somebody's jobs that have not ended."""
    rows = Job.objects.filter(user_id=user.pk, state__in=OPEN).order_by("id")
    return [str(pk) for pk in rows.values_list("pk", flat=True)]


@act("hospital.job.cancel")
def stop(actor: Actor, *, job: Job) -> None:
    """Stop one's own job; one that has ended meanwhile stays as it ended."""
    policy.require(actor, "hospital.job.cancel", job)
    if cancel(job):
        audit.happened(actor, "hospital.job.cancel", resource=Job.resource, object_id=job.pk)


def proposed(actor: Actor) -> QuerySet[Job]:
    """What waits for this person's word, the oldest first."""
    rows = Job.objects.filter(policy.scope_q(actor, "hospital.job.approve"), state=State.PROPOSED)
    return rows.order_by("id")


@act("hospital.job.approve")
def approve(actor: Actor, *, job: Job) -> None:
    """Let what a colleague proposed go ahead. RuleError ``already_decided`` when somebody was faster."""
    policy.require(actor, "hospital.job.approve", job)
    _decide(job, state=State.WAITING, approved_by=actor.user_id)
    audit.happened(actor, "hospital.job.approve", resource=job.resource, object_id=job.pk)
    enqueue(job)


@act("hospital.job.approve")
def refuse(actor: Actor, *, job: Job) -> None:
    """Say no to what a colleague proposed; it ends. RuleError ``already_decided``."""
    policy.require(actor, "hospital.job.approve", job)
    _decide(job, state=State.CANCELLED, ended_at=clock.now(), message=REFUSED)
    audit.happened(actor, "hospital.job.refuse", resource=job.resource, object_id=job.pk)


def forget_old() -> int:
    """Take away what ended three months ago; what was done stays in the audit. Returns how many."""
    return Job.objects.filter(ended_at__lt=clock.now() - KEPT_FOR, file="").delete()[0]


def forget_proposals() -> int:
    """End what nobody has decided on for three days; returns how many."""
    old = Job.objects.filter(state=State.PROPOSED, created_at__lt=clock.now() - PROPOSED_FOR)
    return old.update(state=State.CANCELLED, ended_at=clock.now())


def _decide(job: Job, **facts: Any) -> None:
    if not Job.objects.filter(pk=job.pk, state=State.PROPOSED).update(**facts):
        raise RuleError("already_decided")


def cancel(job: Job) -> bool:
    """Ask a job to stop; true when it had not ended."""
    rows = Job.objects.filter(pk=job.pk, state__in=OPEN)
    return bool(rows.update(state=State.CANCELLED, ended_at=clock.now()))


@task()
def run_job(job_id: str) -> None:
    """The worker's entry: run one waiting job to its end."""
    taken = Job.objects.filter(pk=job_id, state=State.WAITING).update(
        state=State.RUNNING, heartbeat_at=clock.now(), attempts=F("attempts") + 1, done=0
    )
    if taken:
        _run(Job.objects.get(pk=job_id))


def _run(job: Job) -> None:
    with ExitStack() as stack:
        _go_there(job, stack)
        try:
            actor = actor_of(job)
            made = _kinds[job.kind](actor, Progress(job), **job.arguments)
        except Cancelled:
            return
        except Denied as exc:
            audit.denied(actor, exc.permission, code=exc.code, object_id=job.pk)
            _end(job, State.FAILED, exc.code)
            return
        except Exception as exc:
            _end(job, State.FAILED, type(exc).__name__)
            raise
        _finish(job, made if isinstance(made, Made) else Made(made))


class Progress:
    """How a job tells how far it is; telling also shows that it is alive."""

    def __init__(self, job: Job):
        self.job, self._done, self._told_at = job, 0, clock.now()

    def __call__(self, done: int, total: int | None = None) -> None:
        """Note ``done`` of ``total``; raises Cancelled when the job was stopped or taken over."""
        facts = {"done": done, "heartbeat_at": clock.now()} | (
            {"total": total} if total is not None else {}
        )
        self._done, self._told_at = done, clock.now()
        if not _of_this_try(self.job).update(**facts):
            raise Cancelled

    def alive(self) -> None:
        """Show a sign of life when the last one is some time ago; raises Cancelled likewise."""
        if clock.now() - self._told_at > TOLD_EVERY:
            self(self._done)

    def actor(self) -> Actor:
        """The person who asked, with the roles of this moment: none for who was disabled meanwhile."""
        return actor_of(self.job)


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


def actor_of(job: Job) -> Actor:
    """The person who asked, with the roles they have now.

    Where a fresh password is needed it was shown when the job was asked for.
    """
    user = User.objects.get(pk=job.user_id)
    is_here = user.is_active and not user.is_retired
    places = identity.workplaces(user) if is_here else []
    place = next((place for place in places if place.id == job.hospital_id), None)
    return identity.actor_of(
        user, place, door="job", auth_at=clock.now(), request_id=str(UUID(str(job.pk)))
    )


def _go_there(job: Job, stack: ExitStack) -> None:
    """Work on the clock, in the language and by the telephone numbers of the job's hospital."""
    here = Hospital.objects.filter(pk=job.hospital_id).first() if job.hospital_id else None
    if here:
        stack.enter_context(timezone.override(here.zone))
        stack.enter_context(translation.override(spoken(here.language)))
        stack.enter_context(phones.activated(here.country))


def _finish(job: Job, made: Made) -> None:
    """Done, unless it was stopped meanwhile: whoever changes the row first decides, and nothing of the loser stays."""
    with transaction.atomic():
        is_done = _of_this_try(job).update(
            state=State.DONE, message=made.closing[:200], ended_at=clock.now(),
            file=made.file, file_name=made.file_name, expires_at=made.expires_at,
        )  # fmt: skip
        if is_done:
            made.book()
    if not is_done:
        made.discard()


def _end(job: Job, state: str, message: str) -> None:
    _of_this_try(job).update(state=state, message=message[:200], ended_at=clock.now())


def _of_this_try(job: Job) -> QuerySet[Job]:
    """The running job's row, unless it was taken up again since: two workers never tell its end."""
    return Job.objects.filter(pk=job.pk, state=State.RUNNING, attempts=job.attempts)
