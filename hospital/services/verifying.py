"""Whether the past is as it was: the audit's chain, and the histories against the audit's digests."""

from collections.abc import Iterator
from itertools import islice
from typing import Any, NamedTuple
from uuid import UUID

from django.apps import apps

from hospital.kit import audit
from hospital.kit.records import Record
from hospital.models import AuditEvent

BATCH = 500


class Doctored(NamedTuple):
    """A version that the audit knows otherwise: ``problem`` is "changed" or "missing"."""

    resource: str
    object_id: UUID
    version: int
    problem: str


def tracked() -> list[type[Record]]:
    """Every model that keeps a history."""
    return [model for model in apps.get_models() if issubclass(model, Record)]


def doctored() -> Iterator[Doctored]:
    """Every version booked in the audit that its history no longer holds as it was written.

    Reads the whole audit; for a table of which nothing was booked, nothing can be said.
    """
    for model in tracked():
        booked = AuditEvent.objects.filter(resource=model.resource, version__isnull=False)
        rows = booked.exclude(digest="").order_by("id").iterator(BATCH)
        while events := list[Any](islice(rows, BATCH)):
            past = _versions(model, {event.object_id for event in events})
            for event in events:
                if problem := _problem(past.get((event.object_id, event.version)), event.digest):
                    yield Doctored(model.resource, event.object_id, event.version, problem)


def _versions(model: Any, ids: set[UUID]) -> dict[tuple[UUID, int], Record]:
    rows = model.history.filter(id__in=ids)
    return {(row.id, row.version): row.instance for row in rows}


def _problem(past: Record | None, digest: str) -> str:
    if past is None:
        return "missing"
    return "" if audit.digest(past) == digest else "changed"
