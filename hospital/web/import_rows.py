"""Imports as their pages show them."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django.urls import reverse
from django.utils import formats
from django.utils.text import capfirst
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from hospital.kit import policy
from hospital.kit.actors import Actor
from hospital.models import ImportBatch, ImportRow, Job, User
from hospital.services import import_files, import_kinds, import_results, imports, jobs
from hospital.services.import_kinds import Named, Outcome

State = ImportBatch.State
SHOWN = 50
TONES = {State.DONE: "ok", State.CHECKED: "warn", State.UNDONE: "", State.UPLOADED: "warn"}
ICONS = {
    State.UPLOADED: "columns-3", State.CHECKING: "loader", State.CHECKED: "list-checks", State.IMPORTING: "loader",
    State.DONE: "check", State.UNDOING: "loader", State.UNDONE: "undo-2",
}  # fmt: skip
HEADS = [
    {"label": _("Row"), "is_number": True}, {"label": _("Column")}, {"label": _("Problem")},
    {"label": _("Code"), "is_wide_only": True},
]  # fmt: skip


def listed(batches: Sequence[ImportBatch]) -> list[dict[str, Any]]:
    """The rows of the list, with who and what in words."""
    ids = {batch.user_id for batch in batches if batch.user_id}
    names = dict(User.objects.filter(pk__in=ids).values_list("pk", "full_name"))
    return [
        {"batch": batch, "who": names.get(batch.user_id, ""), **_state(batch, True)}
        for batch in batches
    ]


def is_running(job: Job | None) -> bool:
    return bool(job and job.state in jobs.OPEN)


def progress(batch: ImportBatch, job: Job | None) -> dict[str, Any]:
    """How far one import is."""
    running = is_running(job)
    return {
        "batch": batch, **_state(batch, running), "job": job, "running": running,
        "so_far": _so_far(job) if job else "",
    }  # fmt: skip


def described(actor: Actor, batch: ImportBatch, job: Job | None) -> dict[str, Any]:
    """One import: how far it is, its figures, the first of what is wrong or known, and what may be done."""
    rows = import_files.to_look_at(batch, SHOWN)
    linked = list(import_results.linked(batch)[: SHOWN + 1])
    names = import_results.named(actor, batch, [*rows, *linked[:SHOWN]])
    [one] = listed([batch])
    may = _may(batch, is_running(job), bool(rows))
    return {
        **progress(batch, job), "kind": import_kinds.get(batch.kind).label,
        "facts": _facts(batch, one["who"]), "heads": HEADS, "rows": list(_told(batch, rows, names)),
        "more_rows": _more(batch, rows, may["left"]),
        "linked": list(_linked(batch, linked[:SHOWN], names)),
        "more_linked": len(linked) > SHOWN, "kept": list(_kept(batch)),
        "may": may, "compare": _compare(actor, batch),
    }  # fmt: skip


def _so_far(job: Job) -> str:
    return gettext("%(done)s of %(total)s") % {
        "done": _grouped(job.done), "total": _grouped(job.total),
    }  # fmt: skip


def _state(batch: ImportBatch, running: bool) -> dict[str, Any]:
    """In words; what should be under way and is not was stopped."""
    state = State(batch.state)
    waits = state in {State.CHECKING, State.IMPORTING, State.UNDOING} and not running
    label = gettext("Stopped") if waits else capfirst(str(state.label))
    if state == State.UNDONE and not batch.created:
        label = gettext("Given up")
    return {
        "state": label, "tone": "warn" if waits else TONES.get(state, "info"),
        "icon": "ban" if waits else ICONS[state], "stopped": waits,
    }  # fmt: skip


def _facts(batch: ImportBatch, who: str) -> list[dict[str, Any]]:
    is_checked = batch.state in {State.CHECKING, State.CHECKED}
    figures = [
        (_("Rows in the file"), batch.rows),
        (_("Would be new") if is_checked else _("New"), batch.created),
        (_("Likely there already"), batch.likely),
        (_("Broken"), batch.broken),
        (_("Left out"), batch.skipped),
        (_("Known as the one that is there"), batch.linked),
    ]
    if batch.state in {State.UNDOING, State.UNDONE}:
        figures.append((_("Undone"), batch.undone))
    return [
        {"label": _("Asked for by"), "value": who or gettext("a command")},
        *({"label": label, "value": _grouped(count), "is_code": True} for label, count in figures),
    ]


def _compare(actor: Actor, batch: ImportBatch) -> dict[str, Any] | None:
    """Where to go on with who came in though they are probably there already."""
    page = import_kinds.get(batch.kind).compared
    came_in = batch.state == State.DONE and batch.likely > batch.skipped + batch.linked
    if page is None or not came_in or not policy.allows(actor, page[1]):
        return None
    return {"url": reverse(page[0]), "label": page[2]}


def _told(
    batch: ImportBatch, rows: Sequence[ImportRow], names: Mapping[Any, Named]
) -> Iterator[dict[str, Any]]:
    for row in rows:
        for column, code, said in import_files.told(batch, row):
            known = code == import_kinds.LIKELY
            yield {"number": row.number, "column": column, "code": code, "said": said,
                   **(_one(batch, row, names) if known else {})}  # fmt: skip


def _more(batch: ImportBatch, rows: Sequence[ImportRow], has_file: bool) -> str:
    """How many of the rows to look at are shown, where those are not all."""
    if len(rows) < SHOWN or (count := import_files.left(batch).count()) <= SHOWN:
        return ""
    said = gettext("The first %(shown)s of %(count)s.")
    if has_file:
        said = gettext("The first %(shown)s of %(count)s; all of them are in the file.")
    return said % {"shown": _grouped(SHOWN), "count": _grouped(count)}


def _linked(
    batch: ImportBatch, rows: Sequence[ImportRow], names: Mapping[Any, Named]
) -> Iterator[dict[str, Any]]:
    for row in rows:
        yield {"number": row.number, **_one(batch, row, names)}


def _one(batch: ImportBatch, row: ImportRow, names: Mapping[Any, Named]) -> dict[str, Any]:
    """Which one a row is or is like, with its address; nothing of one that this person may not see."""
    if row.object_id not in names:
        return {"name": "", "url": ""}
    url = reverse(import_kinds.get(batch.kind).url_name, args=[row.object_id])
    return {"name": str(names[row.object_id]), "url": url}


def _kept(batch: ImportBatch) -> Iterator[dict[str, Any]]:
    """What undoing left alone, the first of it."""
    kind = import_kinds.get(batch.kind)
    rows = ImportRow.objects.filter(batch=batch, outcome=Outcome.KEPT).order_by("number")
    for row in rows[:SHOWN]:
        yield {"number": row.number, "url": reverse(kind.url_name, args=[row.object_id])}


def _may(batch: ImportBatch, running: bool, has_rows: bool) -> dict[str, bool]:
    state, is_there = (
        State(batch.state),
        bool(batch.file) and (imports.folder() / batch.file).exists(),
    )
    ended = not running
    return {
        "choose": ended and is_there and state in {State.UPLOADED, State.CHECKING, State.CHECKED},
        "begin": ended and is_there and state == State.CHECKED and batch.created + batch.linked > 0,
        "go_on": ended and state in {State.CHECKING, State.IMPORTING, State.UNDOING},
        "stop": running,
        # One that was begun keeps its file from being handed in again, whether or not anything is in.
        "undo": ended and (state == State.IMPORTING or (state == State.DONE and batch.created > 0)),
        "left": ended and is_there and has_rows,
        "result": ended and state in import_results.BROUGHT_IN and batch.position > 0,
    }


def _grouped(number: int) -> str:
    return formats.number_format(number, use_l10n=True, force_grouping=True)
