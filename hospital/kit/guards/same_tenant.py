"""What a row points to belongs to the tenant that the row belongs to."""

from collections.abc import Sequence
from typing import Any

from django.db import DEFAULT_DB_ALIAS
from django.db.models import ForeignKey, Model

from .base import Guard, column_named, field_named, pointed_to
from .parts import CROSS_TABLE_MARK, Part, column_ref, lookup_part, table_ref, trigger_part


class SameTenant(Guard):
    """The row that ``field`` points to has the same ``column`` (the tenant) as this row.

    Both ends are held: a row cannot be written that points elsewhere, and a row that may be pointed
    to can never move to another tenant. A null ``field`` points to nothing and passes.

    The guard reads two tables. On SQLite that would break the migrations of either, so it is
    dropped before migrations and put back after them. On PostgreSQL it follows renames; before the
    type of a key or tenant column is altered, it must be removed.
    """

    cross_table = True
    violation_error_code = "other_tenant"

    def __init__(self, *, name: str, field: str, column: str = "hospital_id", **kwargs: Any):
        self.field, self.column = field, column
        super().__init__(name=name, **kwargs)

    def deconstruct(self) -> tuple[str, Sequence[Any], dict[str, Any]]:
        path, args, kwargs = super().deconstruct()
        return path, args, kwargs | {"field": self.field, "column": self.column}

    def models(self, model: type[Model]) -> list[type[Model]]:
        return [model, pointed_to(model, self.field)]

    def sqlite_parts(self, model: type[Model], editor: Any) -> list[Part]:
        parent = pointed_to(model, self.field)
        refuse = f"BEGIN SELECT {CROSS_TABLE_MARK} RAISE(ABORT, %(message)s); END"
        differs = (
            "NEW.%(key)s IS NOT NULL AND NEW.%(tenant)s IS NOT (SELECT %(parent_tenant)s "
            "FROM %(parent)s WHERE %(parent_key)s = NEW.%(key)s)"
        )
        references = self._references(model, editor)
        children = [
            trigger_part(
                model,
                f"{self.name}_{event.lower()}",
                editor,
                f"BEFORE {event} ON %(table)s WHEN {differs} {refuse}",
                **references,
            )
            for event in ("INSERT", "UPDATE")
        ]
        moves = "NEW.%(parent_tenant)s IS NOT OLD.%(parent_tenant)s"
        template = f"BEFORE UPDATE ON %(table)s WHEN {moves} {refuse}"
        return [
            *children,
            trigger_part(parent, f"{self.name}_parent", editor, template, **references),
        ]

    def postgresql_parts(self, model: type[Model], editor: Any) -> list[Part]:
        parent = pointed_to(model, self.field)
        key = model._meta.get_field(self.field)
        references = self._references(model, editor)
        refuse = "EXECUTE FUNCTION kit_refuse(%(guard)s)"
        differs = (
            "NEW.%(key)s IS NOT NULL AND NEW.%(tenant)s IS DISTINCT FROM %(function)s(NEW.%(key)s)"
        )
        child = f"BEFORE INSERT OR UPDATE ON %(table)s FOR EACH ROW WHEN ({differs}) {refuse}"
        moves = "NEW.%(parent_tenant)s IS DISTINCT FROM OLD.%(parent_tenant)s"
        template = f"BEFORE UPDATE ON %(table)s FOR EACH ROW WHEN ({moves}) {refuse}"
        return [
            lookup_part(model, self.name, editor, key, column_named(parent, self.column)),
            trigger_part(model, self.name, editor, child, **references),
            trigger_part(parent, f"{self.name}_parent", editor, template, **references),
        ]

    def _references(self, model: type[Model], editor: Any) -> dict[str, Any]:
        parent = pointed_to(model, self.field)
        field: Any = model._meta.get_field(self.field)
        return {
            "guard": editor.quote_value(self.name),
            "function": editor.quote_name(self.name),
            "message": editor.quote_value(f"constraint failed: {self.name}"),
            "key": column_ref(model, field, editor),
            "tenant": column_ref(model, column_named(model, self.column), editor),
            "parent": table_ref(parent, editor),
            "parent_key": column_ref(parent, field.target_field, editor),
            "parent_tenant": column_ref(parent, column_named(parent, self.column), editor),
        }

    def validate(
        self,
        model: type[Model],
        instance: Model,
        exclude: Any = None,
        using: str = DEFAULT_DB_ALIAS,
    ) -> None:
        field: Any = model._meta.get_field(self.field)
        tenant = column_named(model, self.column)
        key = getattr(instance, field.attname)
        if key is None or {field.name, tenant.name} & set(exclude or ()):
            return
        parent = pointed_to(model, self.field)
        wanted = {
            field.target_field.attname: key,
            column_named(parent, self.column).attname: getattr(instance, tenant.attname),
        }
        if not parent._base_manager.using(using).filter(**wanted).exists():
            raise self.refusal()

    def problems(self, model: type[Model]) -> list[str]:
        field = field_named(model, self.field)
        if not isinstance(field, ForeignKey):
            return [f"{self.field} is not a foreign key of the model."]
        if isinstance(field.remote_field.model, str):
            return []  # Django's own checks name a model that does not exist.
        return [
            f"{holder._meta.label} has no column {self.column}."
            for holder in (model, field.remote_field.model)
            if field_named(holder, self.column) is None
        ]
