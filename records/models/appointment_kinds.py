"""The kinds of appointments a hospital gives, and how long each takes."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from hospital.kit.guards import SameTenant
from hospital.models import Clinic, Hospital
from hospital.models.parts import HospitalPart


class AppointmentKind(HospitalPart):
    """What people come for, such as a first visit: FHIR's appointmentType, with its usual length."""

    errors_at = {**HospitalPart.errors_at, "other_tenant": "clinic", "out_of_range": "minutes"}
    leans_on = ("clinic",)

    hospital = models.ForeignKey(
        Hospital, on_delete=models.PROTECT, related_name="appointment_kinds", editable=False
    )
    minutes = models.PositiveSmallIntegerField(_("minutes"), default=20)
    clinic = models.ForeignKey(
        Clinic, on_delete=models.PROTECT, related_name="appointment_kinds", null=True, blank=True,
        verbose_name=_("clinic"), help_text=_("Empty: offered by every clinic."),
    )  # fmt: skip

    class Meta(HospitalPart.Meta):
        verbose_name = _("appointment kind")
        verbose_name_plural = _("appointment kinds")
        constraints = [
            *HospitalPart.Meta.constraints,
            models.CheckConstraint(
                condition=Q(minutes__gte=5, minutes__lte=720),
                name="appointment_kind_minutes",
                violation_error_code="out_of_range",
                violation_error_message=_("An appointment takes 5 to 720 minutes."),
            ),
            SameTenant(name="appointment_kind_same_as_clinic", field="clinic"),
        ]
