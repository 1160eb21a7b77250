"""Work that comes round again: a registry the worker's tick goes through.

A piece of work is a plain function without arguments that is safe to run twice, registered once::

    every(5)(seal_audit_events)
"""

import time
from collections.abc import Callable
from dataclasses import dataclass, field

import structlog

log = structlog.get_logger(__name__)
Work = Callable[[], object]


@dataclass
class Periodic:
    """One piece of recurring work and when it is due again, in seconds of the monotonic clock."""

    seconds: float
    work: Work
    due: float = field(default=0.0)

    @property
    def name(self) -> str:
        return f"{self.work.__module__}.{self.work.__qualname__}"


_registered: dict[str, Periodic] = {}


def every(seconds: float) -> Callable[[Work], Work]:
    """Register a function to run about every ``seconds``; registering it again replaces it."""
    if seconds <= 0:
        raise ValueError("a period is longer than nothing")

    def register(work: Work) -> Work:
        periodic = Periodic(seconds, work)
        _registered[periodic.name] = periodic
        return work

    return register


def registered() -> tuple[Periodic, ...]:
    return tuple(_registered.values())


def tick(now: float | None = None) -> list[str]:
    """Run what is due and return the names of what ran.

    A failing piece is logged and comes round again at its next time; the others run all the same.
    """
    moment = time.monotonic() if now is None else now
    ran = []
    for periodic in registered():
        if periodic.due > moment:
            continue
        periodic.due = moment + periodic.seconds
        try:
            periodic.work()
        except Exception:
            log.exception("periodic_work_failed", work=periodic.name)
        ran.append(periodic.name)
    return ran
