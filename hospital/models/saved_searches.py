"""Searches kept on the server, so that no patient's name stands in a URL."""

from django.db import models

from hospital.kit import clock
from hospital.kit.ids import uuid7


class SavedSearch(models.Model):
    """What one person searched for, under an id that says nothing. Kept a week, so that Back
    works and what was begun from it is found again.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    user_id = models.UUIDField(db_index=True)
    hospital_id = models.UUIDField()
    text = models.CharField(max_length=200)
    created_at = models.DateTimeField(default=clock.now, db_index=True)

    def __str__(self) -> str:
        return str(self.pk)
