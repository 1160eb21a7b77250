"""Acts: the only way a status changes or several rows move together.

A door opens the one transaction with ``in_transaction``; services are marked ``@act`` and join it.
"""

import functools
import time
from collections.abc import Callable
from typing import Any, TypeVar

from django.db import InterfaceError, OperationalError, connection, transaction

from . import policy
from .actors import Actor, acting
from .errors import Busy
from .undo import undone_on_failure

T = TypeVar("T")

ATTEMPTS = 3
RETRYABLE_STATES = {"40001", "40P01", "55P03"}
LOST_STATES = {"08000", "08003", "08006", "57P01", "57P02", "57P03"}


def act(permission: str) -> Callable[[Callable[..., T]], Callable[..., T]]:
    """Mark a service: ask the policy first, then run inside a transaction on the actor's account.

    The service takes ``actor`` first and keyword arguments after it. The check here is on the role;
    the service itself asks ``policy.require`` again with the object once it has it.
    """

    def mark(service: Callable[..., T]) -> Callable[..., T]:
        @functools.wraps(service)
        def run(actor: Actor, **arguments: Any) -> T:
            policy.require(actor, permission)
            with transaction.atomic(), acting(actor, permission):
                return service(actor, **arguments)

        run.permission = permission  # type: ignore[attr-defined]
        return run

    return mark


def in_transaction(work: Callable[[], T]) -> T:
    """Run ``work`` in the door's one transaction; up to three tries on a deadlock, then Busy.

    ``work`` must be safe to run again from its beginning: nothing of a failed try stays, neither in
    the database nor on the records that it saved.
    """
    for attempt in range(ATTEMPTS):
        try:
            with undone_on_failure(), transaction.atomic(durable=True):
                return work()
        except (OperationalError, InterfaceError) as exc:
            if not _worth_retrying(exc):
                raise
            if _is_lost(exc):
                connection.close()
                break
            time.sleep(0.02 * 3**attempt)
    raise Busy


def _state_of(exc: Exception) -> str:
    return getattr(exc.__cause__, "sqlstate", None) or ""


def _is_lost(exc: Exception) -> bool:
    if _state_of(exc) in LOST_STATES or isinstance(exc, InterfaceError):
        return True
    return connection.vendor == "postgresql" and not _state_of(exc)


def _worth_retrying(exc: Exception) -> bool:
    locked = "locked" in str(exc) or "busy" in str(exc)
    return _state_of(exc) in RETRYABLE_STATES or locked or _is_lost(exc)
