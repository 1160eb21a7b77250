"""What the policy does against what the matrix says, act by act, role by role, row by row."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any

from hospital.kit import policy
from hospital.kit.actors import Actor
from hospital.kit.errors import Denied, NotVisible

from . import oracle
from .oracle import Answer
from .samples import World


def differences(
    world: World,
    permissions: Iterable[str] | None = None,
    columns: Iterable[str] = oracle.COLUMNS,
) -> Iterator[str]:
    """Every cell in which the policy and the matrix disagree, in words."""
    for permission, column, relation, row in cases(world, permissions, columns):
        says = oracle.expected(permission, column, relation)
        actor = world.actor(column, relation)
        does = observed(actor, permission, relation, row)
        if says != does:
            yield f"{permission} / {column} / {relation}: the matrix says {says}, the policy does {does}"
        if (
            row is not None
            and not row._state.adding
            and does.allowed != _found(actor, permission, row)
        ):
            yield f"{permission} / {column} / {relation}: a list and a single look disagree"


def cases(
    world: World, permissions: Iterable[str] | None, columns: Iterable[str]
) -> Iterator[tuple[str, str, str | None, Any]]:
    """(permission, column, relation, row), relation None being the act without any row."""
    for permission in sorted(oracle.permissions() if permissions is None else permissions):
        for column in columns:
            yield permission, column, None, None
            for relation, row in world.objects(permission, world.actors[column]).items():
                yield permission, column, relation, row


def observed(actor: Actor, permission: str, relation: str | None, row: Any) -> Answer:
    """What the policy does."""
    if not policy.allows(actor, permission, row):
        _insist_on_refusal(actor, permission, row)
        return Answer(allowed=False)
    resource, action = permission.rsplit(".", 1)
    names = oracle.FIELDS.get(resource, set())
    return Answer(
        allowed=True,
        step_up=_refused(replace(actor, auth_at=None), permission, row) == "reauth",
        second_person=policy.needs_second_person(actor, permission),
        fields=frozenset(name for name in names if not _refused(actor, permission, row, name)),
        masked=policy.masked_of(actor, resource) if action == "read" else frozenset(),
    )


def _found(actor: Actor, permission: str, row: Any) -> bool:
    """Whether a query under the same permission finds the row: scope and list must agree."""
    (resource, action), model = permission.rsplit(".", 1), type(row)
    is_its_own = getattr(model, "resource", resource) == resource
    if is_its_own and hasattr(model.objects, "visible_to"):
        return model.objects.visible_to(actor, action).filter(pk=row.pk).count() == 1
    return model.objects.filter(policy.scope_q(actor, permission), pk=row.pk).count() == 1


def _insist_on_refusal(actor: Actor, permission: str, row: Any) -> None:
    """allows() and require() must never disagree."""
    assert _refused(actor, permission, row), f"require() lets {permission} pass"


def _refused(actor: Actor, permission: str, row: Any, *fields: str) -> str:
    try:
        policy.require(actor, permission, row, fields=fields)
    except (Denied, NotVisible) as exc:
        return exc.code
    return ""
