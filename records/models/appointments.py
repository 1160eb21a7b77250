"""Appointments: who is to be seen where and when, and how far it has come."""

from datetime import datetime
from typing import Any, ClassVar, Self
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from hospital.kit import clock
from hospital.kit.codes import sentence
from hospital.kit.fields import PhoneField
from hospital.kit.guards import NoOverlap, SameTenant
from hospital.kit.records import Record, RecordQuerySet
from hospital.models import Clinic, Doctor, Hospital, Resource

from .appointment_kinds import AppointmentKind
from .patients import Patient
from .registrations import Registration


def taking_up(**which: Any) -> Any:
    """The ids of the appointments that take up a resource like this now."""
    rows = Resource.objects.filter(**which, bookings__retired_at=None)
    return rows.values("bookings__appointment")


class AppointmentQuerySet(RecordQuerySet):
    """Appointments."""

    def to_come(self) -> Self:
        """Those still to come or under way: what forbids retiring whatever they need."""
        return self.filter(Appointment.is_to_come())

    def meeting(self, starts_at: datetime, ends_at: datetime) -> Self:
        """Those that begin within ``[starts_at, ends_at)``."""
        return self.filter(starts_at__gte=starts_at, starts_at__lt=ends_at)

    def with_doctor(self, doctor: Doctor) -> Self:
        """Those that a doctor comes to: the doctor's own, and those of others that the doctor is booked for as well."""
        return self.filter(Q(doctor=doctor) | Q(pk__in=taking_up(doctor=doctor)))

    def to_move(self) -> Self:
        """Those that a change of hours has left without their time: somebody has to call."""
        return self.live().filter(~Q(attention=""), status=Appointment.Status.SCHEDULED)

    def overbooked(self) -> Self:
        """Those given on top of what the hours hold."""
        return self.live().exclude(overbook_reason="")


