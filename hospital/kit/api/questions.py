"""The two questions that every resource is asked all day, compiled once: one record, and its list."""

from collections.abc import Sequence
from functools import lru_cache
from typing import Any
from uuid import UUID

from hospital.kit import clock, keyset, policy
from hospital.kit.actors import Actor
from hospital.kit.prepared import HERE, SELF, TODAY, Prepared, shape_of, some_id

from .rows import Plan, plan_of

_PK = some_id(3)


def one(
    serializer_class: Any, actor: Actor, pk: UUID | None, *, with_retired: bool
) -> list[dict[str, Any]]:
    """The columns of the one record that `actor` may read, or nothing."""
    columns, asked = _one(serializer_class, shape_of(actor), with_retired)
    found = asked.rows(actor.hospital_id, actor.user_id, clock.today(), pk)
    return [dict(zip(columns, row, strict=True)) for row in found]


def page(
    serializer_class: Any,
    actor: Actor,
    *,
    order: Sequence[str],
    limit: int,
    cursor: str | None,
    bound_to: Sequence[object],
) -> keyset.Page:
    """One page of all live records that `actor` may list."""
    pages = _pages(serializer_class, shape_of(actor), tuple(order), limit)
    values = (actor.hospital_id, actor.user_id, clock.today())
    return pages.page(*values, cursor=cursor, bound_to=bound_to)


@lru_cache(maxsize=512)
def _one(
    serializer_class: Any, shape: Actor, with_retired: bool
) -> tuple[tuple[str, ...], Prepared]:
    columns = _plan(serializer_class, shape).columns_with()
    rows = serializer_class.Meta.model.objects.visible_to(shape, "read").filter(pk=_PK)
    live = (rows if with_retired else rows.live()).on_day(TODAY)
    return columns, Prepared(live.values_list(*columns), [HERE, SELF, TODAY, _PK])


@lru_cache(maxsize=512)
def _pages(serializer_class: Any, shape: Actor, order: tuple[str, ...], limit: int) -> keyset.Pages:
    names = (name.removeprefix("-") for name in order)
    columns = _plan(serializer_class, shape).columns_with(*names)
    rows = serializer_class.Meta.model.objects.visible_to(shape, "list").live().on_day(TODAY)
    return keyset.Pages(rows, columns, order=order, limit=limit, stand_ins=[HERE, SELF, TODAY])


def _plan(serializer_class: Any, shape: Actor) -> Plan:
    resource = serializer_class.Meta.model.resource
    return plan_of(serializer_class, policy.fields_of(shape, resource, "read"))
