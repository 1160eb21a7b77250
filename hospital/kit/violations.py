"""From a database's refusal back to the constraint that was declared, with its code and sentence."""

import re

from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, models

from .records import Record

UNIQUE_COLUMNS = re.compile(r"UNIQUE constraint failed: (.+)$")


def constraint_name(exc: IntegrityError) -> str:
    """The name the database gave, or "" when it names columns only (SQLite's unique indexes)."""
    diagnostics = getattr(exc.__cause__, "diag", None)
    if diagnostics is not None:
        return diagnostics.constraint_name or _named_in(str(exc))
    return _named_in(str(exc))


def as_validation_error(record: Record, exc: IntegrityError) -> Exception:
    """The declared constraint's ValidationError; ``exc`` itself when no declared rule was broken."""
    text, name = str(exc), constraint_name(exc)
    for constraint in record._meta.constraints:
        if (
            constraint.name == name
            or constraint.name in text
            or _same_columns(record, constraint, text)
        ):
            code = constraint.violation_error_code or "constraint"
            error = ValidationError(constraint.get_violation_error_message(), code=code)
            return record.placed(error)
    for field in record._meta.concrete_fields:
        if field.unique and _mentions(record, field, text, name):
            return ValidationError(
                {field.name: record.unique_error_message(type(record), (field.name,))}
            )
    return exc


def _named_in(text: str) -> str:
    match = re.search(r"constraint failed: (?:index ')?(\w+)'?$", text)
    return match.group(1) if match and "." not in match.group(1) else ""


def _same_columns(record: models.Model, constraint: models.BaseConstraint, text: str) -> bool:
    match = UNIQUE_COLUMNS.search(text)
    if not match or not isinstance(constraint, models.UniqueConstraint):
        return False
    table = record._meta.db_table
    columns = {field.name: field.column for field in record._meta.concrete_fields}
    named = [f"{table}.{columns[name]}" for name in constraint.fields]
    return sorted(named) == sorted(column.strip() for column in match.group(1).split(","))


def _mentions(record: models.Model, field: models.Field, text: str, name: str) -> bool:
    if connection.vendor == "sqlite":
        return f"{record._meta.db_table}.{field.column}" in text
    return str(field.column) in name and record._meta.db_table in name
