"""Nothing and nobody in two places at once."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.db import DEFAULT_DB_ALIAS
from django.db.models import DateField, DateTimeField, Field, Model, Q
from django.db.models.expressions import Exists
from django.db.models.sql import Query

from hospital.kit import codes

from .base import Guard, field_named
from .no_overlap_sql import postgresql_parts, sqlite_parts
from .parts import Part


class NoOverlap(Guard):
    """No two rows equal in ``same`` have intervals ``[start, end)`` that share a moment.

    A null end means "still going on"; an end must be after its start (``interval_reversed``). With
    a ``condition`` only the rows that meet it count. Columns of dates make intervals of whole days.
    A bulk insert that ignores conflicts skips such rows on PostgreSQL and is refused on SQLite.

    An act that inserts first locks the rows in ``same`` with ``select_for_update(no_key=True)``:
    otherwise PostgreSQL may find two inserts waiting for each other.
    """

    violation_error_code = "overlap"

    def __init__(
        self,
        *,
        name: str,
        same: Iterable[str],
        start: str,
        end: str,
        condition: Q | None = None,
        **kwargs: Any,
    ):
        if isinstance(same, str):
            raise TypeError("NoOverlap(same=…) takes a list of field names.")
        if condition is not None and not isinstance(condition, Q):
            raise TypeError("NoOverlap(condition=…) takes a Q.")
        self.same, self.start, self.end, self.condition = list(same), start, end, condition
        super().__init__(name=name, **kwargs)

    def deconstruct(self) -> tuple[str, Sequence[Any], dict[str, Any]]:
        path, args, kwargs = super().deconstruct()
        kwargs |= {"same": self.same, "start": self.start, "end": self.end}
        if self.condition is not None:
            kwargs["condition"] = self.condition
        return path, args, kwargs

    def prepare(self, editor: Any) -> None:
        if editor.connection.vendor == "postgresql":
            # Asking for what is there needs no privilege; making it is open to a database's owner.
            editor.execute("CREATE EXTENSION IF NOT EXISTS btree_gist", params=None)

    def sqlite_parts(self, model: type[Model], editor: Any) -> list[Part]:
        return sqlite_parts(self, model, editor)

    def postgresql_parts(self, model: type[Model], editor: Any) -> list[Part]:
        return postgresql_parts(self, model, editor)

    def condition_sql(self, model: type[Model], editor: Any) -> str:
        """The condition with its values written in and its columns without a table, or ""."""
        if self.condition is None:
            return ""
        query = Query(model, alias_cols=False)
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

    def validate(
        self,
        model: Any,
        instance: Any,
        exclude: Any = None,
        using: str = DEFAULT_DB_ALIAS,
    ) -> None:
        names = {*self.same, self.start, self.end, *(f.name for f in self.condition_fields(model))}
        if names & set(exclude or ()):
            return
        values = [getattr(instance, model._meta.get_field(name).attname) for name in self.same]
        start, end = getattr(instance, self.start), getattr(instance, self.end)
        if start is None or None in values:
            return  # Said by the fields themselves: none of these may be null.
        if end is not None and end <= start:
            raise ValidationError(codes.sentence("interval_reversed"), code="interval_reversed")
        if self._is_taken(model, instance, dict(zip(self.same, values, strict=True)), using):
            raise ValidationError(
                self.get_violation_error_message(), code=self.violation_error_code
            )

    def _is_taken(self, model: Any, instance: Any, same: dict[str, Any], using: str) -> bool:
        start, end = getattr(instance, self.start), getattr(instance, self.end)
        others = model._base_manager.using(using).filter(**same)
        others = others.filter(Q(**{f"{self.end}__gt": start}) | Q(**{f"{self.end}__isnull": True}))
        if end is not None:
            others = others.filter(**{f"{self.start}__lt": end})
        if not instance._state.adding:
            others = others.exclude(pk=instance.pk)
        if self.condition is None:
            return others.exists()
        values = instance._get_field_expression_map(meta=model._meta)
        clash: Any = self.condition & Exists(others.filter(self.condition))
        return clash.check(values, using=using)

    def problems(self, model: Any) -> list[str]:
        found: list[str] = []
        fields: dict[str, Any] = {}
        for name in (*self.same, self.start, self.end):
            fields[name] = field_named(model, name)
            if fields[name] is None:
                found.append(f"{name} is not a field of the model.")
            elif fields[name].null and name != self.end:
                found.append(f"{name} may be null, and a null would never clash with anything.")
        kinds = {type(field) for name in (self.start, self.end) if (field := fields[name])}
        if len(kinds) != 1 or not kinds <= {DateField, DateTimeField}:
            found.append("start and end must both be DateTimeField, or both DateField.")
        if not self.same:
            found.append("same is empty, so every row would clash with every other.")
        if self.condition and any(
            len(reference) > 1 and not self._is_lookup(model, reference)
            for reference in model._get_expr_references(self.condition)
        ):
            found.append("its condition reads another table.")
        return found

    @staticmethod
    def _is_lookup(model: Any, reference: tuple) -> bool:
        name, first, *_rest = reference
        field = model._meta.pk if name == "pk" else model._meta.get_field(name)
        return bool(field.get_lookup(first) or field.get_transform(first))
