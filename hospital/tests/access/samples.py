"""One row of every kind and every relation to the person who asks: own hospital, other hospital, self …"""

from dataclasses import dataclass, replace
from typing import Any

from hospital.kit import clock
from hospital.kit.actors import Actor
from hospital.models import ApiToken, AuditEvent, Department, Hospital, Membership, User, Ward
from hospital.models.tokens import grantable_scopes
from hospital.tests import factories
from records.models import Patient
from records.tests.factories import PatientFactory, register

from .oracle import COLUMNS


@dataclass
class World:
    """Two hospitals, one actor per column of the matrix at the first, and rows around them."""

    here: Hospital
    there: Hospital
    actors: dict[str, Actor]
    rows: dict[str, dict[str, Any]]

    def objects(self, permission: str, actor: Actor) -> dict[str, Any]:
        """Relation -> row, as this actor would meet it with this act."""
        resource, action = permission.rsplit(".", 1)
        if action == "create":
            return _new(resource, self)
        rows = dict(self.rows.get(resource, {}))
        if resource == "hospital.user":
            rows["self"] = User.objects.get(pk=actor.user_id)
        if resource == "hospital.membership":
            rows["self"] = Membership.objects.get(user=actor.user_id)
        return rows


def world() -> World:
    here, there = factories.HospitalFactory(), factories.HospitalFactory()
    actors = {column: _actor(column, here) for column in COLUMNS}
    made = World(here, there, actors, {})
    made.rows = {
        "hospital.hospital": {"own": here, "other": there},
        **_places(here, there),
        **_people(here, there),
        **_records(here, there),
    }
    return made


def _actor(column: str, here: Hospital) -> Actor:
    if column != "platform":
        return factories.actor(column, here)
    platform = factories.actor("operator", door="api")
    scopes = frozenset(scope for scope in grantable_scopes() if scope.startswith("hospital."))
    return replace(platform, kind="client", scopes=scopes, auth_at=None)


def _places(here: Hospital, there: Hospital) -> dict[str, dict[str, Any]]:
    return {
        "hospital.department": {
            "own": factories.DepartmentFactory(hospital=here),
            "other": factories.DepartmentFactory(hospital=there),
        },
        "hospital.ward": {
            "own": factories.WardFactory(hospital=here),
            "other": factories.WardFactory(hospital=there),
        },
    }


def _people(here: Hospital, there: Hospital) -> dict[str, dict[str, Any]]:
    users = {
        "colleague": factories.employ("doctor", here),
        "administrator": factories.employ("administrator", here),
        "other": factories.employ("doctor", there),
        "other_administrator": factories.employ("administrator", there),
        "both": factories.employ("nurse", here),
        "left": factories.employ("nurse", here),
    }
    factories.employ("nurse", there, user=users["both"])
    Membership.objects.filter(user=users["left"]).update(retired_at=clock.now())
    memberships = {
        name: row.memberships.get() for name, row in users.items() if name not in {"both", "left"}
    }
    return {
        "hospital.user": users,
        "hospital.membership": memberships,
        "hospital.token": {
            "own": factories.TokenFactory(hospital=here),
            "other": factories.TokenFactory(hospital=there),
            "platform": factories.TokenFactory(hospital=None),
        },
    }


def _records(here: Hospital, there: Hospital) -> dict[str, dict[str, Any]]:
    both = PatientFactory(at=here)
    register(both, there)
    events = {
        name: AuditEvent.objects.create(
            act="x.y.z", hospital_id=hospital.pk, actor_kind="person", door="web"
        )
        for name, hospital in (("own", here), ("other", there))
    }
    return {
        "hospital.audit": events,
        "records.patient": {
            "own": PatientFactory(at=here), "other": PatientFactory(at=there), "both": both,
        },
    }  # fmt: skip


def _new(resource: str, world: World) -> dict[str, Any]:
    """Rows about to be made, not stored."""
    here, there = world.here, world.there
    people = world.rows["hospital.user"]
    return {
        "hospital.hospital": {"own": Hospital()},
        "hospital.department": {"own": Department(hospital=here), "other": Department(hospital=there)},
        "hospital.ward": {"own": Ward(hospital=here), "other": Ward(hospital=there)},
        "hospital.user": {"new": User()},
        "hospital.membership": {
            "colleague": Membership(user=people["colleague"], hospital=here, role="nurse"),
            "administrator": Membership(user=people["colleague"], hospital=here, role="administrator"),
            "other": Membership(user=people["other"], hospital=there, role="nurse"),
            "other_administrator": Membership(user=people["other"], hospital=there, role="administrator"),
            "operator": Membership(user=people["other"], role="operator"),
        },
        "hospital.token": {
            "own": ApiToken(hospital=here), "other": ApiToken(hospital=there), "platform": ApiToken(),
        },
        "records.patient": {"own": Patient()},
    }.get(resource, {})  # fmt: skip
