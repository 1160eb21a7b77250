"""Merges: two charts of one person become one, and can become two again."""

from typing import Any, ClassVar, Self
from uuid import UUID

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from hospital.kit.fixed import Fixed
from hospital.kit.guards import AppendOnly
from hospital.kit.records import Record, RecordQuerySet
from hospital.models import Hospital

from .patients import Patient


class MergeEventQuerySet(RecordQuerySet):
    """Merges."""

    def between(self, one: Any, other: Any) -> Self:
        """Those of these two charts, whichever of them was to stay."""
        return self.filter(Q(survivor=one, merged=other) | Q(survivor=other, merged=one))


class MergeEvent(Record):
    """One person proposes that ``merged`` goes into ``survivor``, another one has it done; perhaps it is undone.

    Its status is changed by acts alone. Its ``rows`` tell what was changed in the charts.
    """

    class Status(models.TextChoices):
        PROPOSED = "proposed", _("Proposed")
        MERGED = "merged", _("Merged")
        REFUSED = "refused", _("Refused")
        UNDONE = "undone", _("Undone")

    resource = "records.merge"
    errors_at = {"merge_itself": "merged", "merge_open": "merged"}
    SERVER_FIELDS = Record.SERVER_FIELDS | {
        "status", "proposed_by", "decided_by", "decided_at", "refuse_reason", "undone_by", "undone_at",
        "undo_reason",
    }  # fmt: skip

    hospital = models.ForeignKey(
        Hospital, on_delete=models.PROTECT, related_name="+", editable=False
    )
    survivor = models.ForeignKey(
        Patient, on_delete=models.PROTECT, related_name="+", verbose_name=_("chart that stays")
    )
    merged = models.ForeignKey(
        Patient, on_delete=models.PROTECT, related_name="+", verbose_name=_("chart merged into it")
    )
    reason = models.CharField(_("reason"), max_length=200)

    status = models.CharField(
        _("status"), max_length=8, choices=Status.choices, default=Status.PROPOSED, editable=False
    )
    proposed_by = models.UUIDField(_("proposed by"), editable=False)
    decided_by = models.UUIDField(_("decided by"), null=True, blank=True, editable=False)
    decided_at = models.DateTimeField(_("decided at"), null=True, blank=True, editable=False)
    refuse_reason = models.CharField(
        _("reason for refusing"), max_length=200, blank=True, editable=False
    )
    undone_by = models.UUIDField(_("undone by"), null=True, blank=True, editable=False)
    undone_at = models.DateTimeField(_("undone at"), null=True, blank=True, editable=False)
    undo_reason = models.CharField(
        _("reason for undoing"), max_length=200, blank=True, editable=False
    )

    objects: ClassVar[Any] = MergeEventQuerySet.as_manager()

    class Meta:
        verbose_name = _("merge")
        verbose_name_plural = _("merges")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(survivor=F("merged")),
                name="merge_of_two_charts",
                violation_error_code="merge_itself",
                violation_error_message=_("A chart cannot be merged into itself."),
            ),
            models.UniqueConstraint(
                fields=["merged"],
                condition=Q(status__in=["proposed", "merged"]),
                name="merge_open_once",
                violation_error_code="merge_open",
                violation_error_message=_("There is a merge of this chart already. Open that one."),
            ),
            models.CheckConstraint(
                condition=~Q(status="merged") | ~Q(decided_by=F("proposed_by")),
                name="merge_by_two_persons",
                violation_error_code="merge_second_person",
                violation_error_message=_("Whoever proposed a merge does not approve it."),
            ),
            models.CheckConstraint(
                condition=Q(status="proposed", decided_at__isnull=True, undone_at__isnull=True)
                | Q(status__in=["merged", "refused"], decided_at__isnull=False, undone_at__isnull=True)
                | Q(status="undone", decided_at__isnull=False, undone_at__isnull=False),
                name="merge_times_with_status",
                violation_error_code="invalid_choice",
            ),
        ]  # fmt: skip
        indexes = [
            models.Index(fields=["hospital", "updated_at", "id"], name="merge_changes"),
            models.Index(fields=["hospital", "status", "id"], name="merge_waiting"),
        ]

    def __str__(self) -> str:
        # Stands in titles, messages and the admin: of whom it is must not.
        return str(self._meta.verbose_name)

    @property
    def audit_patient_id(self) -> UUID:
        return self.survivor_id

    @property
    def patient_ids(self) -> tuple[UUID, UUID]:
        """Both charts."""
        return self.survivor_id, self.merged_id


class MergedRow(Fixed):
    """What a merge changed in one row: its columns ``before`` and ``after``, and digests of the whole row."""

    event = models.ForeignKey(MergeEvent, on_delete=models.PROTECT, related_name="rows")
    model = models.CharField(max_length=60)
    object_id = models.UUIDField()
    before = models.JSONField()
    after = models.JSONField()
    version = models.PositiveIntegerField()  # type: ignore[assignment]
    digest_before = models.CharField(max_length=64)
    digest_after = models.CharField(max_length=64)

    class Meta:
        verbose_name = _("row of a merge")
        verbose_name_plural = _("rows of a merge")
        ordering = ["id"]
        constraints: ClassVar[Any] = [AppendOnly(name="merged_row_append_only")]
        indexes = [models.Index(fields=["object_id"], name="merged_row_of")]

    def __str__(self) -> str:
        return self.model