class Appointment(Record):
    """A time given to a patient, or to a caller who has no chart yet, at a clinic (FHIR's Appointment).

    What it takes up are its ``bookings``, one for each resource. Its status is changed by acts alone.
    A patient is at one appointment at a time in each ``patient_lane``; every lane but the first
    has its reason.
    """

    class Status(models.TextChoices):
        SCHEDULED = "scheduled", _("Scheduled")
        CHECKED_IN = "checked_in", _("Checked in")
        IN_PROGRESS = "in_progress", _("In progress")
        COMPLETED = "completed", _("Completed")
        MISSED = "missed", _("Missed")
        CANCELLED = "cancelled", _("Cancelled")

    class Attention(models.TextChoices):
        ABSENCE = "absence", _("Away at that time")
        CLOSED = "closed", _("Closed on that day")
        HOURS = "hours", _("Outside the hours now")

    # Those that take up their time.
    TAKING = (Status.SCHEDULED, Status.CHECKED_IN, Status.IN_PROGRESS, Status.COMPLETED)
    OPEN = (Status.CHECKED_IN, Status.IN_PROGRESS)

    errors_at = {
        "caller_required": "caller_name",
        "patient_busy": "starts_at",
        "interval_reversed": "ends_at",
        "other_tenant": "clinic",
        "cancel_reason_required": "cancel_reason",
        "lane_reason_required": "lane_reason",
    }
    # In the order in which rows are locked everywhere.
    leans_on = ("patient", "clinic", "doctor")
    SERVER_FIELDS = Record.SERVER_FIELDS | {
        "status", "status_at", "checked_in_at", "started_at", "completed_at", "attention",
        "patient_lane", "lane_reason", "overbook_reason", "cancel_reason", "is_walk_in",
    }  # fmt: skip

    hospital = models.ForeignKey(
        Hospital, on_delete=models.PROTECT, related_name="+", editable=False
    )
    patient = models.ForeignKey(
        Patient, on_delete=models.PROTECT, related_name="+", null=True, blank=True,
        verbose_name=_("patient"),
    )  # fmt: skip
    caller_name = models.CharField(_("name of the caller"), max_length=200, blank=True)
    caller_phone = PhoneField(_("phone of the caller"), blank=True)
    clinic = models.ForeignKey(
        Clinic, on_delete=models.PROTECT, related_name="+", verbose_name=_("clinic")
    )
    doctor = models.ForeignKey(
        Doctor, on_delete=models.PROTECT, related_name="+", null=True, blank=True,
        verbose_name=_("doctor"),
    )  # fmt: skip
    kind = models.ForeignKey(
        AppointmentKind, on_delete=models.PROTECT, related_name="+", null=True, blank=True,
        verbose_name=_("kind"),
    )  # fmt: skip
    note = models.CharField(_("note"), max_length=200, blank=True)

    starts_at = models.DateTimeField(_("from"))
    ends_at = models.DateTimeField(_("until"))

    status = models.CharField(
        _("status"), max_length=12, choices=Status.choices, default=Status.SCHEDULED,
        editable=False,
    )  # fmt: skip
    is_walk_in = models.BooleanField(_("walk-in"), default=False, editable=False)
    status_at = models.DateTimeField(default=clock.now, editable=False)
    checked_in_at = models.DateTimeField(null=True, blank=True, editable=False)
    started_at = models.DateTimeField(null=True, blank=True, editable=False)
    completed_at = models.DateTimeField(null=True, blank=True, editable=False)
    cancel_reason = models.CharField(
        _("reason for cancelling"), max_length=200, blank=True, editable=False
    )
    overbook_reason = models.CharField(
        _("reason for overbooking"), max_length=200, blank=True, editable=False
    )
    patient_lane = models.PositiveSmallIntegerField(default=1, editable=False)
    lane_reason = models.CharField(
        _("reason for two appointments at once"), max_length=200, blank=True, editable=False
    )
    attention = models.CharField(
        _("has to be moved"), max_length=8, choices=Attention.choices, blank=True, editable=False
    )

    objects: ClassVar[Any] = AppointmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("appointment")
        verbose_name_plural = _("appointments")
        ordering = ["starts_at", "id"]
        constraints = [
            NoOverlap(
                name="appointment_patient_no_overlap",
                same=["patient", "patient_lane"],
                optional=["patient"],
                start="starts_at",
                end="ends_at",
                condition=Q(retired_at__isnull=True)
                & Q(status__in=["scheduled", "checked_in", "in_progress", "completed"]),
                violation_error_code="patient_busy",
                violation_error_message=_(
                    "The patient is not available then. Choose another time."
                ),
            ),
            models.CheckConstraint(
                condition=Q(patient__isnull=False) | ~Q(caller_name=""),
                name="appointment_of_somebody",
                violation_error_code="caller_required",
                violation_error_message=_("Choose a patient, or give the name of the caller."),
            ),
            models.CheckConstraint(
                condition=~Q(status="cancelled") | ~Q(cancel_reason=""),
                name="appointment_cancel_reason",
                violation_error_code="cancel_reason_required",
                violation_error_message=_("Say why it is cancelled."),
            ),
            models.CheckConstraint(
                condition=Q(patient_lane=1) | (Q(patient_lane=2) & ~Q(lane_reason="")),
                name="appointment_second_lane_reason",
                violation_error_code="lane_reason_required",
                violation_error_message=_("Say why the patient has two appointments at once."),
            ),
            models.CheckConstraint(
                condition=Q(
                    status__in=[
                        "scheduled", "checked_in", "in_progress", "completed", "missed", "cancelled",
                    ]
                ),
                name="appointment_status_known",
                violation_error_code="invalid_choice",
            ),
            SameTenant(name="appointment_same_as_clinic", field="clinic"),
            SameTenant(name="appointment_same_as_doctor", field="doctor"),
            SameTenant(name="appointment_same_as_kind", field="kind"),
        ]  # fmt: skip
        indexes = [
            models.Index(fields=["hospital", "starts_at", "id"], name="appointment_order"),
            models.Index(fields=["doctor", "starts_at", "id"], name="appointment_of_doctor"),
            models.Index(fields=["clinic", "starts_at", "id"], name="appointment_of_clinic"),
            models.Index(fields=["patient", "starts_at", "id"], name="appointment_of_patient"),
            models.Index(fields=["hospital", "updated_at", "id"], name="appointment_changes"),
            models.Index(
                fields=["hospital", "starts_at"], condition=~Q(attention=""),
                name="appointment_to_move",
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        # Stands in titles, messages and the admin: whose it is must not.
        from django.utils.formats import date_format
        from django.utils.timezone import localtime

        return date_format(localtime(self.starts_at), "DATETIME_FORMAT")

    @property
    def audit_patient_id(self) -> UUID | None:
        return self.patient_id

    @property
    def resources(self) -> models.QuerySet[Resource]:
        """The rooms, devices and further doctors that it takes up beside its doctor."""
        taken = {"bookings__appointment": self, "bookings__retired_at": None}
        rows = Resource.objects.filter(**taken).beside(self.doctor_id)
        return rows.select_related("doctor").order_by("sort_key", "id")

    @property
    def is_open(self) -> bool:
        """Whether its time may still be changed: nobody has begun with it, and it stands."""
        return self.status in (self.Status.SCHEDULED, self.Status.CHECKED_IN)

    @property
    def may_be_error(self) -> bool:
        """Whether nobody has come to it; a walk-in that nobody has begun with may be an error as well."""
        if self.status == self.Status.CHECKED_IN:
            return self.is_walk_in
        return self.status not in (self.Status.IN_PROGRESS, self.Status.COMPLETED)

    @property
    def is_taking(self) -> bool:
        """Whether it takes up its time."""
        return self.status in self.TAKING and not self.is_retired

    @staticmethod
    def is_to_come() -> Q:
        """The condition of ``to_come()``."""
        scheduled = Q(status=Appointment.Status.SCHEDULED, ends_at__gt=clock.now())
        return scheduled | Q(status__in=Appointment.OPEN)

    @classmethod
    def _leaning_on(cls, parent: Record) -> Q:
        """Only what is still to come or under way keeps its patient, clinic, doctors and rooms."""
        pointing = super()._leaning_on(parent)
        if key := {Doctor: "doctor", Resource: "pk"}.get(type(parent)):
            pointing |= Q(pk__in=taking_up(**{key: parent.pk}))
        return pointing & cls.is_to_come() if pointing else pointing

    def clean(self) -> None:
        super().clean()
        changed = self.changed_fields()
        wrong = {}
        if {"patient"} & changed and self.patient_id and self._is_not_registered():
            wrong["patient"] = "retired_choice"
        if {"kind"} & changed and self.kind_id and self.kind and self.kind.is_retired:
            wrong["kind"] = "retired_choice"
        if {"kind", "clinic"} & changed and self._is_given_elsewhere():
            wrong["kind"] = "kind_elsewhere"
        if wrong:
            raise ValidationError(
                {name: ValidationError(sentence(code), code) for name, code in wrong.items()}
            )

    def _is_given_elsewhere(self) -> bool:
        given_at = self.kind.clinic_id if self.kind_id and self.kind else None
        return given_at not in {None, self.clinic_id}

    def _is_not_registered(self) -> bool:
        here = {"patient": self.patient_id, "hospital": self.hospital_id}
        return not Registration.objects.live().filter(**here).exists()
