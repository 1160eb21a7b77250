"""Clinics of a department."""

from django.apps import apps
from django.db import models
from django.utils.translation import gettext_lazy as _

from hospital.kit.fields import PhoneField
from hospital.kit.guards import SameTenant

from .departments import Department
from .hospitals import Hospital
from .parts import HospitalPart


class Clinic(HospitalPart):
    """Where the out-patients of a department are seen."""

    errors_at = {**HospitalPart.errors_at, "other_tenant": "department"}
    leans_on = ("department",)

    hospital = models.ForeignKey(
        Hospital, on_delete=models.PROTECT, related_name="clinics", editable=False
    )
    department = models.ForeignKey(
        Department, on_delete=models.PROTECT, related_name="clinics", verbose_name=_("department")
    )
    room = models.CharField(_("room"), max_length=40, blank=True)
    phone = PhoneField(_("phone"), blank=True)
    opening_hours = models.CharField(_("opening hours"), max_length=200, blank=True)

    class Meta(HospitalPart.Meta):
        verbose_name = _("clinic")
        verbose_name_plural = _("clinics")
        constraints = [
            *HospitalPart.Meta.constraints,
            SameTenant(name="clinic_same_hospital", field="department", column="hospital_id"),
        ]

    def open_work(self) -> list[models.QuerySet]:
        """And the doctors who see people at it."""
        doctors = apps.get_model("hospital", "Doctor").objects.live()
        here = doctors.filter(placements__clinic=self, placements__retired_at=None)
        return [*super().open_work(), here]
