"""What leads on to another row of its table is led to by none."""

from collections.abc import Sequence
from typing import Any

from django.db import DEFAULT_DB_ALIAS
from django.db.backends.ddl_references import Statement
from django.db.models import ForeignKey, Model

from .base import Guard, field_named, pointed_to
from .parts import Part, column_ref, lookup_part, table_ref, trigger_part


class NoChain(Guard):
    """A row that ``field``, a key to the same table, points to does not point on: no chains, no cycles.

    On PostgreSQL the row pointed to is locked, so that of two who would make a chain together the
    second waits for the first and is refused.
    """

    violation_error_code = "chain"

    def __init__(self, *, name: str, field: str, **kwargs: Any):
        self.field = field
        super().__init__(name=name, **kwargs)

    def deconstruct(self) -> tuple[str, Sequence[Any], dict[str, Any]]:
        path, args, kwargs = super().deconstruct()
        return path, args, kwargs | {"field": self.field}

    def sqlite_parts(self, model: type[Model], editor: Any) -> list[Part]:
        leads_on = "SELECT 1 FROM %(table)s WHERE %(pk)s = NEW.%(key)s AND %(key)s IS NOT NULL"
        is_led_to = "SELECT 1 FROM %(table)s WHERE %(key)s = NEW.%(pk)s"
        # A row that leads to itself is not there yet for the other two.
        chains = (
            f"NEW.%(key)s IS NOT NULL AND"
            f" (NEW.%(key)s = NEW.%(pk)s OR EXISTS ({leads_on}) OR EXISTS ({is_led_to}))"
        )
        refuse = "BEGIN SELECT RAISE(ABORT, %(message)s); END"
        return [
            trigger_part(
                model,
                f"{self.name}_{event.lower()}",
                editor,
                f"BEFORE {event} ON %(table)s WHEN {chains} {refuse}",
                message=editor.quote_value(f"constraint failed: {self.name}"),
                **self._columns(model, editor),
            )
            for event in ("INSERT", "UPDATE")
        ]

    def postgresql_parts(self, model: type[Model], editor: Any) -> list[Part]:
        key: Any = model._meta.get_field(self.field)
        chains = (
            "NEW.%(key)s IS NOT NULL AND (NEW.%(key)s = NEW.%(pk)s"
            " OR %(on)s(NEW.%(key)s) IS NOT NULL OR %(to)s(NEW.%(pk)s))"
        )
        refuse = f"FOR EACH ROW WHEN ({chains}) EXECUTE FUNCTION kit_refuse(%(guard)s)"
        trigger = trigger_part(
            model,
            self.name,
            editor,
            f"BEFORE INSERT OR UPDATE ON %(table)s {refuse}",
            guard=editor.quote_value(self.name),
            on=editor.quote_name(self.name),
            to=editor.quote_name(f"{self.name}_to"),
            **self._columns(model, editor),
        )
        leads_on = lookup_part(model, self.name, editor, key, key, is_locked=True)
        return [leads_on, self._is_led_to(model, key, editor), trigger]

    def _is_led_to(self, model: type[Model], key: Any, editor: Any) -> Part:
        """A function that tells of a row's key whether any row points to it."""
        name = editor.quote_name(f"{self.name}_to")
        create = Statement(
            "CREATE OR REPLACE FUNCTION %(function)s(%(type)s) RETURNS boolean LANGUAGE sql BEGIN "
            "ATOMIC SELECT EXISTS (SELECT 1 FROM %(table)s WHERE %(key)s = $1); END",
            function=name,
            type=key.db_type(editor.connection),
            table=table_ref(model, editor),
            key=column_ref(model, key, editor),
        )
        drop = Statement("DROP FUNCTION IF EXISTS %(function)s", function=name)
        return Part("function", model._meta.db_table, f"{self.name}_to", (create,), (drop,))

    def _columns(self, model: type[Model], editor: Any) -> dict[str, Any]:
        return {
            "pk": column_ref(model, model._meta.pk, editor),
            "key": column_ref(model, model._meta.get_field(self.field), editor),
        }

    def validate(
        self,
        model: type[Model],
        instance: Model,
        exclude: Any = None,
        using: str = DEFAULT_DB_ALIAS,
    ) -> None:
        field: Any = model._meta.get_field(self.field)
        key = getattr(instance, field.attname)
        if key is None or field.name in set(exclude or ()):
            return
        rows = model._base_manager.using(using)
        leads_on = rows.filter(pk=key).exclude(**{self.field: None})
        if (
            key == instance.pk
            or leads_on.exists()
            or rows.filter(**{self.field: instance.pk}).exists()
        ):
            raise self.refusal()

    def problems(self, model: type[Model]) -> list[str]:
        field = field_named(model, self.field)
        if not isinstance(field, ForeignKey) or pointed_to(model, self.field) is not model:
            return [f"{self.field} is not a key of the model to itself."]
        return [] if field.null else [f"{self.field} is never null: every row would point on."]
