"""Questions that are asked all day, compiled once.

Building and compiling a queryset takes Django several times as long as PostgreSQL takes to answer it
(0.4 ms against 0.05 for a row by its key). A ``Prepared`` keeps the SQL of one queryset that was
built with stand-ins, and runs it with the values of the moment. Only for the few questions of every
request; everything else is a queryset.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import chain
from typing import Any
from uuid import UUID

from django.core.exceptions import EmptyResultSet, ImproperlyConfigured
from django.db import connections
from django.db.models import QuerySet

from .actors import Actor

_FARTHEST = datetime(9000, 1, 1, tzinfo=UTC)


def some_id(number: int) -> UUID:
    """A stand-in for an id. No row has it, so a stand-in left in by mistake finds nothing."""
    return UUID(int=(1 << 128) - 1 - number)


def some_text(number: int) -> str:
    """A stand-in for text, of a sign that nobody writes."""
    return f"\ue000{number}"


def some_number(number: int) -> int:
    """A stand-in for a number, of those that every column of numbers can hold."""
    return 32_000 + number


def some_moment(number: int) -> datetime:
    """A stand-in for a moment."""
    return _FARTHEST + timedelta(seconds=number)


def some_day(number: int) -> date:
    """A stand-in for a day."""
    return some_moment(0).date() + timedelta(days=number)


HERE, SELF = some_id(1), some_id(2)
# The stand-in for the date.
TODAY = date(8999, 12, 31)
# A stand-in within a list: as many ids as there are, of an ``__in=[EACH]``.
EACH = some_id(9)


def shape_of(actor: Actor) -> Actor:
    """What a query by ``actor`` is compiled for: the same rights, with stand-ins for who and where.

    Holds because a scope puts the actor's ids into its condition and looks at nothing else of them
    than whether they are there.
    """
    return replace(
        actor, hospital_id=actor.hospital_id and HERE, user_id=actor.user_id and SELF,
        name="", token_id=None, auth_at=None, request_id="", ip=None,
    )  # fmt: skip


class Prepared:
    """One SELECT of named columns (``values_list``), for any values in place of ``stand_ins``.

    A stand-in in a list, ``[EACH]``, is for a list of any length, in an ``__in`` of its own; ids or texts.
    Without ``keeps_plan`` the server plans each time by the values: for questions that one value answers with
    a row, and another with half the table.
    """

    def __init__(self, queryset: QuerySet, stand_ins: Sequence[Any], *, keeps_plan: bool = True):
        self.alias, self.keeps_plan = queryset.db, keeps_plan
        self.compiler = queryset.query.get_compiler(self.alias)
        stored = [_stored(_only(value), self.alias) for value in stand_ins]
        try:
            sql, params = self.compiler.as_sql()
        except EmptyResultSet:
            self.pieces, params = [], ()
            return
        self.pieces, self.params = sql.split("%s"), list(params)
        self.places = [
            (place, stored.index(param)) for place, param in enumerate(params) if param in stored
        ]
        self.lists = [
            (place, _only(stand_ins[number]))
            for place, number in self.places
            if isinstance(stand_ins[number], list)
        ]
        self._as_arrays()
        columns = [column for column, _, _ in self.compiler.select[: self.compiler.col_count]]
        self.converters = self.compiler.get_converters(columns)

    def rows(self, *values: Any) -> Iterable[Sequence[Any]]:
        """The rows for these values, in the order of the stand-ins."""
        if not self.pieces:
            return []
        stored = [_stored(value, self.alias) for value in values]
        params = list(self.params)
        for place, number in self.places:
            params[place] = stored[number]
        sql, params = self._with_lists(params) if self.lists else ("%s".join(self.pieces), params)
        alias = self.alias
        with _cursor(alias) if self.keeps_plan else connections[alias].cursor() as cursor:
            cursor.execute(sql, params)
            found = cursor.fetchall()
        return self.compiler.apply_converters(found, self.converters) if self.converters else found

    def _as_arrays(self) -> None:
        """Say ``= ANY(array)`` for the lists, where the server has arrays."""
        for place, stand_in in self.lists:
            before, after = self.pieces[place], self.pieces[place + 1]
            if not (before.endswith("IN (") and after.startswith(")")):
                raise ImproperlyConfigured(f"{stand_in!r} stands in an __in of its own: {before}")
            if connections[self.alias].vendor == "postgresql":
                kind = "uuid" if isinstance(stand_in, UUID) else "text"
                self.pieces[place] = f"{before.removesuffix('IN (')}= ANY("
                self.pieces[place + 1] = f"::{kind}[]{after}"

    def _with_lists(self, params: list[Any]) -> tuple[str, list[Any]]:
        """The question and its values, with an array for each list, or a place for each that is in it."""
        if connections[self.alias].vendor == "postgresql":
            for place, stand_in in self.lists:
                if isinstance(stand_in, UUID):
                    # As one text, because the driver takes longer over a list than the server over the rows.
                    params[place] = f"{{{','.join([each.hex for each in params[place]])}}}"
            return "%s".join(self.pieces), params
        many = {place for place, _ in self.lists}
        each = [param if at in many else [param] for at, param in enumerate(params)]
        marks = [", ".join(["%s"] * len(one)) for one in each]
        sql = "".join(
            f"{piece}{mark}" for piece, mark in zip(self.pieces, [*marks, ""], strict=True)
        )
        return sql, list(chain.from_iterable(each))


class PreparedRecords(Prepared):
    """One SELECT of whole records with what the queryset adds to them, in the same way."""

    def __init__(self, queryset: QuerySet, stand_ins: Sequence[Any]):
        self.model: Any = queryset.model
        self.names = [field.attname for field in self.model._meta.concrete_fields]
        self.added = list(queryset.query.annotation_select)
        super().__init__(queryset.values_list(*self.names, *self.added), stand_ins)

    def records(self, *values: Any) -> list[Any]:
        """The records for these values, in the order of the stand-ins."""
        return [self._record(row) for row in self.rows(*values)]

    def _record(self, row: Sequence[Any]) -> Any:
        own = len(self.names)
        record = self.model.from_db(self.alias, self.names, row[:own])
        for name, value in zip(self.added, row[own:], strict=True):
            setattr(record, name, value)
        return record


def _cursor(alias: str) -> Any:
    """A cursor; on a pooled connection to PostgreSQL one whose statements the server keeps planned.

    Planning is half of what the server does for a row by its key. Django's own cursors put the
    values into the text of a statement, which leaves nothing to keep.
    """
    connection: Any = connections[alias]
    connection.ensure_connection()
    if getattr(connection.connection, "prepare_threshold", None) is None:
        return connection.cursor()
    from django.db.backends.postgresql.base import ServerBindingCursor

    plain: Any = ServerBindingCursor
    return connection._prepare_cursor(plain(connection.connection))


def _only(stand_in: Any) -> Any:
    return stand_in[0] if isinstance(stand_in, list) else stand_in


def _stored(value: Any, alias: str) -> Any:
    """A value as Django hands it to this engine's driver."""
    connection = connections[alias]
    if isinstance(value, list):
        return [_stored(each, alias) for each in value]
    if isinstance(value, UUID) and not connection.features.has_native_uuid_field:
        return value.hex
    if isinstance(value, datetime):
        return connection.ops.adapt_datetimefield_value(value)
    if isinstance(value, date):
        return connection.ops.adapt_datefield_value(value)
    return value
