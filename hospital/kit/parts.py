"""The small rows written together with a record, such as a patient's contacts: a full list replaces the
one before, and the record's version moves with it.

A part names in ``CONTENT`` the fields it consists of; a standing part is never changed, only replaced.
"""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, ClassVar, TypeVar

from django.core.exceptions import ValidationError

from . import audit, clock, facts
from .actors import Actor
from .errors import errors_of
from .guards import NoOverlap
from .records import Record, stamp_retired


class Part(Record):
    """A row of a record's list."""

    CONTENT: ClassVar[frozenset[str]]

    class Meta:
        abstract = True

    def identity(self) -> tuple[str, ...]:
        """What two rows of a list have in common that are one; what is told of it otherwise is another spelling."""
        return content(self)


P = TypeVar("P", bound=Part)


def prepare(record: Record, name: str, rows: Sequence[P], **server: Any) -> list[P]:
    """Give ``rows`` their record and what the server sets, and check them; equal ones count once.

    ValidationError on ``name`` with the row's number when one breaks a rule or two clash.
    """
    owner = owner_of(record, name)
    standing = {row.identity() for row in getattr(record, name).live()} if rows else set()
    prepared: dict[tuple[str, ...], P] = {}
    for number, row in enumerate(rows, 1):
        for attribute, value in {owner: record, **server}.items():
            setattr(row, attribute, value)
        try:
            row.clean_fields(exclude={owner})
            row.full_clean(exclude={owner}, validate_constraints=row.identity() not in standing)
            refuse_clash(row, prepared.values())
        except ValidationError as exc:
            raise numbered(exc, name, number) from exc
        prepared.setdefault(row.identity(), row)
    return list(prepared.values())


def refuse_clash(row: Part, others: Any) -> None:
    """ValidationError when two rows of one list overlap: they are compared before any is stored."""
    for guard in row._meta.constraints:
        if isinstance(guard, NoOverlap) and any(
            guard.clashes(row, other) for other in others if content(other) != content(row)
        ):
            raise row.placed(guard.refusal())


def differ(record: Record, name: str, rows: Sequence[Part]) -> bool:
    """Whether prepared ``rows`` say something else than the record's live ``name``."""
    return {content(row) for row in rows} != {content(row) for row in getattr(record, name).live()}


def replace(actor: Actor, record: Record, name: str, rows: Sequence[Part]) -> None:
    """Make prepared ``rows`` the record's live ``name``: equal ones stay, missing ones are retired."""
    standing = {content(row): row for row in getattr(record, name).live()}
    wanted = {content(row): row for row in rows}
    for key in standing.keys() - wanted.keys():
        row = standing[key]
        stamp_retired(row, reason="replaced", at=clock.now(), by=actor.user_id)
        facts.save(row)
        audit.wrote(row, changed={"retired_at"})
    add([wanted[key] for key in wanted.keys() - standing.keys()])


def add(rows: Sequence[Part]) -> None:
    """Store prepared rows that the record does not have yet."""
    for row in rows:
        facts.save(row)
        audit.wrote(row, changed=row.CONTENT)


def content(row: Part) -> tuple[str, ...]:
    """What a part says, for telling whether two say the same: by the ids of what it points to, since
    two doctors may have one name, and by moments, wherever their clocks hang.
    """
    return tuple(_told(row, name) for name in sorted(row.CONTENT))


def owner_of(record: Record, name: str) -> str:
    """The parts' key to the record whose list ``name`` they are."""
    relation: Any = record._meta.get_field(name)
    return str(relation.field.name)


def _told(row: Part, name: str) -> str:
    field: Any = row._meta.get_field(name)
    value = getattr(row, field.attname)
    return str(value.astimezone(UTC) if isinstance(value, datetime) else value)


def numbered(exc: ValidationError, name: str, number: int) -> ValidationError:
    """The errors of one of several rows, told on the list ``name`` with the row's number, from 1.

    ``place`` of each keeps the number, the row's own field and the sentence, for who tells them apart.
    """
    return ValidationError(
        {
            name: [
                _placed(number, field, code, text)
                for field, rows in errors_of(exc).items()
                for code, text in rows
            ]
        }
    )


def _placed(number: int, field: str, code: str, text: str) -> ValidationError:
    error: Any = ValidationError(f"{number}: {text}", code)
    error.place = (number, field, text)
    return error
