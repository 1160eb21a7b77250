"""Tables whose rows are never changed and never go."""

from typing import Any

from django.db import DEFAULT_DB_ALIAS
from django.db.models import DO_NOTHING, PROTECT, RESTRICT, Model

from .base import Guard
from .parts import Part, trigger_part

HARMLESS = (DO_NOTHING, PROTECT, RESTRICT)


class AppendOnly(Guard):
    """Rows may be added, never updated, replaced or deleted, and the table never truncated.

    On SQLite a row is only safe from ``INSERT OR REPLACE`` while ``recursive_triggers`` is on; the
    guards switch it on for every connection and ``missing()`` looks.
    """

    violation_error_code = "append_only"

    def __init__(self, *, name: str, **kwargs: Any):
        super().__init__(name=name, **kwargs)

    def sqlite_parts(self, model: type[Model], editor: Any) -> list[Part]:
        return [
            trigger_part(
                model,
                f"{self.name}_{event.lower()}",
                editor,
                f"BEFORE {event} ON %(table)s BEGIN SELECT RAISE(ABORT, %(message)s); END",
                message=editor.quote_value(f"constraint failed: {self.name}"),
            )
            for event in ("UPDATE", "DELETE")
        ]

    def postgresql_parts(self, model: type[Model], editor: Any) -> list[Part]:
        refuse = "EXECUTE FUNCTION kit_refuse(%(guard)s)"
        rows = f"BEFORE UPDATE OR DELETE ON %(table)s FOR EACH ROW {refuse}"
        table = f"BEFORE TRUNCATE ON %(table)s FOR EACH STATEMENT {refuse}"
        name = editor.quote_value(self.name)
        return [
            trigger_part(model, self.name, editor, rows, guard=name),
            trigger_part(model, f"{self.name}_truncate", editor, table, guard=name),
        ]

    def validate(
        self,
        model: type[Model],
        instance: Model,
        exclude: Any = None,
        using: str = DEFAULT_DB_ALIAS,
    ) -> None:
        if not instance._state.adding:
            raise self.refusal()

    def problems(self, model: type[Model]) -> list[str]:
        return [
            f"{field.name} would change or delete rows when what it points to is deleted. "
            "Use PROTECT, RESTRICT or DO_NOTHING."
            for field in model._meta.concrete_fields
            if field.remote_field and field.remote_field.on_delete not in HARMLESS
        ]
