"""The objects in a database that a guard is made of, and how to see which of them are there."""

import re
from dataclasses import dataclass
from typing import Any

from django.db.backends.ddl_references import Columns, Statement, Table
from django.db.models import Model

CROSS_TABLE_MARK = "/* cross-table guard */"

# One function serves every trigger; the guard's name is its argument. 23514 is check_violation,
# which Django knows as IntegrityError.
REFUSE_FUNCTION = """
CREATE OR REPLACE FUNCTION kit_refuse() RETURNS trigger LANGUAGE plpgsql AS $refuse$
BEGIN
    RAISE EXCEPTION USING
        ERRCODE = '23514',
        MESSAGE = 'constraint failed: ' || TG_ARGV[0],
        CONSTRAINT = TG_ARGV[0],
        TABLE = TG_TABLE_NAME,
        SCHEMA = TG_TABLE_SCHEMA;
END
$refuse$"""


@dataclass(frozen=True, slots=True)
class Part:
    """One database object: its kind, table and name, and the statements that make and drop it.

    A part with ``inline`` SQL belongs inside CREATE TABLE. Without ``create`` (a CHECK on SQLite)
    it can only be made by building the table again.
    """

    kind: str  # constraint | trigger | index | function
    table: str
    name: str
    create: tuple[Statement, ...] = ()
    drop: tuple[Statement, ...] = ()
    inline: Statement | None = None

    @property
    def key(self) -> tuple[str, str, str]:
        return self.kind, "" if self.kind == "function" else self.table, self.name


def table_ref(model: type[Model], editor: Any) -> Table:
    return Table(model._meta.db_table, editor.quote_name)


def column_ref(model: type[Model], field: Any, editor: Any) -> Columns:
    """A column's quoted name that follows a rename while the statement waits to be executed."""
    return Columns(model._meta.db_table, [field.column], editor.quote_name)


def trigger_part(
    model: type[Model], name: str, editor: Any, template: str, **references: Any
) -> Part:
    """A trigger on a model's table; ``template`` is what follows its name."""
    table, quoted = table_ref(model, editor), editor.quote_name(name)
    create = Statement(
        f"CREATE TRIGGER %(trigger)s {template}", trigger=quoted, table=table, **references
    )
    on_table = "" if editor.connection.vendor == "sqlite" else " ON %(table)s"
    drop = Statement(
        f"DROP TRIGGER IF EXISTS %(trigger)s{on_table}",
        trigger=quoted,
        table=table_ref(model, editor),
    )
    function = () if editor.connection.vendor == "sqlite" else (Statement(REFUSE_FUNCTION),)
    return Part("trigger", model._meta.db_table, name, (*function, create), (drop,))


def lookup_part(
    model: type[Model], name: str, editor: Any, key: Any, field: Any, *, is_locked: bool = False
) -> Part:
    """A PostgreSQL function from a foreign key's value to a field of the row that it points to.

    With ``is_locked`` that row cannot change before the transaction ends. Its BEGIN ATOMIC binds it
    to the table and the columns, not to their names.
    """
    create = Statement(
        "CREATE OR REPLACE FUNCTION %(function)s(%(key_type)s) RETURNS %(type)s "
        "LANGUAGE sql BEGIN ATOMIC "
        "SELECT %(field)s FROM %(parent)s WHERE %(parent_key)s = $1%(lock)s; END",
        function=editor.quote_name(name),
        lock=" FOR SHARE" if is_locked else "",
        key_type=key.db_type(editor.connection),
        type=field.db_type(editor.connection),
        field=column_ref(field.model, field, editor),
        parent=table_ref(field.model, editor),
        parent_key=column_ref(field.model, key.target_field, editor),
    )
    drop = Statement("DROP FUNCTION IF EXISTS %(function)s", function=editor.quote_name(name))
    return Part("function", model._meta.db_table, name, (create,), (drop,))


def present(connection: Any) -> set[tuple[str, str, str]]:
    """Return the keys of everything in the database that a guard might be made of.

    A trigger that is disabled and a constraint that was never validated do not count.
    """
    if connection.vendor == "sqlite":
        return _present_in_sqlite(connection)
    sql = """
        SELECT 'constraint', t.relname, c.conname FROM pg_constraint c
            JOIN pg_class t ON t.oid = c.conrelid
            WHERE c.convalidated AND pg_table_is_visible(t.oid)
        UNION ALL SELECT 'trigger', t.relname, g.tgname FROM pg_trigger g
            JOIN pg_class t ON t.oid = g.tgrelid
            WHERE g.tgenabled IN ('O', 'A') AND NOT g.tgisinternal AND pg_table_is_visible(t.oid)
        UNION ALL SELECT 'function', '', p.proname FROM pg_proc p
            WHERE p.pronamespace = current_schema()::regnamespace"""
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return {(kind, table, name) for kind, table, name in cursor.fetchall()}


def _present_in_sqlite(connection: Any) -> set[tuple[str, str, str]]:
    found = set()
    with connection.cursor() as cursor:
        cursor.execute("SELECT type, tbl_name, name, sql FROM sqlite_master")
        for kind, table, name, sql in cursor.fetchall():
            if kind == "table":
                constraints = re.findall(r'CONSTRAINT "([^"]+)"', sql or "")
                found |= {("constraint", table, constraint) for constraint in constraints}
            else:
                found.add((kind, table, name))
    return found
