"""Background work that people can watch."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from hospital.kit import clock
from hospital.kit.ids import uuid7


class Job(models.Model):
    """One piece of background work: who asked, how far it is, how it ended, and the file it made.

    ``arguments`` hold ids, never patient values. A running job without a heartbeat is taken up again,
    three tries in all. A proposed one waits for a second person.
    """

    resource: ClassVar[str] = "hospital.job"

    class State(models.TextChoices):
        PROPOSED = "proposed", _("waiting for a second person")
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

    # What a second person is told and decides on.
    reason = models.CharField(_("reason"), max_length=200, blank=True)
    approved_by = models.UUIDField(null=True)

    # Under which name the file lies, as what it is offered, and until when; the first is taken away with it.
    file = models.CharField(max_length=64, blank=True)
    file_name = models.CharField(max_length=120, blank=True)
    expires_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("job")
        verbose_name_plural = _("jobs")
        constraints = [
            models.CheckConstraint(
                condition=Q(approved_by__isnull=True) | ~Q(approved_by=F("user_id")),
                name="job_approved_by_another",
                violation_error_code="second_person",
                violation_error_message=_(
                    "Somebody else has to approve this, not the one who asked for it."
                ),
            )
        ]
        indexes = [
            models.Index(fields=["state", "heartbeat_at"], name="job_by_state"),
            models.Index(fields=["user_id", "hospital_id", "-id"], name="job_by_person"),
            models.Index(fields=["expires_at"], condition=~Q(file=""), name="job_files"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.state}"
