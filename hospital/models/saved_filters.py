"""Filters and orders of lists that people come back to."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from hospital.kit import clock
from hospital.kit.ids import uuid7


class SavedFilter(models.Model):
    """How one person likes to see one list of one hospital, under a name of their own.

    ``query`` is what the list's address says: choices and ids of the hospital's parts, never patient values.
    """

    resource: ClassVar[str] = "hospital.savedfilter"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    user_id = models.UUIDField()
    hospital_id = models.UUIDField()
    list = models.CharField(max_length=60)
    name = models.CharField(_("name"), max_length=40)
    query = models.CharField(max_length=500)
    created_at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["user_id", "hospital_id", "list", "name"], name="saved_filter_unique"
            )
        ]

    def __str__(self) -> str:
        return self.name
