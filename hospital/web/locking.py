"""The idle lock: after some minutes without a hand on it a session answers nothing but to its password.

Whatever was asked for or sent meanwhile waits behind the page that asks, with every word of it. What
asks by itself, such as a page that watches a job, does not keep a session open (``page(watches=True)``).
"""

from datetime import timedelta
from typing import Any

from allauth.account.internal.flows.reauthentication import reauthenticate_by_password
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from hospital.kit import audit, clock
from hospital.kit.actors import Actor
from hospital.kit.web import stepup, submitting

USUAL = timedelta(minutes=15)
# Who can do most is asked soonest.
SOONER = dict.fromkeys(("operator", "administrator", "auditor"), timedelta(minutes=10))
# The session is written at most this often for having been used.
NOTED_EVERY = timedelta(seconds=60)
# Told to scripts that asked for something and met the lock.
HEADER = "Openward-Locked"


def allowed_idle(actor: Actor) -> timedelta:
    """How long this person's session may lie idle: the shortest of what their roles allow."""
    return min((SOONER.get(role, USUAL) for role in actor.roles), default=USUAL)


def left(request: Any) -> int:
    """Seconds until the session locks by itself."""
    now = clock.now().timestamp()
    idle = now - request.session.get("seen_at", now)
    return max(0, int(allowed_idle(request.actor).total_seconds() - idle))


def is_locked(request: Any) -> bool:
    """Whether the session waits for its password; one that has lain idle too long is locked now."""
    if "locked_at" in request.session:
        return True
    if left(request):
        return False
    lock(request, "idle")
    return True


def lock(request: Any, why: str) -> None:
    """Lock the session, and book it."""
    request.session["locked_at"] = clock.now().timestamp()
    audit.happened(
        request.actor, "hospital.session.lock", object_id=request.actor.user_id, detail=why
    )


def note(request: HttpRequest) -> None:
    """Note that a person used the session just now."""
    now = clock.now().timestamp()
    if now - request.session.get("seen_at", 0) > NOTED_EVERY.total_seconds():
        request.session["seen_at"] = now


def challenge(request: Any) -> HttpResponse | None:
    """None when the request brings the right password, which opens the lock; the page that asks otherwise."""
    stepup.lift(request)
    form = stepup.ProofForm(request)
    actor: Actor = request.actor
    if hasattr(request, "proof"):
        if form.is_valid():
            _unlock(request)
            return None
        audit.happened(actor, "hospital.session.unlock", object_id=actor.user_id, outcome="denied")
    request.actor = request.user.actor = None
    return _asked(request, form, actor.name)


def _unlock(request: Any) -> None:
    del request.session["locked_at"]
    request.session["seen_at"] = clock.now().timestamp()
    reauthenticate_by_password(request)
    audit.happened(request.actor, "hospital.session.unlock", object_id=request.actor.user_id)


def _asked(request: Any, form: Any, name: str) -> HttpResponse:
    by_script = request.path == reverse("hospital:session-left") or request.POST.get("lies_over")
    typed = submitting.pairs(request.POST)
    context = {
        "form": form, "name": name, "typed": typed, "lies_over": by_script,
        "action": request.get_full_path() if typed else reverse("hospital:session-unlock"),
        "next": request.get_full_path(),
    }  # fmt: skip
    part = "#form" if by_script else ""
    response = render(request, f"hospital/session/locked.html{part}", context, status=403)
    response[HEADER] = "yes"
    response["Cache-Control"] = "no-store"
    return response
