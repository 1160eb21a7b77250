"""The ids other systems know our records by."""

from uuid import UUID

from django.db import models
from django.utils.translation import gettext_lazy as _

from hospital.kit import clock
from hospital.kit.actors import Actor
from hospital.kit.errors import Link, RuleError
from hospital.kit.ids import uuid7
from hospital.kit.records import Record


class ExternalIdManager(models.Manager):
    """Claims and finds external ids."""

    def refuse_taken(self, actor: Actor, resource: str, value: str) -> None:
        """RuleError with a link to the holder when the actor's system already uses ``value``."""
        if taken := self.find(actor, resource, value):
            raise RuleError("external_id_taken", links=(Link(resource, taken, value),))

    def claim(self, actor: Actor, record: Record, value: str) -> None:
        """Book ``value`` on ``record`` for the actor's system; RuleError with a link to the holder when taken."""
        mine = self.model(
            source_id=actor.user_id, hospital_id=actor.hospital_id, resource=record.resource,
            value=value, object_id=record.pk,
        )  # fmt: skip
        mine.clean_fields(exclude={"hospital_id"})
        self.bulk_create([mine], ignore_conflicts=True)
        holder = self.find(actor, record.resource, value)
        if holder != record.pk:
            raise RuleError(
                "external_id_taken", links=(Link(record.resource, holder or record.pk, value),)
            )

    def find(self, actor: Actor, resource: str, value: str) -> UUID | None:
        """The id of the record that the actor's system knows as ``value``."""
        rows = self.filter(source_id=actor.user_id, hospital_id=actor.hospital_id)
        return (
            rows.filter(resource=resource, value=value).values_list("object_id", flat=True).first()
        )


class ExternalId(models.Model):
    """One record's id in one integrating system (the account its tokens belong to) at one hospital."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    source_id = models.UUIDField()
    hospital_id = models.UUIDField(null=True)
    resource = models.CharField(max_length=60)
    value = models.CharField(_("external id"), max_length=100)
    object_id = models.UUIDField()
    created_at = models.DateTimeField(default=clock.now)

    objects = ExternalIdManager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["source_id", "hospital_id", "resource", "value"],
                name="external_id_unique",
            ),
            models.UniqueConstraint(
                fields=["source_id", "resource", "value"],
                condition=models.Q(hospital_id__isnull=True),
                name="external_id_platform_unique",
            ),
        ]
        indexes = [models.Index(fields=["object_id"], name="external_id_by_object")]

    def __str__(self) -> str:
        return self.value
