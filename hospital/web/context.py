"""What every page's shell shows."""

from functools import partial
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse

from hospital.kit import menu, policy
from hospital.kit.actors import Actor
from hospital.models import Role
from hospital.services import identity

from . import jobs, locking


def shell(request: HttpRequest) -> dict[str, Any]:
    """Actor, hospital, menu and preferences; nothing that needs a query per page except the demo mark."""
    actor = getattr(request, "actor", None)
    shown: dict[str, Any] = {
        "actor": actor,
        "is_demo": _is_demo(),
        "can_mail": settings.CAN_MAIL,
        "request_id": getattr(request, "request_id", ""),
        "theme": "system",
        "density": "comfortable",
    }
    # Signing out, or changing the password, ends the session in the middle of a request.
    if actor is None or not request.user.is_authenticated:
        return shown | {"actor": None}
    place = request.workplace  # type: ignore[attr-defined]
    user: Any = request.user
    shown |= {
        "hospital": place.hospital if place else None,
        "hospitals": [other for other in request.workplaces if other is not place],  # type: ignore[attr-defined]
        "role_names": ", ".join(str(Role(role).label) for role in sorted(actor.roles)),
        "menu": _groups(request, actor),
        "ended_jobs": partial(jobs.ended, request),
        "can_search": policy.allows(actor, "hospital.search.read"),
        "theme": user.theme,
        "density": user.density,
        "has_shortcuts": user.has_shortcuts,
        "idle_seconds": int(locking.allowed_idle(actor).total_seconds()),
    }
    return shown


_known: dict[str, bool] = {}


def _is_demo() -> bool:
    """Asked until there is an answer: a database never changes from one to the other."""
    if "demo" not in _known:
        answer = identity.is_demo()
        if answer is None:
            return False
        _known["demo"] = answer
    return _known["demo"]


def _groups(request: HttpRequest, actor: Actor) -> list[dict[str, Any]]:
    groups: dict[str, list[dict[str, Any]]] = {}
    for entry in menu.entries_for(actor):
        try:
            url = reverse(entry.url_name)
        except NoReverseMatch:
            continue
        prefix = entry.prefix or url
        is_current = request.path == url or (prefix != "/" and request.path.startswith(prefix))
        groups.setdefault(str(entry.group), []).append(
            {
                "label": entry.label,
                "url": url,
                "icon": entry.icon,
                "is_current": is_current,
                "badge": "",
                "key": entry.key,
            }
        )
    return [{"label": label, "items": items} for label, items in groups.items()]
