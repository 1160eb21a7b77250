"""Every write, look and refusal, booked on a person.

The tables are ``hospital.AuditEvent`` and ``hospital.AuditPatient``, append-only. A write's event
stands in the write's own transaction; a look's event is written after the rows are fetched and
before the answer leaves; a refusal's in a transaction of its own after the rollback.
"""

import hashlib
from collections.abc import Iterable
from typing import Any
from uuid import UUID

import orjson
from django.apps import apps
from django.db import transaction

from .actors import Actor, current, current_act
from .inserts import insert
from .records import Record


def hash_of(row: dict[str, Any], *before: Any) -> str:
    """SHA-256 of what the columns of a row hold, after whatever it is chained to.

    A column that holds nothing is left out, so that one added later, empty in every row that was
    there before it, leaves their hashes as they were.
    """
    held = {name: value for name, value in row.items() if not _is_nothing(value)}
    told = orjson.dumps([*before, held], option=orjson.OPT_SORT_KEYS, default=str)
    return hashlib.sha256(told).hexdigest()


def _is_nothing(value: Any) -> bool:
    return value is None or value is False or value == "" or value == []


def digest(record: Record) -> str:
    """The hash of the row as the history keeps it, so that a doctored history shows."""
    kept = record.row().items()
    return hash_of({name: value for name, value in kept if name not in record.UNTRACKED})


def wrote(
    record: Record,
    *,
    changed: Iterable[str] = (),
    reason: str = "",
    forced: bool = False,
    also_about: Iterable[UUID] = (),
) -> None:
    """Book a write of the act under way: names of changed fields, new version and digest, never values.

    ``also_about`` are further patients than the record's own whom it is about.
    """
    event = _written(record, changed, reason, forced)
    insert([event])
    _about(event, also_about)


def wrote_all(records: Iterable[Record], *, changed: Any, reason: str = "") -> None:
    """The same for many at once; ``changed(record)`` names the fields of each."""
    insert([_written(record, changed(record), reason, False) for record in records])


def _written(record: Record, changed: Iterable[str], reason: str, forced: bool) -> Any:
    actor = current()
    if actor is None:
        raise RuntimeError("A write outside of an act has nobody to book it on.")
    return _event(
        actor,
        current_act(),
        outcome="ok",
        resource=record.resource,
        object_id=record.pk,
        hospital_id=getattr(record, "hospital_id", None) or actor.hospital_id,
        patient_id=record.audit_patient_id,
        changed=sorted(changed),
        version=record.version,
        digest=digest(record),
        reason=reason,
        forced=forced,
    )


def looked(
    actor: Actor,
    permission: str,
    *,
    object_id: UUID | None = None,
    patient_ids: Iterable[UUID] = (),
    detail: str = "",
) -> None:
    """Book a look, with every patient shown: one row, plus one multi-row insert for a list.

    If this fails the caller must not answer with the data.
    """
    patients = list(dict.fromkeys(patient_ids))
    only = patients[0] if len(patients) == 1 else None
    event = _event(
        actor, permission, resource=permission.rsplit(".", 1)[0], object_id=object_id,
        hospital_id=actor.hospital_id, patient_id=only, reason=detail,
    )  # fmt: skip
    if len(patients) < 2:
        insert([event])
        return
    with transaction.atomic(savepoint=False):
        insert([event])
        _about(event, patients)


def happened(
    actor: Actor, act: str, *, outcome: str = "ok", detail: str = "", **facts: Any
) -> None:
    """Book something that is neither a row written nor read: a sign-in, an export, a switch."""
    _book(actor, act, outcome=outcome, hospital_id=actor.hospital_id, reason=detail, **facts)


def denied(actor: Actor, permission: str, *, code: str, object_id: UUID | None = None) -> None:
    """Book a refusal; called after the refused transaction has been rolled back."""
    _book(
        actor, permission, outcome="denied", resource=permission.rsplit(".", 1)[0],
        object_id=object_id, hospital_id=actor.hospital_id, reason=code,
    )  # fmt: skip


def _book(actor: Actor, act: str, *, outcome: str = "ok", **facts: Any) -> None:
    insert([_event(actor, act, outcome=outcome, **facts)])


def _about(event: Any, patients: Iterable[UUID]) -> None:
    model = apps.get_model("hospital", "AuditPatient")
    if rows := [model(event_id=event.pk, patient_id=pk) for pk in patients]:
        insert(rows)


def _event(actor: Actor, act: str, **facts: Any) -> Any:
    return apps.get_model("hospital", "AuditEvent")(
        act=act, user_id=actor.user_id, actor_kind=actor.kind, roles=" ".join(sorted(actor.roles)),
        door=actor.door, token_id=actor.token_id, request_id=actor.request_id, ip=actor.ip, **facts,
    )  # fmt: skip
