"""Nothing and nobody in two places at once."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.db import DEFAULT_DB_ALIAS
from django.db.models import DateField, DateTimeField, Model, Q
from django.db.models.expressions import Exists

from hospital.kit import codes

from .base import field_named
from .conditional import Conditional
from .no_overlap_sql import postgresql_parts, sqlite_parts
from .parts import Part

HALF_OPEN, WHOLE_DAYS = "[)", "[]"


class NoOverlap(Conditional):
    """No two rows equal in ``same`` have intervals ``[start, end)`` that share a moment.

    A null end means "still going on"; an end must be after its start (``interval_reversed``). With
    a ``condition`` only the rows that meet it count. Columns of dates make intervals of whole days;
    with ``bounds="[]"`` the last of them belongs to the interval, and may be the first one too
    (``days_reversed`` when it is before it).
    A row in which one of ``optional``, names out of ``same``, is null belongs to nobody and clashes
    with nothing; the others are never null.
    A bulk insert that ignores conflicts skips rows that clash on PostgreSQL and is refused on SQLite.

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
        optional: Iterable[str] = (),
        bounds: str = HALF_OPEN,
        condition: Q | None = None,
        **kwargs: Any,
    ):
        if isinstance(same, str) or isinstance(optional, str):
            raise TypeError("NoOverlap(same=…, optional=…) takes lists of field names.")
        if bounds not in (HALF_OPEN, WHOLE_DAYS):
            raise TypeError('NoOverlap(bounds=…) takes "[)" or "[]".')
        self.bounds, self.optional = bounds, list(optional)
        self.same, self.start, self.end = list(same), start, end
        super().__init__(name=name, condition=condition, **kwargs)

    def deconstruct(self) -> tuple[str, Sequence[Any], dict[str, Any]]:
        path, args, kwargs = super().deconstruct()
        kwargs |= {"same": self.same, "start": self.start, "end": self.end}
        if self.optional:
            kwargs["optional"] = self.optional
        if self.bounds != HALF_OPEN:
            kwargs["bounds"] = self.bounds
        return path, args, kwargs

    def prepare(self, editor: Any) -> None:
        if editor.connection.vendor == "postgresql":
            # Asking for what is there needs no privilege; making it is open to a database's owner.
            editor.execute("CREATE EXTENSION IF NOT EXISTS btree_gist", params=None)

    def sqlite_parts(self, model: type[Model], editor: Any) -> list[Part]:
        return sqlite_parts(self, model, editor)

    def postgresql_parts(self, model: type[Model], editor: Any) -> list[Part]:
        return postgresql_parts(self, model, editor)

    def validate(
        self,
        model: Any,
        instance: Any,
        exclude: Any = None,
        using: str = DEFAULT_DB_ALIAS,
    ) -> None:
        left_out, interval = set(exclude or ()), {self.start, self.end}
        if interval & left_out or getattr(instance, self.start) is None:
            return  # That a start is missing is said by the field itself.
        self._refuse_reversed(instance)
        names = {*self.same, *(f.name for f in self.condition_fields(model))}
        values = [getattr(instance, model._meta.get_field(name).attname) for name in self.same]
        if names & left_out or None in values:
            return  # A null is equal to nothing.
        if self._is_taken(model, instance, dict(zip(self.same, values, strict=True)), using):
            raise self.refusal()

    def clashes(self, one: Any, other: Any) -> bool:
        """Whether two rows that are equal in ``same`` and meet the condition have a moment in common."""
        pairs = ((one, other), (other, one))
        return all(self._begins_before_end(first, second) for first, second in pairs)

    def _begins_before_end(self, one: Any, other: Any) -> bool:
        start, end = getattr(one, self.start), getattr(other, self.end)
        return end is None or start < end or (self.has_last_day and start == end)

    @property
    def has_last_day(self) -> bool:
        return self.bounds == WHOLE_DAYS

    def _refuse_reversed(self, instance: Any) -> None:
        start, end = getattr(instance, self.start), getattr(instance, self.end)
        if end is None or end > start or (self.has_last_day and end == start):
            return
        code = "days_reversed" if self.has_last_day else "interval_reversed"
        raise ValidationError(codes.sentence(code), code=code)

    def _is_taken(self, model: Any, instance: Any, same: dict[str, Any], using: str) -> bool:
        start, end = getattr(instance, self.start), getattr(instance, self.end)
        others = model._base_manager.using(using).filter(**same)
        equal = "e" if self.has_last_day else ""
        others = others.filter(
            Q(**{f"{self.end}__gt{equal}": start}) | Q(**{f"{self.end}__isnull": True})
        )
        if end is not None:
            others = others.filter(**{f"{self.start}__lt{equal}": end})
        if not instance._state.adding:
            others = others.exclude(pk=instance.pk)
        if self.condition is None:
            return others.exists()
        values = instance._get_field_expression_map(meta=model._meta)
        clash: Any = self.met() & Exists(others.filter(self.condition))
        return clash.check(values, using=using)

    def problems(self, model: Any) -> list[str]:
        found: list[str] = []
        fields: dict[str, Any] = {}
        for name in (*self.same, self.start, self.end):
            fields[name] = field_named(model, name)
            if fields[name] is None:
                found.append(f"{name} is not a field of the model.")
            elif fields[name].null and name not in (self.end, *self.optional):
                found.append(f"{name} may be null, and a null would never clash with anything.")
        kinds = {type(field) for name in (self.start, self.end) if (field := fields[name])}
        if len(kinds) != 1 or not kinds <= {DateField, DateTimeField}:
            found.append("start and end must both be DateTimeField, or both DateField.")
        elif self.has_last_day and DateTimeField in kinds:
            found.append('bounds="[]" is for columns of dates: a moment has no last one before it.')
        if not self.same:
            found.append("same is empty, so every row would clash with every other.")
        found += [
            f"{name} is optional and not one of same."
            for name in self.optional
            if name not in self.same
        ]
        found += self.condition_problems(model)
        return found
