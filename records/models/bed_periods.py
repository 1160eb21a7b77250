"""A bed's life: a row for each time that somebody lies in it, or that nobody may."""

from __future__ import annotations

import datetime as dt
from typing import Any, ClassVar, Self
from uuid import UUID

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from hospital.kit import clock
from hospital.kit.guards import NoOverlap, SameTenant
from hospital.kit.records import Record, RecordQuerySet
from hospital.models import Bed, Hospital, Ward

from .encounters import Encounter


def at_moment(moment: dt.datetime) -> Q:
    """What has begun by ``moment`` and is not over then."""
    return Q(starts_at__lte=moment) & (Q(ends_at__isnull=True) | Q(ends_at__gt=moment))


class PeriodQuerySet(RecordQuerySet):
    """Periods; a retired one never was."""

    def at(self, moment: dt.datetime) -> Self:
        """Those that hold at ``moment``."""
        return self.live().filter(at_moment(moment))

    def lying(self) -> Self:
        """Where everybody who is in lies or waits now."""
        return self.live().filter(kind=BedPeriod.Kind.OCCUPIED, ends_at__isnull=True)

    def meeting(self, starts_at: dt.datetime, ends_at: dt.datetime | None = None) -> Self:
        """Those that have a moment of ``[starts_at, ends_at)``; without an end, any later moment."""
        rows = self.live().filter(Q(ends_at__isnull=True) | Q(ends_at__gt=starts_at))
        return rows.filter(starts_at__lt=ends_at) if ends_at else rows


class BedPeriod(Record):
    """A bed is occupied, reserved, being cleaned or closed for ``[starts_at, ends_at)``: one of them at a time.

    Without a bed, an in-patient waits for one in the ward. A bed without a period is free.
    """

    class Kind(models.TextChoices):
        OCCUPIED = "occupied", _("Occupied")
        RESERVED = "reserved", _("Reserved")
        CLEANING = "cleaning", _("To be cleaned")
        CLOSED = "closed", _("Closed")

    errors_at = {"bed_taken": "bed", "stay_elsewhere": "encounter", "interval_reversed": "ends_at"}
    leans_on = ("ward", "bed")

    hospital = models.ForeignKey(
        Hospital, on_delete=models.PROTECT, related_name="+", editable=False
    )
    ward = models.ForeignKey(
        Ward, on_delete=models.PROTECT, related_name="periods", verbose_name=_("ward")
    )
    bed = models.ForeignKey(
        Bed, on_delete=models.PROTECT, related_name="periods", null=True, blank=True,
        verbose_name=_("bed"),
    )  # fmt: skip
    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices)
    encounter = models.ForeignKey(
        Encounter, on_delete=models.PROTECT, related_name="periods", null=True, blank=True,
        verbose_name=_("stay"),
    )  # fmt: skip
    reason = models.CharField(_("reason"), max_length=200, blank=True)
    starts_at = models.DateTimeField(_("from"))
    ends_at = models.DateTimeField(_("until"), null=True, blank=True)

    objects: ClassVar[Any] = PeriodQuerySet.as_manager()

    class Meta:
        verbose_name = _("bed period")
        verbose_name_plural = _("bed periods")
        ordering = ["starts_at", "id"]
        constraints = [
            NoOverlap(
                name="bed_period_one_use",
                same=["bed"],
                optional=["bed"],
                start="starts_at",
                end="ends_at",
                condition=Q(retired_at__isnull=True),
                violation_error_code="bed_taken",
                violation_error_message=_("This bed is not free then. Choose another."),
            ),
            NoOverlap(
                name="bed_period_one_place",
                same=["encounter"],
                optional=["encounter"],
                start="starts_at",
                end="ends_at",
                condition=Q(retired_at__isnull=True, kind="occupied"),
                violation_error_code="stay_elsewhere",
                violation_error_message=_("The patient lies somewhere else then."),
            ),
            models.CheckConstraint(
                condition=Q(kind="occupied", encounter__isnull=False)
                | Q(kind="reserved", bed__isnull=False, ends_at__isnull=False)
                | Q(kind__in=["cleaning", "closed"], bed__isnull=False, encounter__isnull=True),
                name="bed_period_of_kind",
                violation_error_code="invalid_choice",
            ),
            SameTenant(name="bed_period_same_as_ward", field="ward"),
            SameTenant(name="bed_period_same_as_bed", field="bed"),
            SameTenant(name="bed_period_same_as_stay", field="encounter"),
        ]
        indexes = [
            models.Index(fields=["ward", "starts_at", "id"], name="bed_period_of_ward"),
            models.Index(fields=["bed", "starts_at", "id"], name="bed_period_of_bed"),
            models.Index(fields=["encounter", "starts_at", "id"], name="bed_period_of_stay"),
            models.Index(
                fields=["hospital", "ward"], name="bed_period_now",
                condition=Q(ends_at__isnull=True, retired_at__isnull=True),
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        where = self.bed or gettext("Waiting for a bed")
        return f"{where}: {self.get_kind_display()}"

    @property
    def audit_patient_id(self) -> UUID | None:
        return self.encounter.patient_id if self.encounter else None

    @staticmethod
    def is_in(ward: Ward | UUID) -> Q:
        """What is in a ward: a bed that was moved to another one is there with whoever lies in it."""
        return Q(bed__ward=ward) | Q(bed__isnull=True, ward=ward)

    @classmethod
    def _leaning_on(cls, parent: Record) -> Q:
        """Only what is now or still to come keeps its bed and ward."""
        pointing = super()._leaning_on(parent)
        if not pointing:
            return pointing
        return pointing & (Q(ends_at__isnull=True) | Q(ends_at__gt=clock.now()))


class Leave(Record):
    """An in-patient is away for a while, and the bed is kept."""

    errors_at = {"leave_overlap": "starts_at", "interval_reversed": "ends_at"}

    hospital = models.ForeignKey(
        Hospital, on_delete=models.PROTECT, related_name="+", editable=False
    )
    encounter = models.ForeignKey(Encounter, on_delete=models.PROTECT, related_name="leaves")
    starts_at = models.DateTimeField(_("from"))
    ends_at = models.DateTimeField(_("until"), null=True, blank=True)
    expected_back_at = models.DateTimeField(_("expected back"), null=True, blank=True)

    objects: ClassVar[Any] = PeriodQuerySet.as_manager()

    class Meta:
        verbose_name = _("leave")
        verbose_name_plural = _("leaves")
        ordering = ["starts_at", "id"]
        constraints = [
            NoOverlap(
                name="stay_leave_no_overlap",
                same=["encounter"],
                start="starts_at",
                end="ends_at",
                condition=Q(retired_at__isnull=True),
                violation_error_code="leave_overlap",
                violation_error_message=_("The patient was on leave already at that time."),
            ),
            SameTenant(name="stay_leave_same_as_stay", field="encounter"),
        ]

    @property
    def audit_patient_id(self) -> UUID | None:
        return self.encounter.patient_id

    def __str__(self) -> str:
        return str(self.encounter)
