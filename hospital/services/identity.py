"""From an account to the actor it is at one hospital."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from allauth.mfa.models import Authenticator
from django.db.models import Exists, OuterRef

from hospital.kit.actors import Actor
from hospital.models import Hospital, Installation, User


@dataclass(frozen=True, slots=True)
class Workplace:
    """Where an account works and as what; ``hospital`` is None for the installation's operator."""

    hospital: Hospital | None
    roles: frozenset[str]
    has_second_factor: bool = False

    @property
    def id(self) -> UUID | None:
        return self.hospital.pk if self.hospital else None


def workplaces(user: User) -> list[Workplace]:
    """Where the account's memberships count today, by hospital name; one query."""
    apps = Authenticator.objects.filter(user=OuterRef("user"), type=Authenticator.Type.TOTP)
    rows = user.memberships.in_force().annotate(has_second_factor=Exists(apps))
    places: dict[Hospital | None, set[str]] = {}
    has_second_factor = False
    for row in rows.select_related("hospital").order_by("hospital__name", "id"):
        places.setdefault(row.hospital, set()).add(row.role)
        has_second_factor = row.has_second_factor
    return [
        Workplace(hospital, frozenset(roles), has_second_factor)
        for hospital, roles in places.items()
    ]


def actor_of(
    user: User,
    place: Workplace | None,
    *,
    door: str,
    auth_at: datetime | None = None,
    request_id: str = "",
    ip: str | None = None,
) -> Actor:
    """The actor ``user`` is at ``place``; without a place one who may do nothing."""
    return Actor(
        user_id=user.pk,
        name=str(user),
        kind=user.kind,
        hospital_id=place.id if place else None,
        roles=place.roles if place else frozenset(),
        habits=_habits(place),
        door=door,
        auth_at=auth_at,
        request_id=request_id,
        ip=ip,
    )


def _habits(place: Workplace | None) -> frozenset[str]:
    hospital = place.hospital if place else None
    return frozenset({"shows_allergies"} if hospital and hospital.shows_allergies else ())


def command_actor(hospital_id: UUID | None, *roles: str, name: str = "setup") -> Actor:
    """The actor of a command typed by somebody with access to the machine, who acts as ``roles``."""
    return Actor(
        user_id=None, name=name, kind="system", hospital_id=hospital_id,
        roles=frozenset(roles), door="command",
    )  # fmt: skip


def is_demo() -> bool | None:
    """Whether this database was made as a demo; None while nobody has said what it is for."""
    return Installation.objects.values_list("is_demo", flat=True).first()
