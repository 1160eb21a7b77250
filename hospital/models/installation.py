"""The installation itself."""

from django.db import models

from hospital.kit import clock


class Installation(models.Model):
    """The one row that says what this database is for."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1, editable=False)
    is_demo = models.BooleanField(default=False)
    created_at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(id=1), name="installation_is_one_row")
        ]

    def __str__(self) -> str:
        return "demo" if self.is_demo else "hospital"
