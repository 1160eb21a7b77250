"""Departments of a hospital."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from hospital.kit.fields import PhoneField
from hospital.kit.records import Record

from .hospitals import Hospital, code_validator


class Department(Record):
    """A part of a hospital with its own staff and wards, such as cardiology."""

    errors_at = {"code_taken": "code"}
    leans_on = ("hospital",)

    hospital = models.ForeignKey(
        Hospital, on_delete=models.PROTECT, related_name="departments", editable=False
    )
    code = models.CharField(_("code"), max_length=16, validators=[code_validator])
    name = models.CharField(_("name"), max_length=120)
    phone = PhoneField(_("phone"), blank=True)
    description = models.TextField(_("description"), max_length=1000, blank=True)

    class Meta:
        verbose_name = _("department")
        verbose_name_plural = _("departments")
        ordering = ["code", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["hospital", "code"],
                condition=Q(retired_at__isnull=True),
                name="department_code_unique",
                violation_error_code="code_taken",
                violation_error_message=_(
                    "This code is already used in this hospital. Choose another."
                ),
            )
        ]
        indexes = [models.Index(fields=["hospital", "code", "id"], name="department_code_order")]

    def __str__(self) -> str:
        return self.name
