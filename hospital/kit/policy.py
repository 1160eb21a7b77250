"""Who may do what: one list of rules per app, and the only place that decides.

A permission is ``"<resource>.<action>"``, e.g. ``"records.patient.update"``. An absent cell denies;
an unknown permission raises, so that a typing error never opens a door.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db.models import Q

from . import clock
from .actors import Actor
from .errors import Denied, NotSignedIn, NotVisible

FRESH = timedelta(minutes=5)
READING = {"read", "list"}


@dataclass(frozen=True)
class Scope:
    """Which rows a rule reaches: ``q`` filters a query, ``covers`` answers for one loaded row."""

    name: str
    q: Callable[[Actor], Q]
    covers: Callable[[Actor, Any], bool]


everywhere = Scope("everywhere", lambda _actor: Q(), lambda _actor, _obj: True)
nowhere = Scope("nowhere", lambda _actor: Q(pk__in=[]), lambda _actor, _obj: False)
own_hospital = Scope(
    "own_hospital",
    lambda actor: Q(hospital_id=actor.hospital_id) if actor.hospital_id else Q(pk__in=[]),
    lambda actor, obj: actor.hospital_id is not None and obj.hospital_id == actor.hospital_id,
)


@dataclass(frozen=True)
class Rule:
    """``roles`` may do ``actions`` on ``resource`` within ``scope``; ``fields`` None means every field.

    ``masked`` fields are shown by their last characters only. ``step_up`` asks a person for the
    password again when the last time is more than five minutes ago; a token has scopes instead.
    With ``second_person`` somebody else has to approve before anything happens.
    """

    resource: str
    actions: str
    roles: frozenset[str]
    scope: Scope = own_hospital
    fields: frozenset[str] | None = None
    masked: frozenset[str] = frozenset()
    step_up: bool = False
    second_person: bool = False


class UnknownPermission(LookupError):
    """Nobody declared this permission; the code that asks for it is wrong."""


_rules: dict[str, list[Rule]] = {}


def register(rules: Iterable[Rule]) -> None:
    """Add an app's rules; called from its ``ready()``."""
    for rule in rules:
        for action in rule.actions.split():
            _rules.setdefault(f"{rule.resource}.{action}", []).append(rule)


def permissions() -> list[str]:
    """Every declared permission, sorted."""
    return sorted(_rules)


def is_declared(permission: str) -> bool:
    return permission in _rules


def rules_for(actor: Actor, permission: str) -> list[Rule]:
    """The rules that speak for this actor's roles and token scopes; raises UnknownPermission."""
    if permission not in _rules:
        raise UnknownPermission(permission)
    if actor.scopes is not None and needed_scope(permission) not in actor.scopes:
        return []
    return [rule for rule in _rules[permission] if rule.roles & actor.roles]


def permissions_of(role: str) -> list[str]:
    """Every permission that some rule gives this role, whatever its scope."""
    return sorted(p for p, rules in _rules.items() if any(role in rule.roles for rule in rules))


def needed_scope(permission: str) -> str:
    """The token scope a permission asks for, e.g. ``"records.patient:write"``."""
    resource, action = permission.rsplit(".", 1)
    return f"{resource}:{'read' if action in READING else 'write'}"


def allows(actor: Actor | None, permission: str, obj: Any = None) -> bool:
    """Whether the act would be permitted; for showing and hiding buttons, never instead of require()."""
    if actor is None:
        return False
    rules = rules_for(actor, permission)
    return any(obj is None or rule.scope.covers(actor, obj) for rule in rules)


def require(
    actor: Actor | None, permission: str, obj: Any = None, *, fields: Iterable[str] = ()
) -> None:
    """Raise unless ``actor`` may do this to ``obj``.

    NotSignedIn without an actor; NotVisible when the actor may not even know of ``obj``; Denied
    naming the permission otherwise, with code ``reauth`` when only a fresh password is missing and
    ``field_forbidden`` when only some of ``fields`` are out of reach.
    """
    if actor is None:
        raise NotSignedIn
    rules = rules_for(actor, permission)
    if not rules:
        raise Denied(permission)
    if obj is not None:
        rules = [rule for rule in rules if rule.scope.covers(actor, obj)]
        if not rules:
            raise _refusal_for(actor, permission, obj)
    forbidden = tuple(sorted(name for name in fields if not _writable(rules, name)))
    if forbidden:
        raise Denied(permission, code="field_forbidden", names=forbidden)
    if all(rule.step_up for rule in rules) and not is_fresh(actor):
        raise Denied(permission, code="reauth")


def is_fresh(actor: Actor) -> bool:
    """Whether the person showed credentials within the last five minutes; always true for tokens."""
    if actor.scopes is not None or actor.kind == "system":
        return True
    return actor.auth_at is not None and clock.now() - actor.auth_at <= FRESH


def needs_second_person(actor: Actor, permission: str) -> bool:
    """Whether somebody else has to approve what this actor asks for; whoever may do it alone need not wait."""
    rules = rules_for(actor, permission)
    return bool(rules) and all(rule.second_person for rule in rules)


def scope_q(actor: Actor | None, permission: str) -> Q:
    """The rows ``actor`` reaches with ``permission``, as a filter; nothing for a stranger."""
    rules = rules_for(actor, permission) if actor else []
    if actor is None or not rules:
        return Q(pk__in=[])
    condition = rules[0].scope.q(actor)
    for scope in {rule.scope for rule in rules} - {rules[0].scope}:
        condition |= scope.q(actor)
    return condition


def fields_of(actor: Actor, resource: str, action: str) -> frozenset[str] | None:
    """The fields the actor may touch with ``action``; None means all of them, empty means none."""
    rules = rules_for(actor, f"{resource}.{action}")
    if any(rule.fields is None for rule in rules):
        return None
    return frozenset().union(*(rule.fields or () for rule in rules))


def touches(actor: Actor, permission: str, name: str) -> bool:
    """Whether the actor may touch this field with the permission."""
    fields = fields_of(actor, *permission.rsplit(".", 1))
    return fields is None or name in fields


def masked_of(actor: Actor, resource: str) -> frozenset[str]:
    """The fields of ``resource`` the actor sees by their last characters only."""
    rules = rules_for(actor, f"{resource}.read")
    return frozenset.intersection(*(rule.masked for rule in rules)) if rules else frozenset()


def _writable(rules: list[Rule], name: str) -> bool:
    return any(rule.fields is None or name in rule.fields for rule in rules)


def _refusal_for(actor: Actor, permission: str, obj: Any) -> Exception:
    read = f"{permission.rsplit('.', 1)[0]}.read"
    return Denied(permission) if allows(actor, read, obj) else NotVisible()
