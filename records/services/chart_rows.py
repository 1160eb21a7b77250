"""What stands in a chart, of whatever kind, in one shape: so that many kinds are read with one query."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, fields
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import BigIntegerField, CharField, DateTimeField, F, QuerySet, Value
from django.db.models.functions import Cast

from hospital.kit import policy
from hospital.kit.actors import Actor
from hospital.kit.quantities import QuantityField
from hospital.models import Doctor
from records.models import Observation


@dataclass(frozen=True, slots=True)
class Row:
    """One thing in a chart. ``mark`` is what its kind calls its state: a status, a certainty, an interpretation."""

    kind: str
    id: UUID
    at: dt.datetime | None = None
    until: dt.datetime | None = None
    title: str = ""
    detail: str = ""
    mark: str = ""
    since: str = ""
    system: str = ""
    code: str = ""
    value: Decimal | None = None
    who_title: str | None = ""
    who_given: str | None = ""
    who_family: str | None = ""

    @property
    def who(self) -> str:
        """The doctor as the product writes one."""
        return str(
            Doctor(
                title=self.who_title or "",
                given_names=self.who_given or "",
                family_name=self.who_family or "",
            )
        )


def branch(kind: str, rows: Any, *, doctor: str = "", **columns: Any) -> QuerySet:
    """``rows`` of one model with what of each goes into which field of Row: a field's name or an expression."""
    if doctor:
        columns |= {
            "who_title": f"{doctor}__title", "who_given": f"{doctor}__given_names",
            "who_family": f"{doctor}__family_name",
        }  # fmt: skip
    told = {**_NOTHING, "kind": Value(kind, CharField()), "id": "pk", **columns}
    listed = [told[each.name] for each in fields(Row)]
    return rows.order_by().values_list(*(F(one) if isinstance(one, str) else one for one in listed))


def newest(rows: Any, most: int) -> Any:
    """The first ``most`` of the rows, as a query of a UNION may hold them on both engines."""
    return rows.model.objects.filter(pk__in=rows.values("pk")[:most])


def read(branches: Iterable[QuerySet]) -> list[Row]:
    """All of them with one query; none for none."""
    asked = list(branches)
    if not asked:
        return []
    rows = asked[0].union(*asked[1:], all=True) if asked[1:] else asked[0]
    return [Row(*row) for row in rows]


def reads_all(actor: Actor, resource: str) -> bool:
    """Whether the actor lists such rows, and may read all that they say."""
    allowed = policy.allows(actor, f"{resource}.list")
    return allowed and policy.fields_of(actor, resource, "read") is None


def observed(row: Row) -> Observation:
    """The observation again, as far as it was read."""
    assert row.at is not None  # it was taken at some time
    return Observation(
        id=row.id, taken_at=row.at, name=row.title, category=row.detail, interpretation=row.mark,
        code_system=row.system, code=row.code, value=row.value,
    )  # fmt: skip


_TEXT = Value("", CharField())
# PostgreSQL has to be told of which type a NULL is.
_MOMENT = Cast(Value(None), DateTimeField())
_QUANTITY = Cast(Cast(Value(None), BigIntegerField()), QuantityField())
_NOTHING: dict[str, Any] = {
    **dict.fromkeys((each.name for each in fields(Row)), _TEXT),
    "at": _MOMENT, "until": _MOMENT, "value": _QUANTITY,
}  # fmt: skip
