"""Doctors, and the clinics they see people at."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from hospital.kit.codes import sentence
from hospital.kit.fields import OrderKeyField, PhoneField
from hospital.kit.guards import SameTenant
from hospital.kit.records import Record

from .clinics import Clinic
from .departments import Department
from .hospitals import Hospital
from .memberships import Membership, Role
from .users import User


class Doctor(Record):
    """Somebody who treats people at a hospital, with or without an account of their own."""

    errors_at = {
        "licence_taken": "licence_number",
        "doctor_account_taken": "user",
        "other_tenant": "department",
    }
    leans_on = ("department",)
    SERVER_FIELDS = Record.SERVER_FIELDS | {"sort_key"}

    hospital = models.ForeignKey(
        Hospital, on_delete=models.PROTECT, related_name="doctors", editable=False
    )
    title = models.CharField(_("title"), max_length=40, blank=True)
    family_name = models.CharField(_("family name"), max_length=100)
    given_names = models.CharField(_("given names"), max_length=100, blank=True)
    sort_key = OrderKeyField(of=("family_name", "given_names"))
    licence_number = models.CharField(_("licence number"), max_length=40)
    user = models.ForeignKey(
        User, on_delete=models.PROTECT, related_name="doctors", null=True, blank=True,
        verbose_name=_("account"),
    )  # fmt: skip

    department = models.ForeignKey(
        Department, on_delete=models.PROTECT, related_name="doctors", verbose_name=_("department")
    )
    speciality = models.CharField(_("speciality"), max_length=120, blank=True)
    phone = PhoneField(_("phone"), blank=True)
    email = models.EmailField(_("email"), blank=True)

    class Meta:
        verbose_name = _("doctor")
        verbose_name_plural = _("doctors")
        ordering = ["sort_key", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["hospital", "licence_number"],
                condition=Q(retired_at__isnull=True),
                name="doctor_licence_unique",
                violation_error_code="licence_taken",
                violation_error_message=_("Another doctor here already has this licence number."),
            ),
            models.UniqueConstraint(
                fields=["hospital", "user"],
                condition=Q(retired_at__isnull=True),
                name="doctor_account_unique",
                violation_error_code="doctor_account_taken",
                violation_error_message=_("This account already belongs to another doctor here."),
            ),
            SameTenant(name="doctor_same_hospital", field="department", column="hospital_id"),
        ]
        indexes = [models.Index(fields=["hospital", "sort_key", "id"], name="doctor_order")]

    def __str__(self) -> str:
        return " ".join(filter(None, (self.title, self.given_names, self.family_name)))

    @property
    def clinics(self) -> models.QuerySet[Clinic]:
        """The clinics the doctor sees people at, in their order."""
        here = {"placements__doctor": self, "placements__retired_at": None}
        return Clinic.objects.filter(**here).order_by("code", "id")

    def held_with(self) -> list[models.QuerySet]:
        """By what the doctor is booked."""
        bookable: Any = self._meta.get_field("as_resource").related_model
        return [bookable._base_manager.filter(doctor=self)]

    def needs_back(self) -> list[models.QuerySet]:
        """The clinics that people were seen at."""
        return [*super().needs_back(), self.clinics]

    def clean(self) -> None:
        super().clean()
        if self.user_id and "user" in self.changed_fields() and not self._is_doctors_account():
            code = "account_not_doctor"
            raise ValidationError({"user": ValidationError(sentence(code), code)})
        if self._state.adding or self.is_retired:
            return
        if self.clinics.retired().exists():  # type: ignore[attr-defined]
            raise ValidationError(
                {"clinics": ValidationError(sentence("retired_choice"), "retired_choice")}
            )

    def _is_doctors_account(self) -> bool:
        roles = Membership.objects.live().filter(user=self.user_id, hospital=self.hospital_id)
        return roles.filter(role=Role.DOCTOR).exists()


class DoctorClinic(Record):
    """That a doctor sees people at a clinic; written with the doctor, as a whole list."""

    errors_at = {"other_tenant": "clinic"}

    hospital = models.ForeignKey(
        Hospital, on_delete=models.PROTECT, related_name="+", editable=False
    )
    doctor = models.ForeignKey(
        Doctor, on_delete=models.PROTECT, related_name="placements", editable=False
    )
    clinic = models.ForeignKey(
        Clinic, on_delete=models.PROTECT, related_name="placements", verbose_name=_("clinic")
    )

    class Meta:
        verbose_name = _("clinic")
        verbose_name_plural = _("clinics")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["doctor", "clinic"],
                condition=Q(retired_at__isnull=True),
                name="doctor_clinic_unique",
            ),
            SameTenant(name="doctor_clinic_same_as_doctor", field="doctor", column="hospital_id"),
            SameTenant(name="doctor_clinic_same_as_clinic", field="clinic", column="hospital_id"),
        ]

    def __str__(self) -> str:
        return str(self.clinic)
