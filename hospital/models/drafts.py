"""What people typed and have not saved."""

from django.db import models

from hospital.kit import clock
from hospital.kit.ids import uuid7


class Draft(models.Model):
    """What one person typed into the form of one page at one hospital; theirs alone, and kept a week.

    The id is made of the three, so that a form has one draft however often it is kept.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    user_id = models.UUIDField()
    typed = models.JSONField(default=list)
    saved_at = models.DateTimeField(default=clock.now, db_index=True)

    def __str__(self) -> str:
        return str(self.pk)
