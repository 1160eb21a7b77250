"""Two charts of one person become one: proposed by one, approved by another, undone exactly."""

from __future__ import annotations

from typing import Any

from django.db.models import Count, Q

from hospital.kit import audit, clock, facts, policy
from hospital.kit.actors import Actor
from hospital.kit.acts import act
from hospital.kit.errors import RuleError
from records.models import MergeEvent, Patient

from . import merge_plans, merge_rows
from .placing import lock_rows

S = MergeEvent.Status


@act("records.merge.create")
def propose(actor: Actor, *, survivor: Patient, merged: Patient, reason: str) -> MergeEvent:
    """Say that ``merged`` is the same person as ``survivor``, whose chart is to stay. Nothing moves yet.

    ValidationError ``merge_itself`` or for a missing reason; RuleError as ``standing`` says, and when the two
    cannot be merged as they are (see ``merge_plans``).
    """
    event = MergeEvent(
        hospital_id=actor.here, survivor=survivor, merged=merged, reason=reason.strip(),
        proposed_by=actor.principal,
    )  # fmt: skip
    policy.require(actor, "records.merge.create", event)
    for chart in (survivor, merged):
        policy.require(actor, "records.patient.read", chart)
    facts.require_reason(reason)
    survivor, merged = _held(event)
    if refusal := standing(actor, survivor, merged):
        raise refusal
    event.full_clean()
    merge_plans.refuse(actor, survivor, merged)
    return _save(event, {"survivor", "merged", "reason", "status"})


@act("records.merge.approve")
def approve(
    actor: Actor, *, event: MergeEvent, expected_version: int | None = None
) -> MergeEvent:  # fmt: skip
    """Merge the two charts of a colleague's proposal. RuleError as ``propose``, ``merge_step`` when it is decided."""
    policy.require(actor, "records.merge.approve", event)
    survivor, merged = _opened(event, S.PROPOSED, expected_version)
    merge_plans.refuse(actor, survivor, merged)
    event.status, event.decided_by, event.decided_at = S.MERGED, actor.user_id, clock.now()
    before = {chart: chart.row() for chart in (survivor, merged)}
    merge_rows.merge(event, survivor, merged)
    _book(before, event.reason)
    return _save(event, {"status", "decided_by", "decided_at"})


@act("records.merge.approve")
def refuse(
    actor: Actor, *, event: MergeEvent, reason: str, expected_version: int | None = None
) -> MergeEvent:
    """Say no to a colleague's proposal, and why: nothing moves.

    RuleError ``merge_step`` when it is decided, ValidationError without a reason.
    """
    policy.require(actor, "records.merge.approve", event)
    facts.require_reason(reason)
    _opened(event, S.PROPOSED, expected_version)
    event.status, event.decided_by, event.decided_at = S.REFUSED, actor.user_id, clock.now()
    event.refuse_reason = reason.strip()
    return _save(event, {"status", "decided_by", "decided_at", "refuse_reason"})


@act("records.merge.undo")
def undo(
    actor: Actor, *, event: MergeEvent, reason: str, expected_version: int | None = None
) -> MergeEvent:
    """Make two charts of one again, each with what it had and what was changed in that since.

    RuleError ``merge_step`` when it is not merged, ValidationError without a reason.
    """
    policy.require(actor, "records.merge.undo", event)
    facts.require_reason(reason)
    survivor, merged = _opened(event, S.MERGED, expected_version)
    before = {chart: chart.row() for chart in (survivor, merged)}
    merge_rows.unmerge(event, survivor, merged)
    _book(before, reason.strip())
    event.status, event.undone_by, event.undone_at = S.UNDONE, actor.user_id, clock.now()
    event.undo_reason = reason.strip()
    return _save(event, {"status", "undone_by", "undone_at", "undo_reason"})


def standing(actor: Actor, survivor: Patient, merged: Patient) -> RuleError | None:
    """What stands in the way of proposing this: RuleError ``merge_open`` for a merge of the same two, either way
    round, or of the chart that would go; ``merge_waiting`` for one that waits and that this one would make impossible.

    Several may wait to go into one chart. It leads to a merge of the actor's hospital alone.
    """
    is_waiting = Q(status=S.PROPOSED)
    ways = {
        "merge_open": Q(merged=merged, status__in=[S.PROPOSED, S.MERGED])
        | Q(is_waiting, survivor=merged, merged=survivor),
        "merge_waiting": is_waiting & (Q(survivor=merged) | Q(merged=survivor)),
    }
    for code, meets in ways.items():
        if found := MergeEvent.objects.filter(meets).first():
            is_here = found.hospital_id == actor.hospital_id
            return RuleError(code, links=(found.as_link(),) if is_here else ())
    return None


def moved(event: MergeEvent) -> list[tuple[Any, int]]:
    """(model, how many of its rows) of what a merge has moved, as far as the chart has parts."""
    rows = event.rows.filter(before__has_key="patient_id").order_by()
    counted = dict(rows.values_list("model").annotate(count=Count("pk")))
    return [
        (model, counted[model._meta.label])
        for model, _name in merge_plans.moving()
        if model._meta.label in counted
    ]


def _held(event: MergeEvent) -> tuple[Patient, Patient]:
    """Lock both patients, look at them afresh."""
    lock_rows(Patient, [event.survivor_id, event.merged_id])
    found = Patient._base_manager.in_bulk([event.survivor_id, event.merged_id])
    event.survivor, event.merged = found[event.survivor_id], found[event.merged_id]
    return event.survivor, event.merged


def _opened(
    event: MergeEvent, status: str, expected_version: int | None
) -> tuple[Patient, Patient]:
    """Lock both patients and the event, look afresh, and refuse what is not at this step."""
    charts = _held(event)
    facts.lock(event)
    event.refresh_from_db()
    facts.refuse_stale(event, expected_version)
    if event.status != status:
        raise RuleError("merge_step", status=event.get_status_display())
    return charts


def _book(before: dict[Patient, dict], reason: str) -> None:
    for chart, row in before.items():
        changed = {name for name, value in chart.row().items() if row[name] != value}
        audit.wrote(chart, changed=changed - {"version", "updated_at"}, reason=reason)


def _save(event: MergeEvent, changed: set[str]) -> MergeEvent:
    event.full_clean()
    facts.save(event)
    audit.wrote(
        event, changed=changed, reason=event.undo_reason or event.refuse_reason or event.reason
    )
    return event
