"""Departments of a hospital."""

from django.core.validators import MaxLengthValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from hospital.kit.fields import PhoneField

from .hospitals import Hospital
from .parts import HospitalPart


class Department(HospitalPart):
    """A part of a hospital with its own staff and wards, such as cardiology."""

    leans_on = ("hospital",)

    hospital = models.ForeignKey(
        Hospital, on_delete=models.PROTECT, related_name="departments", editable=False
    )
    phone = PhoneField(_("phone"), blank=True)
    description = models.TextField(
        _("description"), max_length=1000, blank=True,
        # For a TextField max_length is a hint to forms alone.
        validators=[MaxLengthValidator(1000)],
    )  # fmt: skip

    class Meta(HospitalPart.Meta):
        verbose_name = _("department")
        verbose_name_plural = _("departments")
