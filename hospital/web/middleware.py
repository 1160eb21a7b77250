"""Who is asking, for which hospital, in which zone: settled once per request."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from allauth.account.authentication import get_authentication_records
from django.conf import settings
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone, translation
from django_htmx.http import HttpResponseClientRedirect

from hospital.kit import clock, phones
from hospital.kit.languages import spoken
from hospital.services import identity

from . import locking

LONGEST = timedelta(hours=13)


class ActorMiddleware:
    """Sets ``request.actor`` (None for nobody), language, zone and phone region; keeps out what is over or locked."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.actor, request.workplaces, request.workplace = None, [], None  # type: ignore[attr-defined]
        try:
            return self._kept_out(request) or self.get_response(request)
        finally:
            timezone.deactivate()
            translation.deactivate()
            phones.activate(None)

    def process_view(self, request: HttpRequest, view: Any, *args: Any) -> None:
        """Note that the session is in use; what a script asks for by itself is no use of it."""
        if request.actor and not getattr(view, "watches", False):  # type: ignore[attr-defined]
            locking.note(request)

    def _kept_out(self, request: HttpRequest) -> HttpResponse | None:
        """The page that asks for the password of a locked session, or None for every other request."""
        is_without_session = request.path.startswith(settings.WITHOUT_SESSION)
        if is_without_session or not request.user.is_authenticated:
            return None
        if _has_lasted_too_long(request):
            request.session_ended = "expired"  # type: ignore[attr-defined]
            logout(request)
            return None
        _settle(request)
        if request.path == reverse("account_logout"):
            return None
        if locking.is_locked(request) and (asked := locking.challenge(request)):
            return asked
        return _lead_to_second_factor(request)


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
        translation.activate(spoken(place.hospital.language))
        timezone.activate(place.hospital.zone)
        phones.activate(place.hospital.country)


def _lead_to_second_factor(request: Any) -> HttpResponse | None:
    """Who can do most works only with a second factor: the way to set one up, or None."""
    place = request.workplace
    lacks = place and not place.has_second_factor and place.roles & settings.SECOND_FACTOR_ROLES
    if not lacks:
        return None
    request.second_factor_is_due = True
    on_the_way = (reverse("mfa_index"), reverse("account_reauthenticate"), "/session/")
    if request.path.startswith(on_the_way):
        return None
    goal = reverse("mfa_activate_totp")
    return HttpResponseClientRedirect(goal) if request.htmx else redirect(goal)


def _shown_at(request: HttpRequest) -> datetime | None:
    records = get_authentication_records(request, request.user)
    return max((datetime.fromtimestamp(row["at"], UTC) for row in records), default=None)


def _has_lasted_too_long(request: HttpRequest) -> bool:
    now = clock.now().timestamp()
    return bool(now - request.session.setdefault("started_at", now) > LONGEST.total_seconds())
