"""The ranges of vital signs that a hospital goes by."""

from typing import Any

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from hospital.kit.quantities import QuantityField
from hospital.kit.records import Record
from hospital.models import Hospital
from records import vitals


class VitalRange(Record):
    """What is usual of a vital sign from an age on, until the next range of the same sign begins.

    A sign of which a hospital has no range goes by ``records.vitals``.
    """

    errors_at = {"range_taken": "from_months", "range_order": "low"}

    hospital = models.ForeignKey(
        Hospital, on_delete=models.PROTECT, related_name="+", editable=False
    )
    code = models.CharField(_("vital sign"), max_length=12, choices=vitals.CHOICES)
    from_months = models.PositiveSmallIntegerField(_("from the age of (months)"), default=0)
    critical_low = QuantityField(_("critically low below"), null=True, blank=True)
    low = QuantityField(_("low below"), null=True, blank=True)
    high = QuantityField(_("high above"), null=True, blank=True)
    critical_high = QuantityField(_("critically high above"), null=True, blank=True)

    class Meta:
        verbose_name = _("vital sign range")
        verbose_name_plural = _("vital sign ranges")
        ordering = ["code", "from_months", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["hospital", "code", "from_months"],
                condition=Q(retired_at__isnull=True),
                name="vital_range_unique",
                violation_error_code="range_taken",
                violation_error_message=_(
                    "There is a range from this age on already. Change that one."
                ),
            ),
            *(
                models.CheckConstraint(
                    condition=Q(**{f"{lower}__isnull": True})
                    | Q(**{f"{upper}__isnull": True})
                    | Q(**{f"{lower}__lte": F(upper)}),
                    name=f"vital_range_{lower}_{upper}",
                    violation_error_code="range_order",
                    violation_error_message=_(
                        "The limits must rise: critically low, low, high, critically high."
                    ),
                )
                for lower, upper in (
                    ("critical_low", "low"),
                    ("low", "high"),
                    ("high", "critical_high"),
                )
            ),
        ]

    def __str__(self) -> str:
        return str(self.get_code_display())

    def as_range(self) -> vitals.Range:
        """The same as a range of ``records.vitals``."""
        sides: dict[str, Any] = {
            name: getattr(self, name) for name in ("low", "high", "critical_low", "critical_high")
        }
        return vitals.Range(**sides, from_months=self.from_months)
