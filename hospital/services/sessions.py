"""Where somebody is signed in, and ending it."""

from datetime import UTC, datetime

from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session

from hospital.kit import audit, clock, policy
from hospital.kit.actors import Actor
from hospital.kit.acts import act
from hospital.kit.errors import NotVisible
from hospital.models import User

# Looked for in this order: every browser claims to be several others.
BROWSERS = {
    "Edg": "Edge",
    "OPR": "Opera",
    "Firefox": "Firefox",
    "Chrome": "Chrome",
    "Safari": "Safari",
}
SYSTEMS = {
    "Android": "Android", "iPhone": "iPhone", "iPad": "iPad", "Windows": "Windows",
    "Mac OS": "macOS", "CrOS": "ChromeOS", "Linux": "Linux",
}  # fmt: skip


def device(user_agent: str) -> str:
    """What a browser says it is, for its owner to recognise: "Firefox, Linux"; "" when it says neither."""
    found = [
        next((name for mark, name in names.items() if mark in user_agent), "")
        for names in (BROWSERS, SYSTEMS)
    ]
    return ", ".join(filter(None, found))


def of(user: User) -> list[UserSession]:
    """The sessions of an account that are still open, the newest first."""
    rows = UserSession.objects.filter(user=user.pk).order_by("-created_at")
    open_keys = Session.objects.filter(expire_date__gt=clock.now()).values("session_key")
    return list(rows.filter(session_key__in=open_keys))


def last_uses(rows: list[UserSession]) -> dict[int, datetime]:
    """When each of these sessions was last used, within a minute, by the row's id; one query."""
    keys = {row.session_key: row.pk for row in rows}
    found = {}
    for session in Session.objects.filter(session_key__in=keys):
        if seen := session.get_decoded().get("seen_at"):
            found[keys[session.session_key]] = datetime.fromtimestamp(seen, UTC)
    return found


@act("hospital.account.update")
def end_own(actor: Actor, *, session_id: int) -> None:
    """End one of one's own sessions; NotVisible for anybody else's."""
    row = UserSession.objects.filter(user=actor.user_id, pk=session_id).first()
    if row is None:
        raise NotVisible
    row.end()
    audit.happened(actor, "hospital.session.end", object_id=actor.user_id, detail="ended by owner")


@act("hospital.user.update")
def end_all(actor: Actor, *, user: User) -> int:
    """End every session of a colleague with their next click; returns how many there were."""
    policy.require(actor, "hospital.user.update", user, fields={"is_active"})
    count = close(user)
    audit.happened(
        actor, "hospital.session.end", object_id=user.pk, detail="ended by administrator"
    )
    return count


def close(user: User) -> int:
    """End every session of an account, as part of an act that has asked the policy; returns how many."""
    rows = of(user)
    for row in rows:
        row.end()
    return len(rows)
