"""Rows that are written once: what they say stays, so they have neither versions nor a history."""

from __future__ import annotations

from typing import Any, ClassVar, Self

from django.db import models

from . import clock
from .audited import Audited
from .ids import uuid7
from .policy import scope_q


class FixedQuerySet(models.QuerySet):
    """Rows that stay: for whoever asks as of records, all of them are live on any day."""

    def visible_to(self, actor: Any, action: str = "read") -> Self:
        """Those that ``actor`` may reach with ``action``."""
        resource = getattr(self.model, "resource")  # noqa: B009 (any model of ours has one)
        return self.filter(scope_q(actor, f"{resource}.{action}"))

    def live(self) -> Self:
        return self

    def on_day(self, day: Any) -> Self:
        return self

    def lead_on(self, actor: Any, pk: Any) -> None:
        """As of records: none goes by another id."""


class Fixed(Audited):
    """A row of a table that is ``AppendOnly``. To the audit it is a record of which there is one version."""

    version: ClassVar[int] = 1

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    created_at = models.DateTimeField(default=clock.now, editable=False)

    objects: ClassVar[Any] = FixedQuerySet.as_manager()

    class Meta:
        abstract = True
