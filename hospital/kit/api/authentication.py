"""Who is calling: `Authorization: Bearer <token>` (or `Token <token>`), and nothing else."""

import hmac
from contextlib import suppress
from datetime import datetime, timedelta
from functools import cache
from hashlib import sha256
from typing import Any
from uuid import UUID

from django.apps import apps
from django.db import OperationalError
from django.db.models import Q
from django.utils import timezone
from rest_framework.authentication import BaseAuthentication, get_authorization_header
from rest_framework.exceptions import AuthenticationFailed

from hospital.kit import clock, phones
from hospital.kit.actors import Actor
from hospital.kit.prepared import Prepared, some_text

from .errors import CHALLENGE

SCHEMES = {b"bearer", b"token"}
LONGEST_HEADER = 200
USE_NOTED_EVERY = timedelta(minutes=10)
COLUMNS = (
    "id", "digest", "scopes", "expires_at", "last_used_at",
    "user_id", "user__full_name", "user__kind", "user__is_active", "user__retired_at",
    "hospital_id", "hospital__time_zone", "hospital__country", "hospital__retired_at",
    "user__memberships__role", "user__memberships__hospital_id", "user__memberships__retired_at",
    "user__memberships__valid_from", "user__memberships__valid_to",
)  # fmt: skip


class Caller:
    """What DRF calls the user: enough of one for its own checks. Everything else asks the actor."""

    is_active = is_authenticated = True
    is_anonymous = False

    def __init__(self, actor: Actor):
        self.actor = actor
        self.pk = self.id = actor.user_id


class TokenAuthentication(BaseAuthentication):
    """One joined query tells the token, its account, its hospital and the roles there.

    Sets `request.actor`, the hospital's time zone and phone region. A token that is unknown,
    expired, revoked, of a disabled account or of a retired hospital is 401, without saying which.
    """

    def authenticate(self, request: Any) -> tuple[Caller, UUID] | None:
        header = get_authorization_header(request)
        if not header:
            return None
        found = self._rows(header)
        if not found:
            raise AuthenticationFailed
        token = found[0]
        actor = _actor(request, token, _roles(found))
        _note_use(token)
        _enter(request, actor, token)
        return Caller(actor), token["id"]

    def authenticate_header(self, request: Any) -> str:
        return CHALLENGE

    def _rows(self, header: bytes) -> list[dict[str, Any]]:
        """The token's row, once per membership of its account; nothing unless it may be used now."""
        scheme, _, sent = header.partition(b" ")
        if scheme.lower() not in SCHEMES or len(header) > LONGEST_HEADER or not sent.isascii():
            return []
        prefix, _, secret = sent.decode().strip().partition(".")
        rows = [dict(zip(COLUMNS, row, strict=True)) for row in _by_prefix().rows(prefix)]
        usable = rows and _fits(rows[0], secret) and _is_usable(rows[0], clock.now())
        return rows if usable else []


@cache
def _by_prefix() -> Prepared:
    """The question of every request: the live token with this prefix, and who it acts as."""
    model, prefix = apps.get_model("hospital", "ApiToken"), some_text(1)
    rows = model.objects.live().filter(prefix=prefix).values_list(*COLUMNS)
    return Prepared(rows, [prefix])


def _fits(row: dict[str, Any], secret: str) -> bool:
    return hmac.compare_digest(row["digest"], sha256(secret.encode()).hexdigest())


def _is_usable(row: dict[str, Any], now: datetime) -> bool:
    return (
        row["expires_at"] > now
        and row["user__is_active"]
        and row["user__retired_at"] is None
        and row["hospital__retired_at"] is None
    )


def _roles(rows: list[dict[str, Any]]) -> frozenset[str]:
    """The roles in force today at the token's hospital, or those at no hospital for a platform token."""
    today = clock.today()
    return frozenset(
        row["user__memberships__role"]
        for row in rows
        if row["user__memberships__role"]
        and row["user__memberships__hospital_id"] == row["hospital_id"]
        and row["user__memberships__retired_at"] is None
        and row["user__memberships__valid_from"] <= today
        and (
            row["user__memberships__valid_to"] is None
            or row["user__memberships__valid_to"] >= today
        )
    )


def _actor(request: Any, row: dict[str, Any], roles: frozenset[str]) -> Actor:
    return Actor(
        user_id=row["user_id"],
        name=row["user__full_name"],
        kind=row["user__kind"],
        hospital_id=row["hospital_id"],
        roles=roles,
        door="api",
        scopes=frozenset(row["scopes"]),
        token_id=row["id"],
        request_id=getattr(request, "request_id", "") or "",
        ip=request.META.get("REMOTE_ADDR") or None,
    )


def _note_use(row: dict[str, Any]) -> None:
    """Remember that the token is in use, at most every ten minutes; never a reason to refuse."""
    now = clock.now()
    stale = now - USE_NOTED_EVERY
    if row["last_used_at"] is not None and row["last_used_at"] > stale:
        return
    unnoted = Q(last_used_at__isnull=True) | Q(last_used_at__lte=stale)
    rows = apps.get_model("hospital", "ApiToken").objects.filter(unnoted, pk=row["id"])
    with suppress(OperationalError):
        rows.update(last_used_at=now)


def _enter(request: Any, actor: Actor, row: dict[str, Any]) -> None:
    request._request.actor = actor
    if row["hospital_id"] is not None:
        timezone.activate(row["hospital__time_zone"])
        phones.activate(row["hospital__country"])
