"""What departments, wards and the other parts of a hospital have in common."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from hospital.kit.records import Record

from .hospitals import code_validator


class HospitalPart(Record):
    """A part of a hospital, known by a code that no other live one of its kind there has.

    Each model declares its key ``hospital`` itself, with a related name of its own.
    """

    errors_at: ClassVar[dict[str, str]] = {"code_taken": "code"}

    code = models.CharField(_("code"), max_length=16, validators=[code_validator])
    name = models.CharField(_("name"), max_length=120)

    class Meta:
        abstract = True
        ordering = ["code", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["hospital", "code"],
                condition=Q(retired_at__isnull=True),
                name="%(class)s_code_unique",
                violation_error_code="code_taken",
                violation_error_message=_(
                    "This code is already used in this hospital. Choose another."
                ),
            )
        ]
        indexes = [models.Index(fields=["hospital", "code", "id"], name="%(class)s_code_order")]

    def __str__(self) -> str:
        return self.name
