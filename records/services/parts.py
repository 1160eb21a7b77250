"""The rows written together with a chart: a full list replaces the one before."""

from collections.abc import Sequence
from typing import TypeVar

from django.core.exceptions import ValidationError

from hospital.kit import audit, clock, facts
from hospital.kit.actors import Actor
from hospital.kit.errors import errors_of
from hospital.kit.records import stamp_retired
from records.models import Patient, PatientContact, PatientIdentifier
from records.models.identifiers import key_of

P = TypeVar("P", PatientIdentifier, PatientContact)


def prepare(actor: Actor, patient: Patient, name: str, rows: Sequence[P]) -> list[P]:
    """Give ``rows`` their chart and hospital and check them; equal ones count once.

    ValidationError on ``name`` with the row's number when one breaks a rule.
    """
    standing = {content(row) for row in getattr(patient, name).live()} if rows else set()
    prepared: dict[tuple[str, ...], P] = {}
    for number, row in enumerate(rows, 1):
        row.patient, row.hospital_id = patient, actor.here
        if isinstance(row, PatientIdentifier):
            row.value_key = key_of(row.value)[:60]
        try:
            row.clean_fields()
            row.full_clean(validate_constraints=content(row) not in standing)
        except ValidationError as exc:
            raise _numbered(exc, name, number) from exc
        prepared[content(row)] = row
    return list(prepared.values())


def differ(patient: Patient, name: str, rows: Sequence[P]) -> bool:
    """Whether prepared ``rows`` say something else than the chart's live ``name``."""
    return {content(row) for row in rows} != {content(row) for row in getattr(patient, name).live()}


def replace(actor: Actor, patient: Patient, name: str, rows: Sequence[P]) -> None:
    """Make prepared ``rows`` the chart's live ``name``: equal ones stay, missing ones are retired."""
    standing = {content(row): row for row in getattr(patient, name).live()}
    wanted = {content(row): row for row in rows}
    for key in standing.keys() - wanted.keys():
        row = standing[key]
        stamp_retired(row, reason="replaced", at=clock.now(), by=actor.user_id)
        facts.save(row)
        audit.wrote(row, changed={"retired_at"})
    add([wanted[key] for key in wanted.keys() - standing.keys()])


def add(rows: Sequence[P]) -> None:
    """Store prepared rows that the chart does not have yet."""
    for row in rows:
        facts.save(row)
        audit.wrote(row, changed=row.CONTENT)


def content(row: PatientIdentifier | PatientContact) -> tuple[str, ...]:
    """What a part says, for telling whether two say the same."""
    return tuple(str(getattr(row, name)) for name in sorted(row.CONTENT))


def _numbered(exc: ValidationError, name: str, number: int) -> ValidationError:
    return ValidationError(
        {
            name: [
                ValidationError(f"{number}: {text}", code)
                for rows in errors_of(exc).values()
                for code, text in rows
            ]
        }
    )
