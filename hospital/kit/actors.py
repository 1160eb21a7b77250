"""Who is acting: a person at a screen, a program with a token, or the system's own job."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

NOWHERE = UUID(int=0)


@dataclass(frozen=True, slots=True)
class Actor:
    """One user, at one hospital, through one door. Every act, look and refusal is booked on one.

    ``hospital_id`` is None for installation-wide work (the operator, a platform token).
    ``scopes`` is None for people; a token carries the set it was issued with.
    ``habits`` name what their hospital has switched on and some rule asks about.
    ``auth_at`` is when this person last showed credentials, for acts that ask for them again.
    """

    user_id: UUID | None
    name: str
    kind: str = "person"
    hospital_id: UUID | None = None
    roles: frozenset[str] = frozenset()
    door: str = "web"
    scopes: frozenset[str] | None = None
    token_id: UUID | None = None
    habits: frozenset[str] = frozenset()
    auth_at: datetime | None = None
    request_id: str = ""
    ip: str | None = None

    @property
    def here(self) -> UUID:
        """The hospital acted for; for installation-wide work an id that no hospital has."""
        return self.hospital_id or NOWHERE

    @property
    def principal(self) -> UUID:
        """Whose idempotency keys these are: the token's for a program, else the person's."""
        return self.token_id or self.user_id or NOWHERE


_acting: ContextVar[tuple[Actor, str] | None] = ContextVar("acting", default=None)


def current() -> Actor | None:
    """The actor of the act under way, or None outside of one."""
    entry = _acting.get()
    return entry[0] if entry else None


def current_act() -> str:
    """The permission string of the act under way, or ""."""
    entry = _acting.get()
    return entry[1] if entry else ""


@contextmanager
def acting(actor: Actor, act: str) -> Iterator[None]:
    """Book everything saved inside on ``actor`` and ``act``; an act inside an act keeps the inner name."""
    token = _acting.set((actor, act))
    try:
        yield
    finally:
        _acting.reset(token)
