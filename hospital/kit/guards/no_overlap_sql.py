"""The SQL of ``NoOverlap``: an exclusion constraint on PostgreSQL, a pair of triggers on SQLite."""

from typing import TYPE_CHECKING, Any

from django.db.backends.ddl_references import Statement
from django.db.models import DateTimeField, Model

from .parts import Part, column_ref, table_ref, trigger_part

if TYPE_CHECKING:
    from .no_overlap import NoOverlap

# Later than any date or moment as SQLite stores them, which is as text.
FAR_FUTURE = "9999-12-31 24:00:00"

REFUSE_OVERLAP = """BEFORE %(event)s ON %(table)s%(when)s BEGIN
    SELECT RAISE(ABORT, %(message)s) WHERE EXISTS (
        SELECT 1 FROM %(table)s AS "other" WHERE "other".%(pk)s IS NOT %(row)s.%(pk)s %(same)s
        AND "other".%(start)s <%(equal)s coalesce(NEW.%(end)s, %(far)s)
        AND coalesce("other".%(end)s, %(far)s) >%(equal)s NEW.%(start)s%(where)s
    );
END"""


def postgresql_parts(guard: "NoOverlap", model: type[Model], editor: Any) -> list[Part]:
    is_moment = isinstance(model._meta.get_field(guard.start), DateTimeField)
    same = {f"same{i}": _column(model, name, editor) for i, name in enumerate(guard.same)}
    condition = guard.condition_sql(model, editor)
    exclude = Statement(
        "CONSTRAINT %(name)s EXCLUDE USING gist ("
        + "".join(f"%({key})s WITH =, " for key in same)
        + "%(range)s(%(start)s, %(end)s, '%(bounds)s') WITH &&)%(where)s",
        name=editor.quote_name(guard.name),
        range="tstzrange" if is_moment else "daterange",
        bounds=guard.bounds,
        where=f" WHERE ({condition})" if condition else "",
        start=_column(model, guard.start, editor),
        end=_column(model, guard.end, editor),
        **same,
    )
    return [
        _table_constraint(model, guard.name, exclude, editor),
        _table_constraint(model, f"{guard.name}_order", _order(guard, model, editor), editor),
    ]


def sqlite_parts(guard: "NoOverlap", model: type[Model], editor: Any) -> list[Part]:
    order = f"{guard.name}_order"
    check = Part("constraint", model._meta.db_table, order, inline=_order(guard, model, editor))
    insert = _trigger(guard, model, editor, "INSERT", "NEW")
    update = _trigger(guard, model, editor, "UPDATE", "OLD")
    sweep = () if _is_append_only(model) else (_sweep(model, editor),)
    update = Part("trigger", update.table, update.name, (*update.create, *sweep), update.drop)
    return [check, _index(guard, model, editor), insert, update]


def _trigger(guard: "NoOverlap", model: type[Model], editor: Any, event: str, row: str) -> Part:
    """``row`` holds the key the row had before. SQLite may not have given a new row one yet."""
    same = {f"same{i}": _column(model, name, editor) for i, name in enumerate(guard.same)}
    condition = guard.condition_sql(model, editor)
    of_new_row = guard.condition_sql(model, editor, "NEW")
    return trigger_part(
        model,
        f"{guard.name}_{event.lower()}",
        editor,
        REFUSE_OVERLAP,
        event=event,
        row=row,
        message=editor.quote_value(f"constraint failed: {guard.name}"),
        far=editor.quote_value(FAR_FUTURE),
        equal=_equal(guard),
        pk=column_ref(model, model._meta.pk, editor),
        start=_column(model, guard.start, editor),
        end=_column(model, guard.end, editor),
        same=Statement("".join(f'AND "other".%({key})s = NEW.%({key})s ' for key in same), **same),
        when=f" WHEN ({of_new_row})" if of_new_row else "",
        where=f" AND ({condition})" if condition else "",
    )


def _index(guard: "NoOverlap", model: type[Model], editor: Any) -> Part:
    """What is over stays in the table for years: the triggers must not read it all."""
    name = f"{guard.name}_idx"
    create = Statement(
        "CREATE INDEX %(name)s ON %(table)s (%(same)s, coalesce(%(end)s, %(far)s))",
        name=editor.quote_name(name),
        table=table_ref(model, editor),
        same=", ".join(str(_column(model, field, editor)) for field in guard.same),
        end=_column(model, guard.end, editor),
        far=editor.quote_value(FAR_FUTURE),
    )
    drop = Statement("DROP INDEX IF EXISTS %(name)s", name=editor.quote_name(name))
    return Part("index", model._meta.db_table, name, (create,), (drop,))


def _sweep(model: type[Model], editor: Any) -> Statement:
    """Touch every row once, so that rows which clash already refuse the guard as on PostgreSQL."""
    return Statement(
        "UPDATE %(table)s SET %(pk)s = %(pk)s",
        table=table_ref(model, editor),
        pk=column_ref(model, model._meta.pk, editor),
    )


def _order(guard: "NoOverlap", model: type[Model], editor: Any) -> Statement:
    return Statement(
        "CONSTRAINT %(name)s CHECK (%(end)s IS NULL OR %(end)s >%(equal)s %(start)s)",
        name=editor.quote_name(f"{guard.name}_order"),
        equal=_equal(guard),
        start=_column(model, guard.start, editor),
        end=_column(model, guard.end, editor),
    )


def _equal(guard: "NoOverlap") -> str:
    """What makes a comparison count the end itself, where it belongs to the interval."""
    return "=" if guard.has_last_day else ""


def _table_constraint(model: type[Model], name: str, inline: Statement, editor: Any) -> Part:
    table, quoted = table_ref(model, editor), editor.quote_name(name)
    create = Statement("ALTER TABLE %(table)s ADD %(constraint)s", table=table, constraint=inline)
    drop = Statement(
        "ALTER TABLE %(table)s DROP CONSTRAINT IF EXISTS %(name)s",
        table=table_ref(model, editor),
        name=quoted,
    )
    return Part("constraint", model._meta.db_table, name, (create,), (drop,), inline)


def _column(model: type[Model], name: str, editor: Any) -> Any:
    return column_ref(model, model._meta.get_field(name), editor)


def _is_append_only(model: type[Model]) -> bool:
    from .append_only import AppendOnly

    return any(isinstance(constraint, AppendOnly) for constraint in model._meta.constraints)
