"""Paging by position instead of by number: page 20,000 costs what page 1 costs, nothing is counted.

A page is found by "the rows after this one" in an order that ends in the id. The cursor is sealed:
it is unreadable (a sort key is a patient's name, and a cursor stands in a URL), and it opens only
for the same table, order and filters it was made for.
"""

import base64
import binascii
import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import orjson
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESSIV
from django.conf import settings
from django.core.exceptions import FieldDoesNotExist, ImproperlyConfigured, ValidationError
from django.db.models import DateField, DateTimeField, Field, IntegerField, Q, QuerySet, UUIDField
from django.utils.crypto import salted_hmac

from hospital.kit import codes
from hospital.kit.prepared import (
    Prepared,
    some_day,
    some_id,
    some_moment,
    some_number,
    some_text,
)

DEFAULT_LIMIT = 50
MAX_LIMIT = 100
LONGEST_CURSOR = 2000


@dataclass(frozen=True)
class Page:
    """The rows of one page, and the cursor of the next (None on the last page)."""

    rows: list[Any]
    next: str | None


def page(
    queryset: QuerySet,
    *,
    order: Sequence[str],
    cursor: str | None = None,
    limit: int = DEFAULT_LIMIT,
    bound_to: Sequence[object] = (),
) -> Page:
    """The `limit` rows of `queryset` that follow `cursor` in `order`, with one query.

    `order` names fields as `order_by` does, may mix directions, and ends in the id; none of them
    may be null. `bound_to` is whatever else the cursor must not be carried across: the filters, the
    hospital. Works over instances and over `.values()` that contain the ordering fields.
    Raises ValidationError `cursor_invalid` for a cursor of another list, or one tampered with.
    """
    steps = _steps(queryset, order)
    seal = _fingerprint(queryset, order, bound_to)
    if cursor:
        queryset = queryset.filter(_after(steps, _open(cursor, seal, steps)))
    return _cut(list(queryset.order_by(*order)[: limit + 1]), limit, steps, seal)


def batches(queryset: QuerySet, *, order: Sequence[str], size: int) -> Iterator[list[Any]]:
    """All the rows in their order, ``size`` at a time and each batch found by position, as ``page`` does."""
    steps = _steps(queryset, order)
    ordered = queryset.order_by(*order)
    rows = list(ordered[:size])
    while rows:
        yield rows
        if len(rows) < size:
            return
        last = [_value(rows[-1], step.path) for step in steps]
        rows = list(ordered.filter(_after(steps, last))[:size])


class Pages:
    """The pages of a list that is asked for all day: `page`, with its two questions compiled once.

    `queryset` is one of `columns`, among them those of the order, built with `stand_ins`.
    """

    def __init__(
        self, queryset: QuerySet, columns: Sequence[str], *,
        order: Sequence[str], limit: int, stand_ins: Sequence[Any], keeps_plan: bool = True,
    ):  # fmt: skip
        self.queryset, self.order, self.limit = queryset, order, limit
        self.columns = columns
        self.steps = _steps(queryset, order)
        places = [_stand_in(step.field, 100 + number) for number, step in enumerate(self.steps)]
        rows, size = queryset.values_list(*columns).order_by(*order), limit + 1
        later = rows.filter(_after(self.steps, places))
        self.first = Prepared(rows[:size], stand_ins, keeps_plan=keeps_plan)
        self.later = Prepared(later[:size], [*stand_ins, *places], keeps_plan=keeps_plan)

    def page(
        self, *values: Any, cursor: str | None, bound_to: Sequence[object], room: int | None = None
    ) -> Page:
        """As `page` answers, over rows of dicts; `values` stand in the place of the stand-ins. Of the rows only
        the first are kept for which there is `room`.
        """
        seal = _fingerprint(self.queryset, self.order, bound_to)
        after = _open(cursor, seal, self.steps) if cursor else []
        found = (self.later if after else self.first).rows(*values, *after)
        rows = [dict(zip(self.columns, row, strict=True)) for row in found]
        return _cut(rows, room or self.limit, self.steps, seal)


def _stand_in(field: Any, number: int) -> Any:
    if isinstance(field, UUIDField):
        return some_id(number)
    if isinstance(field, DateField):  # a moment is one too
        is_moment = isinstance(field, DateTimeField)
        return some_moment(number) if is_moment else some_day(number)
    if isinstance(field, IntegerField):
        return some_number(number)
    return some_text(number)


