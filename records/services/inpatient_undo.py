"""Taking back the last thing that was done with a stay, within the time in which it may be entered."""

from __future__ import annotations

import datetime as dt

from hospital.kit import clock
from hospital.kit.actors import Actor
from hospital.kit.acts import act
from hospital.kit.errors import RuleError
from records.models import BedPeriod, Encounter, InPatient

from . import bed_places, stays, tasks
from .bed_places import LATEST, BedConflict
from .stays import IN, hold, save

S = Encounter.Status
Kind = BedPeriod.Kind


@act("records.inpatient.undo")
def undo(actor: Actor, *, stay: InPatient, expected_version: int | None = None) -> InPatient:
    """Take back a discharge, a transfer, a leave or a return, whichever was last.

    BedConflict when the bed it leads back to is used again; RuleError ``nothing_to_undo`` after an
    admission (that is entered in error, then) and ``undo_too_late`` after 72 hours.
    """
    beds = [row.bed for row in stay.periods.live().select_related("bed")]
    hold(actor, stay, "undo", (*IN, S.FINISHED), expected_version, beds=beds)
    if stay.status == S.FINISHED:
        return _come_in_again(actor, stay)
    away = stay.leaves.live().order_by("-starts_at").first()
    here = bed_places.current(stay)
    assert here is not None
    was_before = stay.periods.live().filter(kind=Kind.OCCUPIED, ends_at=here.starts_at).exists()
    is_last = away and (away.starts_at > here.starts_at or not was_before)
    if stay.status == S.ON_LEAVE and away and is_last:
        _refuse_late(away.starts_at)
        bed_places.take_away(actor, [away], "undone", clock.now())
        return stays.step(stay, S.IN_PROGRESS)
    if away and away.ends_at and away.ends_at > here.starts_at:
        _refuse_late(away.ends_at)
        away.ends_at = None
        bed_places.write(away, {"ends_at"})
        return stays.step(stay, S.ON_LEAVE)
    return _back_to_where_it_was(actor, stay, here)


def _come_in_again(actor: Actor, stay: InPatient) -> InPatient:
    ended = stay.ends_at
    assert ended is not None
    _refuse_late(ended)
    last = stay.periods.live().get(kind=Kind.OCCUPIED, ends_at=ended)
    # A discharge from leave ended the leave too.
    away = stay.leaves.live().filter(ends_at=ended).first()
    stay.ends_at, stay.disposition = None, ""
    stay.status = S.ON_LEAVE if away else S.IN_PROGRESS
    save(stay, {"status", "ends_at", "disposition"})
    if away:
        away.ends_at = None
        bed_places.write(away, {"ends_at"})
    _reopen(actor, stay, last)
    tasks.stay_began(actor, stay)
    return stay


def _back_to_where_it_was(actor: Actor, stay: InPatient, here: BedPeriod) -> InPatient:
    rows = stay.periods.live().filter(kind=Kind.OCCUPIED, ends_at=here.starts_at)
    before = rows.first()
    if before is None:
        raise RuleError("nothing_to_undo")
    _refuse_late(here.starts_at)
    bed_places.take_away(actor, [here], "undone", clock.now())
    _reopen(actor, stay, before)
    save(stay, {"ward", "bed"})
    return stay


def _reopen(actor: Actor, stay: InPatient, period: BedPeriod) -> None:
    """Let a period go on as if it had not ended: what was done with the bed since must be nothing."""
    ended = period.ends_at
    assert ended is not None
    if period.bed:
        since = (
            BedPeriod.objects.meeting(ended).filter(bed=period.bed_id).select_related("encounter")
        )
        for row in since.exclude(pk=period.pk):
            if row.kind != Kind.CLEANING or row.starts_at != ended:
                raise BedConflict(
                    "bed_taken",
                    period.bed,
                    stay.patient,
                    standing=row,
                    state=row.get_kind_display(),
                )
            bed_places.take_away(actor, [row], "undone", clock.now())
    period.ends_at = None
    bed_places.write(period, {"ends_at"})


def _refuse_late(moment: dt.datetime) -> None:
    if moment < clock.now() - LATEST:
        raise RuleError("undo_too_late")
