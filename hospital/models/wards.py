"""Wards of a department."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from hospital.kit.fields import PhoneField
from hospital.kit.guards import SameTenant
from hospital.kit.records import Record

from .departments import Department
from .hospitals import Hospital, code_validator


class Ward(Record):
    """Rooms and beds under one nursing team, where in-patients stay."""

    errors_at = {"code_taken": "code", "other_tenant": "department"}
    leans_on = ("department",)

    hospital = models.ForeignKey(
        Hospital, on_delete=models.PROTECT, related_name="wards", editable=False
    )
    department = models.ForeignKey(
        Department, on_delete=models.PROTECT, related_name="wards", verbose_name=_("department")
    )
    code = models.CharField(_("code"), max_length=16, validators=[code_validator])
    name = models.CharField(_("name"), max_length=120)
    floor = models.CharField(_("floor"), max_length=40, blank=True)
    phone = PhoneField(_("phone"), blank=True)

    class Meta:
        verbose_name = _("ward")
        verbose_name_plural = _("wards")
        ordering = ["code", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["hospital", "code"],
                condition=Q(retired_at__isnull=True),
                name="ward_code_unique",
                violation_error_code="code_taken",
                violation_error_message=_(
                    "This code is already used in this hospital. Choose another."
                ),
            ),
            SameTenant(name="ward_same_hospital", field="department", column="hospital_id"),
        ]
        indexes = [models.Index(fields=["hospital", "code", "id"], name="ward_code_order")]

    def __str__(self) -> str:
        return self.name
