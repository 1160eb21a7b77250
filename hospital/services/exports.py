"""Long lists become files in the background; the files are kept for a day and then forgotten."""

import io
import os
import secrets
from collections.abc import Mapping, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any, BinaryIO

from django.conf import settings
from django.http import QueryDict
from django.utils import formats
from django.utils.translation import ngettext

from hospital.kit import audit, clock, exports, facts, policy, spreadsheets
from hospital.kit.actors import Actor
from hospital.kit.errors import Denied, NotVisible, Refusal, RuleError
from hospital.models import Job

from . import jobs

KIND = "export"
KEPT_FOR = timedelta(hours=24)
# A file being written has this ending; one that nobody wrote to for so long never will be finished.
UNFINISHED = ".part"
ABANDONED_AFTER = timedelta(hours=6)


def start(
    actor: Actor, source: exports.Source, table: exports.Table, form: str, reason: str = ""
) -> Job:
    """Have the file of a list made in the background, in the transaction under way.

    Where the policy wants a second person it waits for one, who is told the ``reason``:
    ValidationError ``reason_required`` without it. RuleError ``too_many_rows`` when no file of this
    form could hold them.
    """
    permission = exports.permission_of(source)
    policy.require(actor, permission)
    most = spreadsheets.MOST_ROWS.get(form)
    if most and table.number(most + 1) > most:
        raise RuleError("too_many_rows", most=most)
    what: dict[str, Any] = {"source": source.name, "asked": dict(table.asked), "form": form}
    if not policy.needs_second_person(actor, permission):
        return jobs.start(actor, KIND, **what)
    facts.require_reason(reason)
    reason = reason.strip()
    # In the words of who asks: the second person may not even be offered the same filters.
    what["words"] = [str(word) for word in table.words]
    job = jobs.start(actor, KIND, total=table.number(MOST_ROWS), proposed_for=reason, **what)
    audit.happened(
        actor, "hospital.job.propose", resource=job.resource, object_id=job.pk, detail=reason
    )
    return job


@jobs.kind(KIND)
def make(
    actor: Actor, progress: jobs.Progress, *,
    source: str, asked: Mapping[str, str], form: str, words: Sequence[str] = (),
) -> jobs.Made:  # fmt: skip
    """Write the file, asking before every batch whether the person may still have it.

    It lies under its final name only when it is whole and on the disk.
    """
    listed = exports.source(source)
    permission = exports.permission_of(listed)
    _require(actor, permission, progress.job)
    query = QueryDict(mutable=True)
    query.update(asked)
    table = listed.table(actor, query)
    progress(0, table.number(MOST_ROWS))

    def told(done: int) -> None:
        progress(done)
        _require(progress.actor(), permission, progress.job)

    name = secrets.token_hex(32)
    part = folder() / f"{name}{UNFINISHED}"
    try:
        with _Watched(part, progress) as file:
            made = exports.write(actor, listed, table, form, file, told=told)
            progress(made.rows, made.rows)
            file.flush()
            os.fsync(file.fileno())
        part.replace(folder() / name)
    finally:
        part.unlink(missing_ok=True)
    _sync_folder()
    closing = ngettext("%(count)s row", "%(count)s rows", made.rows)
    return jobs.Made(
        closing % {"count": formats.number_format(made.rows, use_l10n=True, force_grouping=True)},
        file=name,
        file_name=exports.file_name(listed, form),
        expires_at=clock.now() + KEPT_FOR,
        book=lambda: exports.book(actor, listed, table, form, made),
        discard=lambda: (folder() / name).unlink(missing_ok=True),
    )


# A table larger than this is shown without its number of rows.
MOST_ROWS = 2_000_000_000


def folder() -> Path:
    """Where finished files lie, for nobody but this account of the machine."""
    path = Path(settings.VAR_DIR) / "exports"
    path.mkdir(mode=0o700, parents=True, exist_ok=True)
    return path


def is_there(job: Job) -> bool:
    """Whether the job's file can still be fetched."""
    return bool(job.file and job.expires_at and job.expires_at > clock.now())


def fetch(actor: Actor, *, job: Job) -> BinaryIO:
    """The file, open, for who asked for it and may still have it; booked before it leaves.

    NotVisible when the job made no file, Refusal ``file_expired`` when its day is over.
    """
    policy.require(actor, "hospital.job.read", job)
    if not job.file_name:
        raise NotVisible
    listed = exports.source(job.arguments["source"])
    policy.require(actor, exports.permission_of(listed))
    if not is_there(job):
        raise Refusal("file_expired")
    try:
        file = (folder() / job.file).open("rb")
    except FileNotFoundError as exc:
        raise Refusal("file_expired") from exc
    audit.happened(
        actor, exports.permission_of(listed), resource=listed.resource, object_id=job.pk,
        detail="fetched",
    )  # fmt: skip
    return file


def forget_old() -> int:
    """Take away the files whose day is over, and what a dead worker left half written; returns how many."""
    now = clock.now()
    over = Job.objects.filter(expires_at__lte=now).exclude(file="")
    names = {job.pk: job.file for job in over}
    for pk, name in names.items():
        (folder() / name).unlink(missing_ok=True)
        Job.objects.filter(pk=pk).update(file="")
    kept = set(Job.objects.filter(expires_at__gt=now).values_list("file", flat=True))
    limit = (now - ABANDONED_AFTER).timestamp()
    strays = [path for path in folder().iterdir() if path.name not in kept]
    gone = [path for path in strays if path.stat().st_mtime < limit]
    for path in gone:
        path.unlink(missing_ok=True)
    return len(names) + len(gone)


def _require(actor: Actor, permission: str, job: Job) -> None:
    """The permission, and the second person's word where it takes one today."""
    policy.require(actor, permission)
    if policy.needs_second_person(actor, permission) and job.approved_by is None:
        raise Denied(permission)


class _Watched(io.BufferedRandom):
    """A new file for this account alone. Each write is a sign of life: packing a large workbook, which
    comes after its last row, takes longer than a worker may be silent.
    """

    def __init__(self, path: Path, progress: jobs.Progress):
        handle = os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600)
        super().__init__(io.FileIO(handle, "w+"))
        self._progress = progress

    def write(self, data: Any) -> int:
        self._progress.alive()
        return super().write(data)


def _sync_folder() -> None:
    """So that the name survives a power cut like the file."""
    handle = os.open(folder(), os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
