"""Figures for the home pages: how far a hospital is set up, which hospitals there are."""

from typing import Any

from django.db.models import Count, F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from hospital.kit import clock
from hospital.kit.actors import Actor
from hospital.models import ApiToken, Department, Hospital, Membership, User, Ward


def own(actor: Actor) -> Hospital:
    """The hospital the actor is working for."""
    return Hospital.objects.visible_to(actor).get(pk=actor.hospital_id)  # type: ignore[misc]


def counted(actor: Actor) -> tuple[Hospital, dict[str, int]]:
    """The actor's hospital, and how many live departments, wards, people and programs' keys it has: one query."""
    people = Membership.objects.in_force().filter(user__is_active=True, user__kind=User.Kind.PERSON)
    keys = ApiToken.objects.live().filter(expires_at__gt=clock.now())
    here = (
        Hospital.objects.visible_to(actor)
        .annotate(
            department_count=_count(Department.objects.live()),
            ward_count=_count(Ward.objects.live()),
            staff_count=_count(people, "user"),
            token_count=_count(keys),
        )
        .get(pk=actor.hospital_id)  # type: ignore[misc]
    )
    return here, {
        "departments": here.department_count,
        "wards": here.ward_count,
        "staff": here.staff_count,
        "tokens": here.token_count,
    }


def hospitals(actor: Actor, *, limit: int = 20) -> QuerySet[Hospital, Any]:
    """The live hospitals the actor sees, each with how many people work there."""
    rows = Hospital.objects.visible_to(actor, "list").live().order_by("code", "id")
    working = Q(memberships__retired_at__isnull=True, memberships__user__is_active=True)
    return rows.annotate(staff=Count("memberships__user", filter=working, distinct=True))[:limit]


def _count(rows: Any, what: str = "pk") -> Coalesce:
    """How many of ``rows`` stand at the hospital of the outer query."""
    here = rows.filter(hospital=OuterRef("pk")).order_by().values(at=F("hospital"))
    return Coalesce(Subquery(here.annotate(found=Count(what, distinct=True)).values("found")), 0)
