"""Rows on their way into a table, by the fastest way each engine has."""

from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import orjson
from django.db import connection
from django.db.models import Field, Model


class Table:
    """Collects rows of one model and writes them all at once: COPY on PostgreSQL.

    What ``add`` is not told gets the field's default. No signal is sent and no guard is asked
    except those of the database.
    """

    def __init__(self, model: type[Model]):
        fields = [field for field in model._meta.concrete_fields if not _is_numbered(field)]
        self.names = [field.attname for field in fields]
        self.columns = ", ".join(connection.ops.quote_name(str(field.column)) for field in fields)
        self.name = connection.ops.quote_name(model._meta.db_table)
        self.defaults = [
            field.get_default if field.has_default() else _empty(field) for field in fields
        ]
        self.storers = [(place, _storer(field)) for place, field in enumerate(fields)]
        self.rows: list[list[Any]] = []

    def add(self, facts: dict[str, Any]) -> None:
        """One more row, by column attribute; names that are no column of the table are passed over."""
        self.rows.append(
            [
                facts[name] if name in facts else default()
                for name, default in zip(self.names, self.defaults, strict=True)
            ]
        )

    def write(self) -> None:
        """Store what was collected, in the transaction under way."""
        rows, self.rows = self.rows, []
        for place, store in self.storers:
            if store is not None:
                for row in rows:
                    if row[place] is not None:
                        row[place] = store(row[place])
        if connection.vendor == "postgresql":
            self._copy(rows)
        else:
            marks = ", ".join("%s" for _ in self.names)
            with connection.cursor() as cursor:
                cursor.executemany(
                    f"INSERT INTO {self.name} ({self.columns}) VALUES ({marks})", rows
                )

    def _copy(self, rows: Iterable[list[Any]]) -> None:
        sql = f"COPY {self.name} ({self.columns}) FROM STDIN"
        with connection.cursor() as cursor, cursor.copy(sql) as copy:  # type: ignore[attr-defined]
            for row in rows:
                copy.write_row(row)


def _is_numbered(field: Field) -> bool:
    """Whether the database counts this column by itself."""
    return field.get_internal_type() == "BigAutoField"


def _empty(field: Field) -> Callable[[], Any]:
    return (lambda: None) if field.null else (lambda: "")


def _storer(field: Any) -> Callable[[Any], Any] | None:
    """How a value of this field is handed to the driver, None for as it is."""
    kind = (
        field.target_field.get_internal_type() if field.is_relation else field.get_internal_type()
    )
    if kind == "JSONField":
        return lambda value: orjson.dumps(value).decode()
    if connection.vendor == "sqlite":
        storers: dict[str, Callable[[Any], Any]] = {"UUIDField": _hex, "DateTimeField": _naive}
        return storers.get(kind)
    return None


def _hex(value: UUID) -> str:
    return value.hex


def _naive(value: datetime) -> str:
    return str(value.astimezone(UTC).replace(tzinfo=None))
