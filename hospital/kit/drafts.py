"""What was typed and not saved comes back: kept for its page while it is typed, gone once it is saved."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid5

from django.apps import apps
from django.core.exceptions import ValidationError

from . import clock
from .actors import Actor
from .codes import sentence

KEPT_FOR = timedelta(days=7)
MOST_LETTERS = 50_000

Typed = Iterable[tuple[str, str]]


def keep(actor: Actor, page: str, typed: Typed) -> None:
    """Keep what was typed on the page of this address, in the place of what was kept before.

    ValidationError ``max_length`` when it is longer than any form of ours.
    """
    pairs = [[name, value] for name, value in typed]
    if sum(len(name) + len(value) for name, value in pairs) > MOST_LETTERS:
        raise ValidationError(sentence("max_length"), "max_length")
    draft = _model()(
        pk=_id(actor, page), user_id=actor.principal, typed=pairs, saved_at=clock.now()
    )
    _model().objects.bulk_create(
        [draft], update_conflicts=True, unique_fields=["id"], update_fields=["typed", "saved_at"]
    )


def of(actor: Actor, page: str) -> Any | None:
    """What this person typed on the page, with ``.typed`` and ``.saved_at``; None when nothing waits."""
    recent = _model().objects.filter(saved_at__gt=clock.now() - KEPT_FOR)
    return recent.filter(pk=_id(actor, page)).first()


def forget(actor: Actor, page: str) -> None:
    """What was typed is saved, or not wanted any more."""
    _model().objects.filter(pk=_id(actor, page)).delete()


def forget_old() -> int:
    """Delete drafts older than a week; returns how many."""
    return int(_model().objects.filter(saved_at__lte=clock.now() - KEPT_FOR).delete()[0])


def _id(actor: Actor, page: str) -> UUID:
    return uuid5(actor.principal, f"{actor.hospital_id} {page}")


def _model() -> Any:
    return apps.get_model("hospital", "Draft")
