"""A number that what the row points to sets a limit to."""

from collections.abc import Sequence
from typing import Any

from django.db import DEFAULT_DB_ALIAS
from django.db.backends.ddl_references import Statement
from django.db.models import ForeignKey, IntegerField, Model, Q

from .base import column_named, field_named, pointed_to
from .conditional import Conditional
from .parts import CROSS_TABLE_MARK, Part, column_ref, lookup_part, table_ref, trigger_part

TOO_MUCH = (
    "NEW.%(key)s IS NOT NULL AND NEW.%(column)s IS NOT NULL "
    "AND (NEW.%(column)s <= %(most)s) IS NOT TRUE"
)


class AtMost(Conditional):
    """The row's ``column`` is at most the ``limit`` of the row that the key ``field`` points to.

    A null key or number is never refused; with a ``condition`` only the rows that meet it are held.
    The limit itself may be lowered: rows that are there already are not judged by it, neither then
    nor when the guard is added, and they can be changed as long as their number, what they point to
    and whether they meet the condition stay.

    The guard reads two tables: what ``SameTenant`` says about migrations holds for it too.
    """

    cross_table = True
    violation_error_code = "at_most"

    def __init__(
        self,
        *,
        name: str,
        field: str,
        column: str,
        limit: str,
        condition: Q | None = None,
        **kwargs: Any,
    ):
        self.field, self.column, self.limit = field, column, limit
        super().__init__(name=name, condition=condition, **kwargs)

    def deconstruct(self) -> tuple[str, Sequence[Any], dict[str, Any]]:
        path, args, kwargs = super().deconstruct()
        kwargs |= {"field": self.field, "column": self.column, "limit": self.limit}
        return path, args, kwargs

    def models(self, model: type[Model]) -> list[type[Model]]:
        return [model, pointed_to(model, self.field)]

    def sqlite_parts(self, model: type[Model], editor: Any) -> list[Part]:
        parent = pointed_to(model, self.field)
        key: Any = model._meta.get_field(self.field)
        most = Statement(
            "(SELECT %(limit)s FROM %(parent)s WHERE %(parent_key)s = NEW.%(key)s)",
            limit=column_ref(parent, column_named(parent, self.limit), editor),
            parent=table_ref(parent, editor),
            parent_key=column_ref(parent, key.target_field, editor),
            key=column_ref(model, key, editor),
        )
        return self._triggers(
            model,
            editor,
            f"WHEN (%(when)s) BEGIN SELECT {CROSS_TABLE_MARK} RAISE(ABORT, %(message)s); END",
            most=most,
            differs="IS NOT",
            message=editor.quote_value(f"constraint failed: {self.name}"),
        )

    def postgresql_parts(self, model: type[Model], editor: Any) -> list[Part]:
        key: Any = model._meta.get_field(self.field)
        limit = column_named(pointed_to(model, self.field), self.limit)
        most = Statement(
            "%(function)s(NEW.%(key)s)",
            function=editor.quote_name(self.name),
            key=column_ref(model, key, editor),
        )
        triggers = self._triggers(
            model,
            editor,
            "FOR EACH ROW WHEN (%(when)s) EXECUTE FUNCTION kit_refuse(%(guard)s)",
            most=most,
            differs="IS DISTINCT FROM",
            guard=editor.quote_value(self.name),
        )
        return [lookup_part(model, self.name, editor, key, limit), *triggers]

    def _triggers(
        self,
        model: type[Model],
        editor: Any,
        template: str,
        *,
        most: Any,
        differs: str,
        **also: Any,
    ) -> list[Part]:
        """One for new rows, and one for rows that change so that the limit asks for them anew."""
        new, old = (self.condition_sql(model, editor, row) for row in ("NEW", "OLD"))
        references = {
            "key": column_ref(model, model._meta.get_field(self.field), editor),
            "column": column_ref(model, column_named(model, self.column), editor),
            "most": most,
        }
        refused = TOO_MUCH + (" AND (%(new)s)" if new else "")
        changed = (
            f"NEW.%(column)s {differs} OLD.%(column)s OR NEW.%(key)s {differs} OLD.%(key)s"
            + (" OR (%(old)s) IS NOT TRUE" if old else "")
        )
        return [
            trigger_part(
                model,
                f"{self.name}_{event.lower()}",
                editor,
                f"BEFORE {event} ON %(table)s {template}",
                when=Statement(when, new=new, old=old, **references),
                **also,
            )
            for event, when in (("INSERT", refused), ("UPDATE", f"{refused} AND ({changed})"))
        ]

    def validate(
        self,
        model: type[Model],
        instance: Any,
        exclude: Any = None,
        using: str = DEFAULT_DB_ALIAS,
    ) -> None:
        field: Any = model._meta.get_field(self.field)
        column = column_named(model, self.column)
        read = {field.name, column.name, *(f.name for f in self.condition_fields(model))}
        wanted = {each.attname: getattr(instance, each.attname) for each in (field, column)}
        if read & set(exclude or ()) or None in wanted.values():
            return
        if self.condition is not None:
            values = instance._get_field_expression_map(meta=model._meta)
            if not self.met().check(values, using=using):
                return
        if not self._has_room(model, wanted, using) and not self._stands(
            model, instance, wanted, using
        ):
            raise self.refusal()

    def _has_room(self, model: Any, wanted: dict[str, Any], using: str) -> bool:
        field = model._meta.get_field(self.field)
        parent = pointed_to(model, self.field)
        column, limit = column_named(model, self.column), column_named(parent, self.limit)
        found = {
            field.target_field.attname: wanted[field.attname],
            f"{limit.attname}__gte": wanted[column.attname],
        }
        return parent._base_manager.using(using).filter(**found).exists()

    def _stands(self, model: Any, instance: Any, wanted: dict[str, Any], using: str) -> bool:
        """Whether the row is stored with the same number, under the same limit, and held already."""
        if instance._state.adding:
            return False
        rows = model._base_manager.using(using).filter(pk=instance.pk, **wanted)
        return rows.filter(self.condition or Q()).exists()

    def problems(self, model: type[Model]) -> list[str]:
        found = self.condition_problems(model)
        field = field_named(model, self.field)
        if not isinstance(field, ForeignKey):
            return [*found, f"{self.field} is not a foreign key of the model."]
        if not isinstance(field_named(model, self.column), IntegerField):
            found.append(f"{self.column} is not a field of the model that holds integers.")
        parent = field.remote_field.model
        if isinstance(parent, str):
            return found  # Django's own checks name a model that does not exist.
        limit = field_named(parent, self.limit)
        if not isinstance(limit, IntegerField):
            found.append(f"{self.limit} is not a field of {parent._meta.label} of integers.")
        elif limit.null:
            found.append(f"{self.limit} may be null, and a null would leave no room for anything.")
        return found
