"""When a doctor, room or device is away although the weekly hours say otherwise."""

import datetime as dt
from typing import Any, ClassVar, Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from hospital.kit.guards import SameTenant
from hospital.kit.records import Record, RecordQuerySet
from hospital.models import Hospital, Resource


class AbsenceQuerySet(RecordQuerySet):
    """Absences."""

    def meeting(self, starts_at: dt.datetime, ends_at: dt.datetime) -> Self:
        """Those that have a moment of ``[starts_at, ends_at)``."""
        return self.filter(starts_at__lt=ends_at, ends_at__gt=starts_at)


class Absence(Record):
    """A time ``[starts_at, ends_at)`` at which a resource cannot be booked: leave, illness, repair."""

    class Cause(models.TextChoices):
        ILLNESS = "illness", _("Illness")
        LEAVE = "leave", _("Leave")
        TRAINING = "training", _("Training")
        MAINTENANCE = "maintenance", _("Maintenance")
        OTHER = "other", _("Other")

    errors_at = {"other_tenant": "bookable", "interval_reversed": "ends_at"}
    leans_on = ("bookable",)
    rests_with = ("bookable",)

    hospital = models.ForeignKey(
        Hospital, on_delete=models.PROTECT, related_name="+", editable=False
    )
    bookable = models.ForeignKey(
        Resource, on_delete=models.PROTECT, related_name="absences",
        verbose_name=_("doctor, room or device"),
    )  # fmt: skip
    starts_at = models.DateTimeField(_("from"))
    ends_at = models.DateTimeField(_("until"))
    cause = models.CharField(_("cause"), max_length=12, choices=Cause.choices, default=Cause.LEAVE)
    note = models.CharField(_("note"), max_length=200, blank=True)

    objects: ClassVar[Any] = AbsenceQuerySet.as_manager()

    class Meta:
        verbose_name = _("absence")
        verbose_name_plural = _("absences")
        ordering = ["-starts_at", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("starts_at")),
                name="absence_in_order",
                violation_error_code="interval_reversed",
                violation_error_message=_("The end must be after the start."),
            ),
            SameTenant(name="absence_same_as_resource", field="bookable"),
        ]
        indexes = [
            models.Index(fields=["hospital", "starts_at", "id"], name="absence_order"),
            models.Index(fields=["bookable", "ends_at"], name="absence_of_resource"),
        ]

    def __str__(self) -> str:
        # A form that was sent without one still tells what it is about.
        who = self.bookable if self.bookable_id else ""
        return gettext("Absence of %(who)s") % {"who": who}
