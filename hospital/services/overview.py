"""Figures for the home pages: how far a hospital is set up, which hospitals there are."""

from typing import Any

from django.db.models import Count, Q, QuerySet

from hospital.kit import clock
from hospital.kit.actors import Actor
from hospital.models import ApiToken, Department, Hospital, Membership, Ward


def of_hospital(actor: Actor) -> dict[str, int]:
    """How many live departments, wards, people and programs the actor's hospital has."""
    mine = {"hospital_id": actor.hospital_id}
    staff = Membership.objects.in_force().filter(user__is_active=True, **mine)
    return {
        "departments": Department.objects.live().filter(**mine).count(),
        "wards": Ward.objects.live().filter(**mine).count(),
        "staff": staff.filter(user__kind="person").values("user").distinct().count(),
        "tokens": ApiToken.objects.live().filter(expires_at__gt=clock.now(), **mine).count(),
    }


def own(actor: Actor) -> Hospital:
    """The hospital the actor is working for."""
    return Hospital.objects.visible_to(actor).get(pk=actor.hospital_id)  # type: ignore[misc]


def hospitals(actor: Actor, *, limit: int = 20) -> QuerySet[Hospital, Any]:
    """The live hospitals the actor sees, each with how many people work there."""
    rows = Hospital.objects.visible_to(actor, "list").live().order_by("code", "id")
    working = Q(memberships__retired_at__isnull=True, memberships__user__is_active=True)
    return rows.annotate(staff=Count("memberships__user", filter=working, distinct=True))[:limit]
