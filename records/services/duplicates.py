"""Deciding on two charts that may be of one person: not the same, for good, until it is taken back."""

from __future__ import annotations

from django.db.models import Q

from hospital.kit import audit, clock, facts, policy
from hospital.kit.actors import Actor
from hospital.kit.acts import act
from hospital.kit.errors import RuleError
from records.models import DuplicatePair

S = DuplicatePair.Status
MOST = 100


@act("records.duplicatepair.different")
def different(
    actor: Actor, *, pair: DuplicatePair, reason: str, expected_version: int | None = None
) -> DuplicatePair:
    """The two are not the same person. It is never asked again, whatever becomes of the charts.

    RuleError ``pair_decided`` when somebody has said so already.
    """
    policy.require(actor, "records.duplicatepair.different", pair)
    facts.require_reason(reason)
    _hold(pair, expected_version)
    if not pair.is_open:
        raise RuleError("pair_decided")
    pair.status, pair.reason = S.DIFFERENT, reason.strip()
    pair.decided_by, pair.decided_at = actor.user_id, clock.now()
    return _save(pair, reason=reason.strip())


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