def _cut(rows: list[Any], limit: int, steps: "list[_Step]", seal: bytes) -> Page:
    """A page from one row more than it may have."""
    if len(rows) <= limit:
        return Page(rows, None)
    rows = rows[:limit]
    return Page(rows, _close([_value(rows[-1], step.path) for step in steps], seal))


def limit_of(raw: str | None) -> int:
    """How many rows a page may have, from what the caller sent: 1 to 100, 50 when nothing was.

    Raises ValidationError `limit_invalid`.
    """
    if raw is None or raw == "":
        return DEFAULT_LIMIT
    # The length is looked at first: int() of a million digits is a way to keep a server busy.
    if not (len(raw) <= 3 and raw.isascii() and raw.isdigit() and 1 <= int(raw) <= MAX_LIMIT):
        raise _refused("limit", "limit_invalid")
    return int(raw)


@dataclass(frozen=True)
class _Step:
    path: str
    descending: bool
    field: Field


def _steps(queryset: QuerySet, order: Sequence[str]) -> list[_Step]:
    steps = [_step(queryset, name) for name in order]
    if not steps or steps[-1].path.rsplit("__", 1)[-1] not in ("id", "pk"):
        raise ImproperlyConfigured(f"A keyset order ends in the id: {list(order)}")
    return steps


def _step(queryset: QuerySet, name: str) -> _Step:
    path = name.removeprefix("-")
    annotation = queryset.query.annotations.get(path)
    field = annotation.output_field if annotation is not None else _field(queryset.model, path)
    if annotation is None and field.null:
        raise ImproperlyConfigured(
            f"A keyset order cannot stand on a field that may be null: {path}"
        )
    return _Step(path, name.startswith("-"), field)


def _field(model: Any, path: str) -> Any:
    *relations, last = path.split("__")
    for relation in relations:
        model = model._meta.get_field(relation).related_model
    if last == "pk":
        return model._meta.pk
    try:
        return model._meta.get_field(last)
    except FieldDoesNotExist as missing:
        raise ImproperlyConfigured(str(missing)) from missing


def _after(steps: list[_Step], values: list[Any]) -> Q:
    """The condition "later than these values": `a >= x AND (a <> x OR (… id > y))`.

    The outer `a >= x` is what lets both engines start in the index. `a <> x`, not `a > x`: PostgreSQL
    takes the two comparisons for independent, expects hardly a row deep in a list, and walks the table.
    """
    step, value = steps[0], values[0]
    if len(steps) == 1:
        return Q((f"{step.path}__{'lt' if step.descending else 'gt'}", value))
    reached = Q((f"{step.path}__{'lte' if step.descending else 'gte'}", value))
    return reached & (~Q((step.path, value)) | _after(steps[1:], values[1:]))


def _value(row: Any, path: str) -> Any:
    if isinstance(row, dict):
        return row[path]
    for name in path.split("__"):
        row = getattr(row, name)
    return row


def _fingerprint(queryset: QuerySet, order: Sequence[str], bound_to: Sequence[object]) -> bytes:
    parts = [queryset.model._meta.label, list(order), [str(part) for part in bound_to]]
    return hashlib.sha256(orjson.dumps(parts)).digest()


def _close(values: list[Any], seal: bytes) -> str:
    sealed = AESSIV(_key(settings.SECRET_KEY)).encrypt(orjson.dumps(values, default=str), [seal])
    return base64.urlsafe_b64encode(sealed).decode().rstrip("=")


def _open(cursor: str, seal: bytes, steps: list[_Step]) -> list[Any]:
    if len(cursor) > LONGEST_CURSOR:
        raise _refused("cursor", "cursor_invalid")
    try:
        sealed = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError) as broken:
        raise _refused("cursor", "cursor_invalid") from broken
    for secret in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS):
        try:
            values = orjson.loads(AESSIV(_key(secret)).decrypt(sealed, [seal]))
        except (InvalidTag, ValueError):
            continue
        return [step.field.to_python(value) for step, value in zip(steps, values, strict=True)]
    raise _refused("cursor", "cursor_invalid")


def _key(secret: str | bytes) -> bytes:
    return salted_hmac("hospital.kit.keyset", "cursor", secret=secret, algorithm="sha512").digest()


def _refused(name: str, code: str) -> ValidationError:
    return ValidationError({name: ValidationError(codes.sentence(code), code)})
