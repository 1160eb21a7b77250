"""Deciding on two charts that may be of one person: not the same, for good, until it is taken back."""

from __future__ import annotations

from typing import Any

from django.db.models import Q

from hospital.kit import audit, clock, facts, policy
from hospital.kit.actors import Actor, acting
from hospital.kit.acts import act
from hospital.kit.errors import RuleError
from records.models import DuplicatePair, MergeEvent, Patient

from .matching import Likely
from .placing import lock_rows

S = DuplicatePair.Status
MOST = 100


@act("records.duplicatepair.different")
def different(
    actor: Actor, *, pair: DuplicatePair, reason: str, expected_version: int | None = None
) -> DuplicatePair:
    """The two are not the same person. It is never asked again, whatever becomes of the charts.

    RuleError ``pair_decided`` when somebody has said so already, ``pair_proposed`` while a merge of the two waits.
    """
    policy.require(actor, "records.duplicatepair.different", pair)
    facts.require_reason(reason)
    lock_rows(Patient, pair.patient_ids)  # as who proposes a merge does
    _hold(pair, expected_version)
    if not pair.is_open:
        raise RuleError("pair_decided")
    _refuse_proposed(actor, pair)
    pair.status, pair.reason = S.DIFFERENT, reason.strip()
    pair.decided_by, pair.decided_at = actor.user_id, clock.now()
    return _save(pair, reason=reason.strip())


def told_apart(actor: Actor, patient: Patient, other: Likely, *, reason: str) -> DuplicatePair:
    """The same of a chart that is new and of one that was shown beforehand, as part of registering it."""
    first_id, second_id = sorted([patient.pk, other.patient.pk])
    pair = DuplicatePair(
        first_id=first_id, second_id=second_id, score=round(other.score * 10), agrees=other.agrees,
        status=S.DIFFERENT, reason=reason, decided_by=actor.user_id, decided_at=clock.now(),
    )  # fmt: skip
    policy.require(actor, "records.duplicatepair.different", pair)
    with acting(actor, "records.duplicatepair.different"):
        return _save(pair, reason=reason)


@act("records.duplicatepair.undo")
def undo(
    actor: Actor, *, pair: DuplicatePair, expected_version: int | None = None
) -> DuplicatePair:
    """They may be the same after all. RuleError ``pair_open`` when nobody has decided on them."""
    policy.require(actor, "records.duplicatepair.undo", pair)
    _hold(pair, expected_version)
    if pair.status != S.DIFFERENT:
        raise RuleError("pair_open")
    pair.status, pair.reason, pair.decided_by, pair.decided_at = S.OPEN, "", None, None
    return _save(pair)


def merges_of(actor: Actor, pair: DuplicatePair) -> Any:
    """What was proposed and became of the two at the actor's hospital, the latest first."""
    return MergeEvent.objects.visible_to(actor, "list").between(*pair.patient_ids).order_by("-id")


def following(actor: Actor, pair: DuplicatePair) -> DuplicatePair | None:
    """The next pair that waits after this one, the likest first; from the end of the list, the first one."""
    rows = DuplicatePair.objects.visible_to(actor, "list").waiting().order_by("-score", "id")
    rows = rows.exclude(pk=pair.pk)
    later = Q(score__lt=pair.score) | Q(score=pair.score, pk__gt=pair.pk)
    found: DuplicatePair | None = rows.filter(later).first() or rows.first()
    return found


def waiting(actor: Actor) -> int:
    """How many pairs wait for a decision here, counted no further than ``MOST`` and one more."""
    rows = DuplicatePair.objects.visible_to(actor, "list").waiting()
    return len(rows.order_by("-score").values_list("pk")[: MOST + 1])


def _refuse_proposed(actor: Actor, pair: DuplicatePair) -> None:
    merges = MergeEvent.objects.between(*pair.patient_ids)
    if waiting := merges.filter(status=MergeEvent.Status.PROPOSED).first():
        is_here = waiting.hospital_id == actor.hospital_id
        raise RuleError("pair_proposed", links=(waiting.as_link(),) if is_here else ())


def _hold(pair: DuplicatePair, expected_version: int | None) -> None:
    facts.lock(pair)
    pair.refresh_from_db()
    facts.refuse_stale(pair, expected_version)
    facts.refuse_retired(pair)


def _save(pair: DuplicatePair, *, reason: str = "") -> DuplicatePair:
    pair.full_clean()
    facts.save(pair)
    audit.wrote(
        pair, changed={"status", "reason"}, reason=reason, also_about=[pair.second_id]
    )  # fmt: skip
    return pair
