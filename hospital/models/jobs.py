"""Background work that people can watch."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from hospital.kit import clock
from hospital.kit.ids import uuid7


class Job(models.Model):
    """One piece of background work: who asked, how far it is, how it ended.

    ``arguments`` hold ids, never patient values. A running job without a heartbeat is taken up again,
    three tries in all.
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("waiting")
        RUNNING = "running", _("running")
        DONE = "done", _("done")
        FAILED = "failed", _("failed")
        CANCELLED = "cancelled", _("cancelled")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    kind = models.CharField(max_length=80)
    arguments = models.JSONField(default=dict)
    user_id = models.UUIDField()
    hospital_id = models.UUIDField(null=True)
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)
    message = models.CharField(max_length=200, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    created_at = models.DateTimeField(default=clock.now)
    heartbeat_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["state", "heartbeat_at"], name="job_by_state")]

    def __str__(self) -> str:
        return f"{self.kind} {self.state}"
