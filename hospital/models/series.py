"""Numbers given out in order."""

from django.db import models


class Series(models.Model):
    """The next number of one series."""

    name = models.CharField(max_length=80, primary_key=True)
    next_value = models.BigIntegerField(default=1)

    class Meta:
        verbose_name_plural = "series"

    def __str__(self) -> str:
        return self.name
