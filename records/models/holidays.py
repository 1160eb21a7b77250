"""Days on which a hospital, or one of its clinics, sees nobody."""

import datetime as dt
from typing import Any, ClassVar, Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from hospital.kit.guards import SameTenant
from hospital.kit.records import Record, RecordQuerySet
from hospital.models import Clinic, Hospital


class HolidayQuerySet(RecordQuerySet):
    """Holidays."""

    def meeting(self, first: dt.date, last: dt.date) -> Self:
        """Those with a day from ``first`` to ``last``, both included."""
        return self.filter(first_on__lte=last, last_on__gte=first)


class Holiday(Record):
    """Days, the last included, on which a clinic is closed; without a clinic, the whole hospital."""

    errors_at = {"other_tenant": "clinic", "days_reversed": "last_on"}
    leans_on = ("clinic",)
    rests_with = ("clinic",)

    hospital = models.ForeignKey(
        Hospital, on_delete=models.PROTECT, related_name="holidays", editable=False
    )
    name = models.CharField(_("name"), max_length=80)
    first_on = models.DateField(_("first day"))
    last_on = models.DateField(_("last day"))
    clinic = models.ForeignKey(
        Clinic, on_delete=models.PROTECT, related_name="holidays", null=True, blank=True,
        verbose_name=_("clinic"), help_text=_("Empty: the whole hospital is closed."),
    )  # fmt: skip

    objects: ClassVar[Any] = HolidayQuerySet.as_manager()

    class Meta:
        verbose_name = _("holiday")
        verbose_name_plural = _("holidays")
        ordering = ["-first_on", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(last_on__gte=F("first_on")),
                name="holiday_days_in_order",
                violation_error_code="days_reversed",
                violation_error_message=_("The last day must not be before the first."),
            ),
            SameTenant(name="holiday_same_as_clinic", field="clinic"),
        ]
        indexes = [models.Index(fields=["hospital", "first_on", "id"], name="holiday_order")]

    def __str__(self) -> str:
        return self.name
