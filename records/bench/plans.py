"""How the database answers a question: its plan, and what is wrong with it."""

import json
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from django.db import connection

# A table of fewer rows is read from one end to the other sooner than looked up in.
FEW = 1_000


def said(read: Callable[[], Any]) -> list[str]:
    """Every statement of ``read`` with its values, also of those that are sent without them."""
    found: list[str] = []

    def note(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        found.append(_composed(sql, params))
        return execute(sql, params, many, context)

    with connection.execute_wrapper(note):
        read()
    return found


def _composed(sql: str, params: Any) -> str:
    ops: Any = connection.ops
    if connection.vendor == "postgresql":
        return ops.compose_sql(sql, params)
    return ops.last_executed_query(None, sql, params)


def is_select(sql: str) -> bool:
    """Whether a statement only reads; a union begins with a bracket."""
    return sql.lstrip("(").startswith("SELECT")


def selects(read: Callable[[], Any]) -> list[str]:
    """The questions that ``read`` asks of patients."""
    return [sql for sql in said(read) if is_select(sql) and "records_" in sql]


def explained(sql: str, options: str = "ANALYZE, BUFFERS") -> Any:
    """PostgreSQL's plan, by default as it ran, or the lines of SQLite's."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            options = ", ".join(filter(None, (options, "FORMAT JSON")))
            cursor.execute(f"EXPLAIN ({options}) {sql}")
            found = cursor.fetchone()[0]
            return (json.loads(found) if isinstance(found, str) else found)[0]["Plan"]
        cursor.execute(f"EXPLAIN QUERY PLAN {sql}")
        return [row[3] for row in cursor.fetchall()]


def nodes(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Every step of a plan of PostgreSQL's."""
    yield plan
    for part in plan.get("Plans", ()):
        yield from nodes(part)


def is_walk(node: dict[str, Any]) -> bool:
    """Whether a whole table about patients is read."""
    return "Seq Scan" in node["Node Type"] and node["Relation Name"].startswith("records_")


def walked(sql: str) -> list[str]:
    """The tables about patients that a statement reads from one end to the other, as it is planned."""
    plan = explained(sql, options="")
    if connection.vendor == "postgresql":
        return _of_many(node["Relation Name"] for node in nodes(plan) if is_walk(node))
    return [line for line in plan if line.startswith("SCAN records_")]


def _of_many(tables: Iterable[str]) -> list[str]:
    """Those of some tables that have many rows, as far as PostgreSQL knows."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname FROM pg_class WHERE relname = ANY(%s) AND NOT reltuples BETWEEN 0 AND %s",
            [list(tables), FEW],
        )
        return [name for (name,) in cursor.fetchall()]
