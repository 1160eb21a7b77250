"""Charts that may be of one person, and how far a hospital's charts have been looked through for them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any, ClassVar, Self
from uuid import UUID

from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from hospital.kit.actors import NOWHERE
from hospital.kit.records import Record, RecordQuerySet
from hospital.models import Hospital

from .merges import MergeEvent
from .patients import Patient

# Before everything that has changed.
LONG_AGO = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)


class DuplicatePairQuerySet(RecordQuerySet):
    """Pairs of charts."""

    def open(self) -> Self:
        """Those that nobody has decided on."""
        return self.live().filter(status=DuplicatePair.Status.OPEN)

    def waiting(self) -> Self:
        """Those that nobody has decided on and nobody has proposed to merge."""
        merges = MergeEvent.objects.between(OuterRef("first_id"), OuterRef("second_id"))
        return self.open().exclude(Exists(merges.filter(status=MergeEvent.Status.PROPOSED)))

    def of(self, patient_ids: Iterable[UUID]) -> Self:
        """Those that one of these charts belongs to."""
        ids = list(patient_ids)
        return self.filter(Q(first__in=ids) | Q(second__in=ids))

    def between(self, one: UUID, other: UUID) -> Self:
        """The pair of these two charts, in whatever order."""
        first, second = sorted([one, other])
        return self.filter(first=first, second=second)

    def told_apart(self, patient_id: UUID) -> set[UUID]:
        """The charts that somebody has said are not of the same person as this one."""
        rows = self.live().filter(status=DuplicatePair.Status.DIFFERENT).of([patient_id])
        return {pk for row in rows.values_list("first", "second") for pk in row} - {patient_id}


class DuplicatePair(Record):
    """Two charts that may be of one person: a fact of the two, whichever hospital found or decided it.

    There is one row per two charts for ever. One that is not alike any more is retired, unless somebody has
    decided on it: ``different`` stays until it is taken back.
    """

    class Status(models.TextChoices):
        OPEN = "open", _("Open")
        DIFFERENT = "different", _("Not the same")

    errors_at = {"done_with_status": "decided_at"}
    SERVER_FIELDS = Record.SERVER_FIELDS | {
        "score", "agrees", "status", "decided_by", "decided_at", "reason",
    }  # fmt: skip

    # The first column of its constraint; the one with the lower id.
    first = models.ForeignKey(
        Patient, on_delete=models.PROTECT, related_name="+", editable=False, db_index=False,
        verbose_name=_("first chart"),
    )  # fmt: skip
    second = models.ForeignKey(
        Patient, on_delete=models.PROTECT, related_name="+", editable=False,
        verbose_name=_("second chart"),
    )  # fmt: skip
    score = models.PositiveSmallIntegerField(_("likeness, in tenths"), editable=False)
    agrees = models.JSONField(_("what agrees"), default=list, editable=False)
    status = models.CharField(
        _("status"), max_length=9, choices=Status.choices, default=Status.OPEN, editable=False
    )
    decided_by = models.UUIDField(_("decided by"), null=True, blank=True, editable=False)
    decided_at = models.DateTimeField(_("decided at"), null=True, blank=True, editable=False)
    reason = models.CharField(_("reason"), max_length=200, blank=True, editable=False)

    objects: ClassVar[Any] = DuplicatePairQuerySet.as_manager()

    class Meta:
        verbose_name = _("likely duplicate")
        verbose_name_plural = _("likely duplicates")
        ordering = ["-score", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["first", "second"], name="duplicate_pair_once", violation_error_code="unique"
            ),
            models.CheckConstraint(
                condition=Q(first__lt=F("second")), name="duplicate_pair_in_order",
                violation_error_code="invalid_choice",
            ),
            models.CheckConstraint(
                condition=Q(status="open", decided_at__isnull=True)
                | Q(status="different", decided_at__isnull=False),
                name="duplicate_pair_decided_at",
                violation_error_code="done_with_status",
            ),
        ]  # fmt: skip
        indexes = [
            models.Index(fields=["status", "-score", "id"], name="duplicate_pair_likest"),
            models.Index(fields=["-score", "id"], name="duplicate_pair_order"),
            models.Index(fields=["updated_at", "id"], name="duplicate_pair_changes"),
        ]

    def __str__(self) -> str:
        return str(self.get_status_display())

    @property
    def audit_patient_id(self) -> UUID:
        return self.first_id

    @property
    def patient_ids(self) -> tuple[UUID, UUID]:
        """Both charts."""
        return self.first_id, self.second_id

    @property
    def is_open(self) -> bool:
        return self.status == self.Status.OPEN and not self.is_retired


class DuplicateSearch(models.Model):
    """How far the charts of a hospital have been looked through, in the order in which they last changed.

    ``steps`` counts the parts that are done: who finds another number than before was overtaken.
    ``ended_at`` is when the last one was done, None while the first round or one that somebody asked for is
    under way.
    """

    hospital = models.OneToOneField(
        Hospital, on_delete=models.PROTECT, related_name="duplicate_search"
    )
    changed_at = models.DateTimeField(default=LONG_AGO)
    patient_id = models.UUIDField(default=NOWHERE)
    steps = models.PositiveIntegerField(default=0)
    ended_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return str(self.hospital_id)
