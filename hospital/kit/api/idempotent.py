"""One effect for a POST, however often it is sent: the Idempotency-Key header."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import orjson

from hospital.kit import idempotency
from hospital.kit.acts import in_transaction
from hospital.kit.errors import Refusal

VALID = re.compile(r"[\x21-\x7e]{1,255}\Z")


@dataclass(frozen=True)
class Outcome:
    """What a POST came to: the record it made or moved, its status, and whether it was done before."""

    object_id: UUID
    status: int
    is_replay: bool = False
    made: Any = None


def key_of(request: Any) -> str | None:
    """The caller's key, or None. Refusal `idempotency_key_invalid` unless it is visible ASCII."""
    key = request.headers.get("Idempotency-Key")
    if key is not None and not VALID.match(key):
        raise Refusal("idempotency_key_invalid")
    return key


def once(request: Any, *, status: int, work: Callable[[], Any]) -> Outcome:
    """Run `work`, which returns the record, in the door's one transaction, unless the key has been used.

    The same key with another body, path or method is `idempotency_mismatch`. A refused act leaves
    no key behind.
    """
    key, actor = key_of(request), request.actor
    body = orjson.dumps(request.data, option=orjson.OPT_SORT_KEYS)
    print_ = idempotency.fingerprint(
        request.method, request.path.rstrip("/"), str(actor.hospital_id), body
    )

    def run() -> Outcome:
        if key is None:
            record = work()
            return Outcome(record.pk, status, made=record)
        claim = idempotency.claim(actor.principal, key, print_)
        if not claim.is_new:
            return Outcome(claim.row.object_id, claim.row.status, is_replay=True)
        record = work()
        claim.answer(status=status, resource=record.resource, object_id=record.pk)
        return Outcome(record.pk, status, made=record)

    return in_transaction(run)
