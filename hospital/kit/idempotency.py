"""Exactly once: a retried request or a doubled click has one effect.

The key's row is inserted in the transaction of the act, so a refused act leaves no key behind. Two
at once: the second waits for the first and then finds its answer. Kept seven days.
"""

from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256
from typing import Any
from uuid import UUID

from django.apps import apps

from . import clock
from .errors import Link, RuleError
from .inserts import insert

KEPT_FOR = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Claim:
    """``row`` is ours to answer when ``is_new``; otherwise it holds the first request's answer."""

    row: Any
    is_new: bool

    def answer(self, *, status: int, resource: str = "", object_id: UUID | None = None) -> None:
        """Keep what was answered: a status and an id, never a body."""
        self.row.status, self.row.resource, self.row.object_id = status, resource, object_id
        self.row.save(update_fields=["status", "resource", "object_id"])


def fingerprint(*parts: bytes | str) -> str:
    """One hash over everything that makes two requests the same request."""
    return sha256(
        b"\0".join(part if isinstance(part, bytes) else part.encode() for part in parts)
    ).hexdigest()


def claim(principal: UUID, key: str, print_: str) -> Claim:
    """Take ``key`` for ``principal``, inside the act's transaction.

    RuleError ``idempotency_mismatch`` when the key was used for something else.
    """
    model = apps.get_model("hospital", "IdempotencyKey")
    mine = model(principal=principal, key=key, fingerprint=print_)
    if insert([mine], or_ignore=True):
        mine._state.adding = False
        return Claim(mine, is_new=True)
    row = model.objects.get(principal=principal, key=key)
    if row.fingerprint != print_:
        links = (Link(row.resource, row.object_id, ""),) if row.object_id else ()
        raise RuleError("idempotency_mismatch", links=links)
    return Claim(row, is_new=False)


def answered(principal: UUID, key: str, print_: str) -> Any | None:
    """The row of a request that has had its effect and was the same as this one, or None."""
    model = apps.get_model("hospital", "IdempotencyKey")
    rows = model.objects.filter(principal=principal, key=key, fingerprint=print_)
    return rows.filter(status__isnull=False).first()


def is_claimed(principal: UUID, key: str) -> bool:
    """Whether a request with this key has had its effect, whatever it said."""
    model = apps.get_model("hospital", "IdempotencyKey")
    return bool(model.objects.filter(principal=principal, key=key).exists())


def forget_old() -> int:
    """Delete keys older than seven days; returns how many."""
    model = apps.get_model("hospital", "IdempotencyKey")
    return model.objects.filter(created_at__lt=clock.now() - KEPT_FOR).delete()[0]
