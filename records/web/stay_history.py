"""What happened to a stay, in plain words; of a move from which place to which."""

from collections.abc import Callable
from typing import Any

from django.utils.translation import gettext

from hospital.kit.web import histories
from records.models import BedPeriod, InPatient

from . import stay_rows

# What acts alone set, and the history tells.
TOLD_TOO = ("status", "disposition", "cancel_reason", "ends_at")


def entries(stay: InPatient, *, reads_notes: bool) -> list[dict[str, Any]]:
    """Its history; to who may not read the summary nothing of it is told."""
    left_out = {"patient", "number", *(() if reads_notes else ("summary",))}
    return histories.entries(
        stay, tell_too=TOLD_TOO, leave_out=left_out, beside=_moved_by(_moves(stay))
    )


def _moves(stay: InPatient) -> list[tuple[Any, str, str]]:
    """(a row of the act, from where, to where), as the places were written down one after the other."""
    rows = BedPeriod.history.filter(encounter=stay.pk, kind=BedPeriod.Kind.OCCUPIED)  # type: ignore[attr-defined]
    found: list[tuple[Any, str, str]] = []
    standing: dict[Any, Any] = {}
    place = ""
    for row in rows.select_related("ward", "bed").order_by("history_date", "history_id"):
        standing[row.id] = row
        is_one_act = bool(found) and histories.is_same_act(row, found[-1][0])
        before = found.pop()[1] if is_one_act else place
        place = _where(standing)
        found.append((row, before, place))
    return found


def _where(standing: dict[Any, Any]) -> str:
    """Where the patient is now; nowhere after the discharge."""
    now = [row for row in standing.values() if row.ends_at is None and row.retired_at is None]
    return stay_rows.where(now[0]) if now else ""


def _moved_by(moves: list[tuple[Any, str, str]]) -> Callable[[Any], list[dict[str, str]]]:
    def changes(row: Any) -> list[dict[str, str]]:
        return [
            {"label": gettext("Place"), "old": old, "new": new}
            for moved, old, new in moves
            if old != new and histories.is_same_act(row, moved)
        ]

    return changes
