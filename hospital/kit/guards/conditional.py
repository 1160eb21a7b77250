"""What guards that hold only some rows of a table have in common."""

from collections.abc import Sequence
from typing import Any

from django.db.models import BooleanField, Case, Field, Model, Q, Value, When
from django.db.models.sql import Query

from .base import Guard, field_named


class Conditional(Guard):
    """With a ``condition`` only the rows that meet it count. It reads the row's own columns alone."""

    def __init__(self, *, name: str, condition: Q | None = None, **kwargs: Any):
        if condition is not None and not isinstance(condition, Q):
            raise TypeError(f"{type(self).__name__}(condition=…) takes a Q.")
        self.condition = condition or None  # An empty one asks for nothing.
        super().__init__(name=name, **kwargs)

    def deconstruct(self) -> tuple[str, Sequence[Any], dict[str, Any]]:
        path, args, kwargs = super().deconstruct()
        if self.condition is not None:
            kwargs["condition"] = self.condition
        return path, args, kwargs

    def condition_sql(self, model: type[Model], editor: Any, row: str = "") -> str:
        """The condition with its values written in, or "".

        Its columns stand alone, or belong to the ``row`` of a trigger, "NEW" or "OLD".
        """
        if self.condition is None:
            return ""
        query = Query(model, alias_cols=bool(row))
        if row:
            query.change_aliases({query.get_initial_alias(): row})
        compiler = query.get_compiler(connection=editor.connection)
        sql, params = query.build_where(self.condition).as_sql(compiler, editor.connection)
        return sql % tuple(editor.quote_value(value) for value in params)

    def condition_fields(self, model: Any) -> list[Field]:
        """The fields that the condition reads."""
        if self.condition is None:
            return []
        names = {name for name, *_lookups in model._get_expr_references(self.condition)}
        return [
            model._meta.pk if name == "pk" else model._meta.get_field(name)
            for name in sorted(names)
        ]

    def condition_problems(self, model: Any) -> list[str]:
        if self.condition is None:
            return []
        references = list(model._get_expr_references(self.condition))
        unknown = sorted({name for name, *_ in references if not _field(model, name)})
        if unknown:
            return [f"its condition reads {name}, which is not a field." for name in unknown]
        if any(len(each) > 1 and not _is_lookup(model, *each) for each in references):
            return ["its condition reads another table."]
        return []

    def met(self) -> Q:
        """The condition, which a row does not meet when a null keeps it from being true.

        ``Q.check()`` would pass such a row, as a CHECK does.
        """
        assert self.condition is not None
        yes, no = Value(True), Value(False)
        case: Any = Case(When(self.condition, then=yes), default=no, output_field=BooleanField())
        return Q(case)


def _field(model: Any, name: str) -> Field | None:
    return model._meta.pk if name == "pk" else field_named(model, name)


def _is_lookup(model: Any, name: str, first: str, *_rest: str) -> bool:
    field: Any = _field(model, name)
    return bool(field.get_lookup(first) or field.get_transform(first))
