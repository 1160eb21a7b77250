"""Requests that have had their effect."""

from django.db import models

from hospital.kit import clock
from hospital.kit.ids import uuid7


class IdempotencyKey(models.Model):
    """One request of one principal: what it was, and what it was answered. Kept seven days."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    principal = models.UUIDField()
    key = models.CharField(max_length=255)
    fingerprint = models.CharField(max_length=64)
    created_at = models.DateTimeField(default=clock.now, db_index=True)
    status = models.PositiveSmallIntegerField(null=True)
    resource = models.CharField(max_length=60, blank=True)
    object_id = models.UUIDField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["principal", "key"], name="idempotency_key_unique")
        ]

    def __str__(self) -> str:
        return str(self.pk)
