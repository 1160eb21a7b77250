"""Wards of a department."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from hospital.kit.fields import PhoneField
from hospital.kit.guards import SameTenant

from .departments import Department
from .hospitals import Hospital
from .parts import HospitalPart


class Ward(HospitalPart):
    """Rooms and beds under one nursing team, where in-patients stay."""

    errors_at = {**HospitalPart.errors_at, "other_tenant": "department"}
    leans_on = ("department",)

    hospital = models.ForeignKey(
        Hospital, on_delete=models.PROTECT, related_name="wards", editable=False
    )
    department = models.ForeignKey(
        Department, on_delete=models.PROTECT, related_name="wards", verbose_name=_("department")
    )
    floor = models.CharField(_("floor"), max_length=40, blank=True)
    phone = PhoneField(_("phone"), blank=True)

    class Meta(HospitalPart.Meta):
        verbose_name = _("ward")
        verbose_name_plural = _("wards")
        constraints = [
            *HospitalPart.Meta.constraints,
            SameTenant(name="ward_same_hospital", field="department", column="hospital_id"),
        ]
