"""Who is asking, for which hospital, in which zone: settled once per request."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from allauth.account.authentication import get_authentication_records
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.utils import timezone, translation

from hospital.kit import clock, phones
from hospital.services import identity

IDLE = timedelta(minutes=15)
LONGEST = timedelta(hours=13)
# The session is written at most this often for having been used.
NOTED_EVERY = timedelta(seconds=60)


class ActorMiddleware:
    """Sets ``request.actor`` (None for nobody), ends idle sessions, activates zone, language and phone region."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.actor, request.workplaces, request.workplace = None, [], None  # type: ignore[attr-defined]
        if not request.path.startswith("/api/") and request.user.is_authenticated:
            if _has_ended(request):
                request.session_ended = "expired"  # type: ignore[attr-defined]
                logout(request)
            else:
                _settle(request)
        try:
            return self.get_response(request)
        finally:
            timezone.deactivate()
            translation.deactivate()
            phones.activate(None)

    def process_view(self, request: HttpRequest, view: Any, *_arguments: Any) -> None:
        """Note that the session is in use, unless a page only looks after itself."""
        if request.actor is not None and not getattr(view, "is_polled", False):  # type: ignore[attr-defined]
            _note_use(request)


def _settle(request) -> None:  # type: ignore[no-untyped-def]
    user = request.user
    places = identity.workplaces(user)
    chosen = request.session.get("hospital_id")
    wanted = UUID(chosen) if chosen else None
    place = next((place for place in places if place.id == wanted), places[0] if places else None)
    door = "admin" if request.path.startswith("/admin/") else "web"
    request.workplaces, request.workplace = places, place
    request.actor = identity.actor_of(
        user, place, door=door, auth_at=_shown_at(request),
        request_id=getattr(request, "request_id", ""), ip=request.META.get("REMOTE_ADDR") or None,
    )  # fmt: skip
    user.actor = request.actor
    if place and place.hospital:
        timezone.activate(place.hospital.zone)
        phones.activate(place.hospital.country)


def _shown_at(request: HttpRequest) -> datetime | None:
    records = get_authentication_records(request, request.user)
    return max((datetime.fromtimestamp(row["at"], UTC) for row in records), default=None)


def _has_ended(request: HttpRequest) -> bool:
    """Whether the session lay idle or has lasted too long."""
    now = clock.now().timestamp()
    started, seen = _started_and_seen(request, now)
    return now - seen > IDLE.total_seconds() or now - started > LONGEST.total_seconds()


def _note_use(request: HttpRequest) -> None:
    now = clock.now().timestamp()
    started, seen = _started_and_seen(request, now)
    if "started_at" not in request.session or now - seen > NOTED_EVERY.total_seconds():
        request.session["started_at"], request.session["seen_at"] = started, now


def _started_and_seen(request: HttpRequest, now: float) -> tuple[float, float]:
    return request.session.get("started_at", now), request.session.get("seen_at", now)
