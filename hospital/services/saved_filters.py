"""Filters and orders that people keep for themselves."""

from collections.abc import Mapping
from typing import Any

from django.utils.http import urlencode

from hospital.kit import audit, policy
from hospital.kit.actors import Actor
from hospital.kit.acts import act
from hospital.kit.errors import RuleError
from hospital.models import SavedFilter

MOST = 20


@act("hospital.savedfilter.create")
def save(actor: Actor, *, source: str, name: str, asked: Mapping[str, str]) -> SavedFilter:
    """Keep what a list was asked for under a name; the same name again means this from now on.

    ``asked`` are a list's own words (``exports.Table.asked``). RuleError ``saved_filters_full``.
    """
    mine: dict[str, Any] = {"user_id": actor.user_id, "hospital_id": actor.here, "list": source}
    policy.require(actor, "hospital.savedfilter.create", SavedFilter(**mine))
    others = SavedFilter.objects.filter(**mine).exclude(name=name)
    if others.count() >= MOST:
        raise RuleError("saved_filters_full", most=MOST)
    row, _ = SavedFilter.objects.update_or_create(
        **mine, name=name, defaults={"query": urlencode(asked)}
    )
    audit.happened(
        actor, "hospital.savedfilter.create", resource=row.resource, object_id=row.pk, detail=source
    )
    return row


@act("hospital.savedfilter.retire")
def remove(actor: Actor, *, row: SavedFilter) -> None:
    """Forget what was kept."""
    policy.require(actor, "hospital.savedfilter.retire", row)
    audit.happened(
        actor,
        "hospital.savedfilter.retire",
        resource=row.resource,
        object_id=row.pk,
        detail=row.list,
    )
    SavedFilter.objects.filter(pk=row.pk).delete()
