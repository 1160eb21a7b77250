"""What can be booked at a hospital: its doctors, rooms and devices."""

from typing import Any, ClassVar, Self
from uuid import UUID

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from hospital.kit.fields import OrderKeyField
from hospital.kit.guards import SameTenant
from hospital.kit.records import Record, RecordQuerySet

from .clinics import Clinic
from .doctors import Doctor
from .hospitals import Hospital


class ResourceQuerySet(RecordQuerySet):
    """What can be booked."""

    def beside(self, doctor_id: UUID | None) -> Self:
        """Those that are not this doctor."""
        return self.filter(Q(doctor__isnull=True) | ~Q(doctor=doctor_id)) if doctor_id else self


class Resource(Record):
    """Somebody or something that is at one place at a time: what an appointment takes up.

    Every doctor has one from the beginning, made with the doctor; rooms and devices are added by hand.
    """

    class Kind(models.TextChoices):
        DOCTOR = "doctor", _("Doctor")
        ROOM = "room", _("Room")
        DEVICE = "device", _("Device")

    errors_at = {
        "resource_taken": "name",
        "other_tenant": "clinic",
        "required": "name",
        "doctor_resource": "kind",
    }
    leans_on = ("clinic", "doctor")
    rests_with = ("doctor",)
    SERVER_FIELDS = Record.SERVER_FIELDS | {"sort_key", "doctor"}

    hospital = models.ForeignKey(
        Hospital, on_delete=models.PROTECT, related_name="resources", editable=False
    )
    kind = models.CharField(_("kind"), max_length=8, choices=Kind.choices, default=Kind.ROOM)
    doctor = models.OneToOneField(
        Doctor, on_delete=models.PROTECT, related_name="as_resource", null=True, blank=True,
        editable=False, verbose_name=_("doctor"),
    )  # fmt: skip
    name = models.CharField(_("name"), max_length=80, blank=True)
    sort_key = OrderKeyField(of=("name", "doctors_name"))
    clinic = models.ForeignKey(
        Clinic, on_delete=models.PROTECT, related_name="resources", null=True, blank=True,
        verbose_name=_("clinic"), help_text=_("Where it is. Empty: used by the whole hospital."),
    )  # fmt: skip

    objects: ClassVar[Any] = ResourceQuerySet.as_manager()

    class Meta:
        verbose_name = _("room or device")
        verbose_name_plural = _("rooms and devices")
        ordering = ["sort_key", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["hospital", "name"],
                condition=Q(retired_at__isnull=True) & Q(doctor__isnull=True),
                name="resource_name_unique",
                violation_error_code="resource_taken",
                violation_error_message=_(
                    "Another room or device here already has this name. Choose another."
                ),
            ),
            models.CheckConstraint(
                condition=Q(kind="doctor", doctor__isnull=False, name="", clinic__isnull=True)
                | (~Q(kind="doctor") & Q(doctor__isnull=True)),
                name="resource_of_doctor",
                violation_error_code="doctor_resource",
                violation_error_message=_(
                    "Every doctor can be booked already, and is changed as a doctor. Choose a "
                    "room or a device."
                ),
            ),
            models.CheckConstraint(
                condition=Q(kind="doctor") | ~Q(name=""),
                name="resource_has_a_name",
                violation_error_code="required",
                violation_error_message=_("Fill this in."),
            ),
            SameTenant(name="resource_same_as_clinic", field="clinic", column="hospital_id"),
            SameTenant(name="resource_same_as_doctor", field="doctor", column="hospital_id"),
        ]
        indexes = [models.Index(fields=["hospital", "sort_key", "id"], name="resource_order")]

    def __str__(self) -> str:
        return str(self.doctor) if self.doctor_id else self.name

    @property
    def doctors_name(self) -> str:
        """By what a doctor is listed among all that can be booked; "" of a room or device."""
        return f"{self.doctor.family_name} {self.doctor.given_names}" if self.doctor else ""

    @property
    def told_apart(self) -> str:
        """What tells a doctor from another of the same name; a room's name is its own already."""
        if not self.doctor:
            return ""
        return ", ".join(filter(None, (self.doctor.speciality, self.doctor.licence_number)))

    def open_work(self) -> list[models.QuerySet]:
        """And the doctor, who is there as long as this is."""
        doctors = Doctor.objects.live().filter(pk=self.doctor_id)  # type: ignore[misc]
        return [*super().open_work(), doctors]


# What is added by hand.
THINGS = (Resource.Kind.ROOM, Resource.Kind.DEVICE)
