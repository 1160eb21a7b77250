"""Bringing in files of one's own: handed in, its columns chosen, checked, brought in, and undone while untouched."""

import hashlib
import secrets
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from itertools import islice
from pathlib import Path
from typing import Any, BinaryIO
from uuid import UUID

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet
from django.utils.translation import gettext

from hospital.kit import audit, clock, policy, tables
from hospital.kit.actors import Actor
from hospital.kit.acts import act
from hospital.kit.codes import sentence
from hospital.kit.errors import Link, NotVisible, Refusal, RuleError
from hospital.models import ImportBatch, ImportRow, Job

from . import import_kinds, jobs, turns

State = ImportBatch.State
# So long the rows of a file are kept.
KEPT_FOR = timedelta(days=14)
# Where there may be something to take back.
UNDOABLE = (State.DONE, State.IMPORTING, State.UNDOING)
RESOURCE = "hospital.importbatch"


@dataclass(frozen=True, slots=True)
class Received:
    """A file that was read and lies in the folder of imports, not yet on record."""

    file: str
    digest: str
    table: tables.Converted


def receive(file: BinaryIO, encoding: str = "") -> Received:
    """Read what was handed in; Refusal saying why when it is no table. Outside of any transaction."""
    name = secrets.token_hex(32)
    path = folder() / name
    path.touch(mode=0o600)
    try:
        table = tables.convert(file, encoding, path)
    except BaseException:
        path.unlink(missing_ok=True)
        raise
    with path.open("rb") as written:
        return Received(name, hashlib.file_digest(written, "sha256").hexdigest(), table)


def forget(received: Received) -> None:
    """Take a file away that is not wanted after all."""
    (folder() / received.file).unlink(missing_ok=True)


@act(f"{RESOURCE}.create")
def create(actor: Actor, *, kind: str, received: Received, file_name: str) -> ImportBatch:
    """Put a file on record. RuleError ``import_repeated`` when it was brought in before and not undone."""
    policy.require(actor, f"{RESOURCE}.create")
    _refuse_repeated(actor, kind, received.digest)
    batch = ImportBatch.objects.create(
        hospital_id=actor.here, user_id=actor.user_id, kind=import_kinds.get(kind).name,
        file=received.file, file_name=Path(file_name).name[:120], digest=received.digest,
        headings=received.table.headings, rows=received.table.rows,
        options={"sheets": list(received.table.sheets), "separator": received.table.separator},
    )  # fmt: skip
    _book(actor, "create", batch)
    return batch


@act(f"{RESOURCE}.update")
def choose(
    actor: Actor, *, batch: ImportBatch, fields: Sequence[str], likely: str = "", dates: str = ""
) -> ImportBatch:
    """Say which field each column holds, what becomes of likely duplicates, and how dates are written.

    ValidationError ``import_field_missing``, ``import_field_twice`` and ``import_field_beside``. What was checked
    before is forgotten.
    """
    batch = _held(actor, batch, State.UPLOADED, State.CHECKING, State.CHECKED)
    kind = import_kinds.get(batch.kind)
    _refuse_wrong(kind, batch, fields)
    batch.options |= {
        "fields": list(fields),
        "likely": likely if likely in kind.likely_ways else kind.likely_ways[0],
        "dates": dates if dates in import_kinds.DATE_ORDERS else "dmy",
    }
    batch.state = State.CHECKING
    refuse_running(batch)
    path_of(batch)
    from_the_beginning(batch)
    _book(actor, "choose", batch)
    return batch


@act(f"{RESOURCE}.update")
def begin(actor: Actor, *, batch: ImportBatch, unchecked: bool = False) -> ImportBatch:
    """Let what was checked be brought in, or ``unchecked`` what nobody wants to look at before.

    RuleError ``import_moved_on`` when it is not at that point, ``import_repeated`` when the same file, handed in
    once more, was brought in meanwhile.
    """
    turns.take(batch.hospital_id)
    batch = _held(actor, batch, State.CHECKED, *([State.CHECKING] if unchecked else []))
    _refuse_repeated(actor, batch.kind, batch.digest)
    batch.state = State.IMPORTING
    refuse_running(batch)
    path_of(batch)
    from_the_beginning(batch)
    _book(actor, "begin", batch)
    return batch


@act(f"{RESOURCE}.update")
def stop(actor: Actor, *, batch: ImportBatch) -> None:
    """Stop what is under way; what is in stays in. It can go on from there, or be undone."""
    batch = _held(actor, batch, *State)
    if (job := job_of(batch)) and jobs.cancel(job):
        _book(actor, "stop", batch)


@act(f"{RESOURCE}.undo")
def undo(actor: Actor, *, batch: ImportBatch) -> ImportBatch:
    """Let what was brought in be taken back, as far as nobody has touched it since; with nothing in yet, give it up.

    RuleError ``import_moved_on`` while it is under way or when there is nothing to take back.
    """
    batch = _held(actor, batch, *UNDOABLE)
    refuse_running(batch)
    batch.state = State.UNDOING
    batch.save()
    _book(actor, "undo", batch)
    return batch


def start_job(actor: Actor, batch: ImportBatch) -> Job:
    """Have the workers do what the batch is waiting for, in the transaction under way; once more when it stopped.

    RuleError ``import_moved_on`` when it waits for nothing.
    """
    policy.require(actor, f"{RESOURCE}.update", batch)
    refuse_running(batch)
    work = _WORK.get(State(batch.state))
    if work is None:
        raise RuleError("import_moved_on")
    job = jobs.start(actor, work, total=batch.rows, batch=str(batch.pk))
    ImportBatch.objects.filter(pk=batch.pk).update(job_id=job.pk)
    return job


