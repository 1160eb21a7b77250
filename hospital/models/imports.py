"""Tables of one's own data that are brought in."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from hospital.kit import clock
from hospital.kit.ids import uuid7


class ImportBatch(models.Model):
    """One file that somebody brings in: how its columns are read, how far it is, and what became of its rows.

    ``position`` moves in the transaction that stores rows, so none comes in twice and none is missing.
    Of the rows themselves nothing stands here but their headings; they lie in ``file`` until that is forgotten.
    """

    resource: ClassVar[str] = "hospital.importbatch"

    class State(models.TextChoices):
        UPLOADED = "uploaded", _("columns to be chosen")
        CHECKING = "checking", _("being checked")
        CHECKED = "checked", _("checked, nothing stored yet")
        IMPORTING = "importing", _("being brought in")
        DONE = "done", _("brought in")
        UNDOING = "undoing", _("being undone")
        UNDONE = "undone", _("undone")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    hospital_id = models.UUIDField()
    # Nobody's when a command did it.
    user_id = models.UUIDField(null=True)
    kind = models.CharField(max_length=40)
    state = models.CharField(max_length=10, choices=State.choices, default=State.UPLOADED)
    created_at = models.DateTimeField(default=clock.now)
    ended_at = models.DateTimeField(null=True)

    # As what it was handed in, under which name it lies, and what tells that it is the same again.
    file_name = models.CharField(max_length=120)
    file = models.CharField(max_length=64, blank=True)
    digest = models.CharField(max_length=64)
    headings = models.JSONField(default=list)
    options = models.JSONField(default=dict)
    job_id = models.UUIDField(null=True)

    rows = models.PositiveIntegerField(default=0)
    position = models.PositiveIntegerField(default=0)
    # Where in the file the row after ``position`` begins.
    offset = models.BigIntegerField(default=0)
    created = models.PositiveIntegerField(default=0)
    linked = models.PositiveIntegerField(default=0)
    skipped = models.PositiveIntegerField(default=0)
    broken = models.PositiveIntegerField(default=0)
    # Of all of them, how many are probably somebody or something known.
    likely = models.PositiveIntegerField(default=0)
    undone = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = _("import")
        verbose_name_plural = _("imports")
        indexes = [
            models.Index(fields=["hospital_id", "-id"], name="import_batch_newest"),
            models.Index(fields=["hospital_id", "digest"], name="import_batch_same"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.state}"


class ImportRow(models.Model):
    """What became of one row of a file, by its number there; of a mere check only what is worth telling."""

    class Outcome(models.TextChoices):
        CREATED = "created", _("new")
        LINKED = "linked", _("the one that is there")
        SKIPPED = "skipped", _("left out")
        BROKEN = "broken", _("broken")
        UNDONE = "undone", _("undone")
        KEPT = "kept", _("changed since, so it stayed")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    # The first column of both indexes.
    batch = models.ForeignKey(
        ImportBatch, on_delete=models.CASCADE, related_name="told", db_index=False
    )
    number = models.PositiveIntegerField()
    outcome = models.CharField(max_length=8, choices=Outcome.choices)
    # [heading, code] of each thing that is wrong or worth a look; never a value.
    problems = models.JSONField(default=list)
    # What was made of it, or what it is like; or the row of the file that it is like.
    object_id = models.UUIDField(null=True)
    like_row = models.PositiveIntegerField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["batch", "number"], name="import_row_once")]
        indexes = [
            models.Index(fields=["batch", "outcome", "number"], name="import_row_by_outcome")
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.outcome}"
