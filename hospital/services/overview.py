"""Figures for the home pages: how far a hospital is set up, which hospitals there are."""

from typing import Any

from allauth.mfa.models import Authenticator
from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from hospital.kit import policy
from hospital.kit.actors import Actor
from hospital.models import (
    AuditEvent,
    Bed,
    Clinic,
    Department,
    Doctor,
    Hospital,
    Membership,
    User,
    Ward,
)


def own(actor: Actor) -> Hospital:
    """The hospital the actor is working for."""
    return Hospital.objects.visible_to(actor).get(pk=actor.hospital_id)  # type: ignore[misc]


# What a hospital is made of, by the name that it is counted under.
PARTS: dict[str, Any] = {
    "departments": Department, "clinics": Clinic, "wards": Ward, "beds": Bed, "doctors": Doctor,
}  # fmt: skip


def counted(actor: Actor) -> tuple[Hospital, dict[str, int]]:
    """The actor's hospital, and how many live parts and working people it has: one query.

    The hospital's ``has_factor`` says whether the actor signs in with a second factor.
    """
    counts = {name: _count(model.objects.live()) for name, model in PARTS.items()}
    counts["staff"] = _count(_working(), "user")
    factor = Authenticator.objects.filter(user=actor.user_id, type=Authenticator.Type.TOTP)
    annotated = {f"{name}_count": count for name, count in counts.items()}
    rows = Hospital.objects.visible_to(actor).annotate(has_factor=Exists(factor), **annotated)
    here = rows.get(pk=actor.hospital_id)  # type: ignore[misc]
    return here, {name: getattr(here, f"{name}_count") for name in counts}


def staffed(actor: Actor) -> set[str]:
    """The roles that somebody works in at the actor's hospital today."""
    here = _working().filter(hospital=actor.hospital_id)
    return set(here.order_by().values_list("role", flat=True).distinct())


def own_doctor(actor: Actor) -> Doctor | None:
    """The doctor that the actor is at this hospital, if any."""
    rows = Doctor.objects.visible_to(actor).live().filter(user=actor.user_id)
    return rows.select_related("department").first()  # type: ignore[no-any-return]


def wards(actor: Actor, *, limit: int = 12) -> list[Ward]:
    """The first live wards, each with how many live beds stand in it."""
    rows = Ward.objects.visible_to(actor, "list").live().order_by("code", "id")
    standing = Count("beds", filter=Q(beds__retired_at__isnull=True))
    return list(rows.annotate(bed_count=standing)[:limit])


def happenings(actor: Actor, *, limit: int = 10) -> list[dict[str, Any]]:
    """The newest events at the actor's hospital that are not the actor's own: {"event", "person"}; two queries."""
    rows = AuditEvent.objects.filter(policy.scope_q(actor, "hospital.audit.list"))
    found = list(rows.exclude(user_id=actor.user_id).order_by("-id")[:limit])
    people = User.objects.filter(pk__in={event.user_id for event in found})
    names = dict(people.values_list("pk", "full_name"))
    return [{"event": event, "person": names.get(event.user_id, "")} for event in found]


def hospitals(actor: Actor, *, limit: int = 20) -> QuerySet[Hospital, Any]:
    """The live hospitals the actor sees, each with how many people work there."""
    rows = Hospital.objects.visible_to(actor, "list").live().order_by("code", "id")
    working = Q(memberships__retired_at__isnull=True, memberships__user__is_active=True)
    return rows.annotate(staff=Count("memberships__user", filter=working, distinct=True))[:limit]


def _working() -> Any:
    """The roles in force of people who may sign in."""
    return Membership.objects.in_force().filter(user__is_active=True, user__kind=User.Kind.PERSON)


def _count(rows: Any, what: str = "pk") -> Coalesce:
    """How many of ``rows`` stand at the hospital of the outer query."""
    here = rows.filter(hospital=OuterRef("pk")).order_by().values(at=F("hospital"))
    return Coalesce(Subquery(here.annotate(found=Count(what, distinct=True)).values("found")), 0)