_WORK = {
    State.CHECKING: import_kinds.CHECK,
    State.IMPORTING: import_kinds.BRING_IN,
    State.UNDOING: import_kinds.UNDO,
}


def visible(actor: Actor) -> QuerySet[ImportBatch]:
    """The imports of this hospital, the newest first."""
    rows = ImportBatch.objects.filter(policy.scope_q(actor, f"{RESOURCE}.list"))
    return rows.order_by("-id")


def find(actor: Actor, pk: UUID) -> ImportBatch:
    """One of them; NotVisible when there is none."""
    batch = visible(actor).filter(pk=pk).first()
    if batch is None:
        raise NotVisible
    return batch


def job_of(batch: ImportBatch) -> Job | None:
    return Job.objects.filter(pk=batch.job_id).first() if batch.job_id else None


def refuse_running(batch: ImportBatch) -> None:
    """RuleError ``import_moved_on`` while workers are at it."""
    job = job_of(batch)
    if job and job.state in jobs.OPEN:
        raise RuleError("import_moved_on")


def path_of(batch: ImportBatch) -> Path:
    """Where its rows lie; Refusal ``import_file_gone`` when they are forgotten."""
    path = folder() / batch.file
    if not batch.file or not path.exists():
        raise Refusal("import_file_gone")
    return path


def rows_of(batch: ImportBatch, offset: int = 0) -> Iterator[tables.Kept]:
    """Its rows as ``tables.rows`` gives them; Refusal ``import_file_gone`` when they are forgotten."""
    read = tables.rows(path_of(batch), offset)
    # The version that noted no separator kept texts with other apostrophes.
    return read if "separator" in batch.options else tables.marked_anew(read)


def first_rows(batch: ImportBatch, count: int) -> list[list[str]]:
    """The first rows of the file as texts, to be recognised by."""
    read = islice(rows_of(batch), count)
    return [[tables.plain(cell) for cell in cells] for _place, _number, cells in read]


def folder() -> Path:
    """Where the rows of imports lie, for nobody but this account of the machine."""
    path = Path(settings.VAR_DIR) / "imports"
    path.mkdir(mode=0o700, parents=True, exist_ok=True)
    return path


def forget_old() -> int:
    """Take away the files of two weeks ago, and those that never came on record; returns how many."""
    limit = clock.now() - KEPT_FOR
    ImportBatch.objects.filter(created_at__lt=limit).exclude(file="").update(file="")
    kept = set(ImportBatch.objects.exclude(file="").values_list("file", flat=True))
    an_hour_ago = (clock.now() - timedelta(hours=1)).timestamp()
    strays = [path for path in folder().iterdir() if path.name not in kept]
    gone = [path for path in strays if path.stat().st_mtime < an_hour_ago]
    for path in gone:
        path.unlink(missing_ok=True)
    return len(gone)


def _refuse_repeated(actor: Actor, kind: str, digest: str) -> None:
    """One that is stopped counts, for it can go on; one that brought in nothing, and never will, does not."""
    same = ImportBatch.objects.filter(hospital_id=actor.here, kind=kind, digest=digest)
    is_in = Q(created__gt=0, state__in=[State.IMPORTING, State.DONE, State.UNDOING])
    found = same.filter(is_in | Q(state=State.IMPORTING) & ~Q(file="")).order_by("id").first()
    if found:
        label = gettext("The import that brought it in")
        raise RuleError("import_repeated", links=(Link(RESOURCE, found.pk, label),))


def _held(actor: Actor, batch: ImportBatch, *states: str) -> ImportBatch:
    """The batch as it is now, locked, at one of these points."""
    held = ImportBatch.objects.select_for_update().get(pk=batch.pk)
    policy.require(actor, f"{RESOURCE}.update", held)
    if held.state not in states:
        raise RuleError("import_moved_on")
    return held


def from_the_beginning(batch: ImportBatch) -> None:
    """Forget what was said of its rows; the batch is stored as it is otherwise."""
    ImportRow.objects.filter(batch=batch).delete()
    for name in COUNTS:
        setattr(batch, name, 0)
    batch.save()


COUNTS = ("position", "offset", "created", "linked", "skipped", "broken", "likely", "undone")


def _refuse_wrong(kind: Any, batch: ImportBatch, fields: Sequence[str]) -> None:
    known = {each.name: each for each in kind.fields}
    chosen = [name for name in fields if name]
    if len(fields) != len(batch.headings) or any(name not in known for name in chosen):
        raise ValidationError(
            {"fields": ValidationError(sentence("invalid_choice"), "invalid_choice")}
        )
    twice = [name for name in set(chosen) if chosen.count(name) > 1 and not known[name].joins]
    if twice:
        raise _wrong("import_field_twice", known, twice)
    for whole, parts in import_kinds.beside(kind, chosen):
        raise _wrong("import_field_beside", known, parts, whole=known[whole].label)
    for names in kind.needs:
        if not set(names) & set(chosen):
            raise _wrong("import_field_missing", known, names)


def _wrong(
    code: str, known: Mapping[str, Any], names: Sequence[str], **more: Any
) -> ValidationError:
    told = ", ".join(str(known[name].label) for name in names)
    return ValidationError({"fields": ValidationError(sentence(code, names=told, **more), code)})


def _book(actor: Actor, word: str, batch: ImportBatch, detail: str = "") -> None:
    audit.happened(
        actor, f"{RESOURCE}.{word}", resource=RESOURCE, object_id=batch.pk,
        detail=detail or f"{batch.kind}, {batch.rows} rows",
    )  # fmt: skip
