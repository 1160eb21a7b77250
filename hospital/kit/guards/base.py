"""What every guard has in common."""

from collections.abc import Sequence
from typing import Any

from django.core import checks
from django.core.exceptions import ValidationError
from django.db.backends.ddl_references import Statement
from django.db.models import BaseConstraint, Field, Model

from hospital.kit import codes

from .parts import Part

# PostgreSQL cuts names at 63 bytes, and parts append a suffix to the guard's name.
LONGEST_NAME = 48


class Guard(BaseConstraint):
    """A named promise kept by the database, made of triggers or constraints.

    On SQLite a table is built again by most alterations, and its triggers are lost: so a guard adds
    its triggers to the editor's deferred SQL whenever its table is built, and they come back. One
    that reads two tables cannot do that (see ``cross_table``).
    """

    cross_table = False

    def parts(self, model: type[Model], editor: Any) -> list[Part]:
        """Return what the guard is made of in the database that the editor is for, in order."""
        if editor.connection.vendor == "sqlite":
            return self.sqlite_parts(model, editor)
        return self.postgresql_parts(model, editor)

    def models(self, model: type[Model]) -> list[type[Model]]:
        """Return the models whose tables the guard is on."""
        return [model]

    def sqlite_parts(self, model: type[Model], editor: Any) -> list[Part]:
        raise NotImplementedError

    def postgresql_parts(self, model: type[Model], editor: Any) -> list[Part]:
        raise NotImplementedError

    def prepare(self, editor: Any) -> None:
        """Make what must be there before the table is."""

    def constraint_sql(self, model: Any, editor: Any) -> Any:
        parts = self._parts_of_table(model, editor)
        self.prepare(editor)
        for part in parts:
            if part.inline is None:
                editor.deferred_sql.extend(part.create)
        return ", ".join(str(part.inline) for part in parts if part.inline) or None

    def create_sql(self, model: Any, editor: Any) -> Any:
        if editor.connection.vendor == "sqlite":
            self.constraint_sql(model, editor)
            return None
        self.prepare(editor)
        return _script(sql for part in self.parts(model, editor) for sql in part.create)

    def remove_sql(self, model: Any, editor: Any) -> Any:
        if editor.connection.vendor == "sqlite":
            return None  # Django builds the table again, without this constraint.
        return _script(sql for part in reversed(self.parts(model, editor)) for sql in part.drop)

    def deconstruct(self) -> tuple[str, Sequence[Any], dict[str, Any]]:
        _path, args, kwargs = super().deconstruct()
        if self.violation_error_code == type(self).violation_error_code:
            kwargs.pop("violation_error_code", None)
        return f"hospital.kit.guards.{type(self).__name__}", args, kwargs

    def get_violation_error_message(self) -> str:
        """The sentence given in the declaration, or else the one declared with the code."""
        code = codes.find(self.violation_error_code or "")
        if code and self.violation_error_message == self.default_violation_error_message:
            return str(code.sentence)
        return str(super().get_violation_error_message())

    def refusal(self) -> ValidationError:
        """What ``validate()`` refuses a row with."""
        return ValidationError(self.get_violation_error_message(), code=self.violation_error_code)

    def __eq__(self, other: object) -> bool:
        if isinstance(other, Guard):
            return self.deconstruct() == other.deconstruct()
        return NotImplemented

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        arguments = ", ".join(f"{key}={value!r}" for key, value in self.deconstruct()[2].items())
        return f"<{type(self).__name__}: {arguments}>"

    def problems(self, model: type[Model]) -> list[str]:
        """Say what is wrong with the declaration, for the system check."""
        raise NotImplementedError

    def check_declaration(self, model: type[Model]) -> list[checks.Error]:
        found = self.problems(model)
        if len(self.name) > LONGEST_NAME:
            found.append(f"its name is longer than {LONGEST_NAME} characters.")
        label = f"{type(self).__name__} {self.name!r}"
        return [checks.Error(f"{label}: {text}", obj=model, id="kit.E001") for text in found]

    def _parts_of_table(self, model: type[Model], editor: Any) -> list[Part]:
        if self.cross_table and editor.connection.vendor == "sqlite":
            return []
        return self.parts(model, editor)


def field_named(model: type[Model], name: str) -> Field | None:
    """The concrete field of this name, attribute or column, or None."""
    fields = model._meta.concrete_fields
    return next((f for f in fields if name in (f.name, f.attname, f.column)), None)


def column_named(model: type[Model], name: str) -> Field:
    """The same of a declaration whose problems have been looked for."""
    field = field_named(model, name)
    assert field is not None
    return field


def pointed_to(model: Any, name: str) -> type[Model]:
    """The model that a foreign key points to."""
    return model._meta.get_field(name).remote_field.model


def _script(statements: Any) -> Statement:
    """Several statements as one, each still following renames."""
    parts = {f"s{index}": statement for index, statement in enumerate(statements)}
    return Statement(";\n".join(f"%({key})s" for key in parts), **parts)
