"""Signing in and out stands in the audit, like everything else that people do."""

from typing import Any

from allauth.account.signals import password_changed, password_reset
from allauth.mfa.signals import authenticator_added, authenticator_removed
from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed
from django.dispatch import receiver
from django.http import HttpRequest

from hospital.kit import audit
from hospital.kit.actors import Actor
from hospital.models import User
from hospital.services import identity, invitations, jobs, sessions


@receiver(user_logged_in, dispatch_uid="signed_in")
def signed_in(request: HttpRequest, user: User, **about: Any) -> None:
    """Book a sign-in at the hospital that it opens; what was left running is watched again."""
    audit.happened(_actor(request, user), "hospital.session.start", object_id=user.pk)
    if running := jobs.running(user):
        request.session["jobs"] = running


@receiver(user_login_failed, dispatch_uid="sign_in_failed")
def sign_in_failed(request: HttpRequest | None = None, **about: Any) -> None:
    """Book that somebody was refused; what was typed as a username may be a password, so it is not kept."""
    audit.happened(_actor(request, None), "hospital.session.start", outcome="denied")


@receiver(user_logged_out, dispatch_uid="signed_out")
def signed_out(request: HttpRequest, user: User | None, **about: Any) -> None:
    """Book the end of a session: by its owner, or because it lay idle or had lasted too long."""
    if user is not None:
        ended = getattr(request, "session_ended", "")
        audit.happened(
            _actor(request, user), "hospital.session.end", object_id=user.pk, detail=ended
        )


@receiver(password_changed, dispatch_uid="password_changed")
def changed_password(request: HttpRequest, user: User, **about: Any) -> None:
    """Book that somebody changed the own password."""
    audit.happened(_actor(request, user), "hospital.account.password", object_id=user.pk)


@receiver(password_reset, dispatch_uid="password_reset")
def reset_password(request: HttpRequest, user: User, **about: Any) -> None:
    """Book that somebody got a new password by mail; an invitation is of no use any more."""
    invitations.withdraw(user)
    sessions.close(user)
    actor = _actor(request, user)
    audit.happened(actor, "hospital.account.password", object_id=user.pk, detail="reset by mail")


@receiver(authenticator_added, dispatch_uid="factor_added")
@receiver(authenticator_removed, dispatch_uid="factor_removed")
def changed_factor(request: HttpRequest, user: User, signal: Any, **about: Any) -> None:
    """Book that somebody got or lost a second factor."""
    what = "added" if signal is authenticator_added else "removed"
    audit.happened(
        _actor(request, user), "hospital.account.second_factor", object_id=user.pk, detail=what
    )


def _actor(request: HttpRequest | None, user: User | None) -> Actor:
    """The actor before or after a session: as much as is known of one."""
    where: dict[str, Any] = {
        "door": "web",
        "request_id": getattr(request, "request_id", ""),
        "ip": (request.META.get("REMOTE_ADDR") or None) if request else None,
    }
    if user is None:
        return Actor(user_id=None, name="", **where)
    known = getattr(request, "actor", None)
    if known is not None:
        return known
    places = identity.workplaces(user)
    return identity.actor_of(user, places[0] if places else None, **where)
