"""Encounters: a patient is cared for, from coming to leaving: in a ward, at a clinic or in an emergency."""

from __future__ import annotations

from typing import Any, ClassVar, Self
from uuid import UUID

from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from hospital.kit.codes import sentence
from hospital.kit.errors import Link
from hospital.kit.guards import NoOverlap, SameTenant
from hospital.kit.records import Record, RecordQuerySet
from hospital.models import Clinic, Doctor, Hospital

from .appointments import Appointment
from .patients import Patient
from .registrations import Registration


class EncounterQuerySet(RecordQuerySet):
    """Encounters."""

    def open(self) -> Self:
        """Those still to come or under way: what forbids retiring whoever they need."""
        return self.filter(status__in=Encounter.OPEN)

    def under_way(self) -> Self:
        """Those whose patient is in the hospital's care now."""
        return self.filter(status__in=Encounter.UNDER_WAY)


class Encounter(Record):
    """A patient in this hospital's care from ``starts_at`` to ``ends_at`` (FHIR's Encounter).

    While it is planned ``starts_at`` is when the patient is expected. Its status is changed by acts
    alone. Where an in-patient lies is told by its bed periods; an out-patient waits from ``starts_at``
    until ``seen_at``.
    """

    class Kind(models.TextChoices):
        INPATIENT = "inpatient", _("In-patient")
        OUTPATIENT = "outpatient", _("Out-patient")
        EMERGENCY = "emergency", _("Emergency")

    class Status(models.TextChoices):
        PLANNED = "planned", _("Planned")
        ARRIVED = "arrived", _("Arrived")
        IN_PROGRESS = "in_progress", _("In progress")
        ON_LEAVE = "on_leave", _("On leave")
        FINISHED = "finished", _("Finished")
        CANCELLED = "cancelled", _("Cancelled")

    class Source(models.TextChoices):
        """FHIR's admit sources, as reception speaks of them."""

        OUTPATIENT = "outp", _("From the out-patient clinic")
        EMERGENCY = "emd", _("From the emergency department")
        REFERRAL = "gp", _("Sent by a doctor outside")
        TRANSFER = "hosp-trans", _("From another hospital")
        BORN = "born", _("Born here")
        OTHER = "other", _("Other")

    class Disposition(models.TextChoices):
        """FHIR's discharge dispositions."""

        HOME = "home", _("Home")
        OTHER_HOSPITAL = "other-hcf", _("Another hospital")
        LONG_TERM = "long", _("Long-term care")
        REHABILITATION = "rehab", _("Rehabilitation")
        HOSPICE = "hosp", _("Hospice")
        AGAINST_ADVICE = "aadvice", _("Left against advice")
        DIED = "exp", _("Died")
        OTHER = "oth", _("Other")

    UNDER_WAY = (Status.ARRIVED, Status.IN_PROGRESS, Status.ON_LEAVE)
    OPEN = (Status.PLANNED, *UNDER_WAY)

    errors_at = {
        "stay_open": "patient",
        "interval_reversed": "ends_at",
        "other_tenant": "attending",
        "cancel_reason_required": "cancel_reason",
        "disposition_required": "disposition",
        "clinic_required": "clinic",
        "visit_exists": "appointment",
    }
    # In the order in which rows are locked everywhere.
    leans_on = ("patient", "clinic", "attending")
    SERVER_FIELDS = Record.SERVER_FIELDS | {
        "kind", "number", "status", "seen_at", "ends_at", "disposition", "cancel_reason",
    }  # fmt: skip

    hospital = models.ForeignKey(
        Hospital, on_delete=models.PROTECT, related_name="+", editable=False
    )
    patient = models.ForeignKey(
        Patient, on_delete=models.PROTECT, related_name="encounters", verbose_name=_("patient")
    )
    kind = models.CharField(max_length=10, choices=Kind.choices, editable=False)
    number = models.CharField(_("number"), max_length=20, unique=True, editable=False)
    clinic = models.ForeignKey(
        Clinic, on_delete=models.PROTECT, related_name="+", null=True, blank=True,
        verbose_name=_("clinic"),
    )  # fmt: skip
    appointment = models.ForeignKey(
        Appointment, on_delete=models.PROTECT, related_name="visits", null=True, blank=True,
        editable=False, verbose_name=_("appointment"),
    )  # fmt: skip
    attending = models.ForeignKey(
        Doctor, on_delete=models.PROTECT, related_name="+", null=True, blank=True,
        verbose_name=_("attending doctor"),
    )  # fmt: skip

    complaint = models.CharField(_("reason for coming"), max_length=200, blank=True)
    source = models.CharField(_("comes from"), max_length=10, choices=Source.choices, blank=True)
    needs_isolation = models.BooleanField(_("needs isolation"), default=False)
    expected_end_on = models.DateField(_("expected discharge"), null=True, blank=True)
    summary = models.TextField(_("discharge summary"), max_length=10_000, blank=True)
    follow_up = models.CharField(_("follow-up"), max_length=500, blank=True)

    status = models.CharField(
        _("status"), max_length=12, choices=Status.choices, default=Status.PLANNED, editable=False
    )
    disposition = models.CharField(
        _("discharged to"), max_length=10, choices=Disposition.choices, blank=True, editable=False
    )
    cancel_reason = models.CharField(
        _("reason for cancelling"), max_length=200, blank=True, editable=False
    )
    starts_at = models.DateTimeField(_("from"))
    seen_at = models.DateTimeField(_("seen from"), null=True, blank=True, editable=False)
    ends_at = models.DateTimeField(_("until"), null=True, blank=True, editable=False)

    objects: ClassVar[Any] = EncounterQuerySet.as_manager()

    class Meta:
        verbose_name = _("encounter")
        verbose_name_plural = _("encounters")
        ordering = ["-starts_at", "-id"]
        constraints = [
            NoOverlap(
                name="encounter_one_stay_at_once",
                same=["hospital", "patient"],
                start="starts_at",
                end="ends_at",
                condition=Q(retired_at__isnull=True, kind="inpatient")
                & Q(status__in=["in_progress", "on_leave", "finished"]),
                violation_error_code="stay_open",
                violation_error_message=_(
                    "The patient has a stay in this hospital at that time. Open it instead."
                ),
            ),
            models.CheckConstraint(
                condition=Q(kind__in=["inpatient", "outpatient", "emergency"]),
                name="encounter_kind_known",
                violation_error_code="invalid_choice",
            ),
            models.CheckConstraint(
                condition=Q(
                    status__in=[
                        "planned", "arrived", "in_progress", "on_leave", "finished", "cancelled",
                    ]
                ),
                name="encounter_status_known",
                violation_error_code="invalid_choice",
            ),
            models.CheckConstraint(
                condition=Q(status="finished", ends_at__isnull=False)
                | (~Q(status="finished") & Q(ends_at__isnull=True)),
                name="encounter_ends_when_finished",
                violation_error_code="end_with_status",
            ),
            models.CheckConstraint(
                condition=~Q(status="finished", kind="inpatient") | ~Q(disposition=""),
                name="encounter_disposition",
                violation_error_code="disposition_required",
                violation_error_message=_("Say where the patient goes."),
            ),
            models.CheckConstraint(
                condition=~Q(status="cancelled") | ~Q(cancel_reason=""),
                name="encounter_cancel_reason",
                violation_error_code="cancel_reason_required",
                violation_error_message=_("Say why it is cancelled."),
            ),
            models.CheckConstraint(
                condition=Q(
                    kind="inpatient", clinic__isnull=True, appointment__isnull=True,
                    seen_at__isnull=True,
                )
                | Q(
                    kind__in=["outpatient", "emergency"],
                    status__in=["arrived", "in_progress", "finished", "cancelled"],
                ),
                name="encounter_facts_of_kind",
                violation_error_code="invalid_choice",
            ),
            models.CheckConstraint(
                condition=~Q(kind="outpatient") | Q(clinic__isnull=False),
                name="encounter_clinic",
                violation_error_code="clinic_required",
                violation_error_message=_("Choose the clinic."),
            ),
            models.CheckConstraint(
                condition=Q(seen_at__isnull=True) | Q(seen_at__gte=models.F("starts_at")),
                name="encounter_seen_once_there",
                violation_error_code="interval_reversed",
            ),
            models.UniqueConstraint(
                fields=["appointment"],
                condition=Q(retired_at__isnull=True),
                name="encounter_one_of_appointment",
                violation_error_code="visit_exists",
                violation_error_message=_("This appointment has its visit already. Open that one."),
            ),
            SameTenant(name="encounter_same_as_attending", field="attending"),
            SameTenant(name="encounter_same_as_clinic", field="clinic"),
            SameTenant(name="encounter_same_as_appointment", field="appointment"),
        ]  # fmt: skip
        indexes = [
            models.Index(fields=["hospital", "kind", "starts_at", "id"], name="encounter_order"),
            models.Index(fields=["hospital", "starts_at", "id"], name="encounter_by_start"),
            models.Index(fields=["hospital", "kind", "updated_at", "id"], name="encounter_changes"),
            models.Index(fields=["patient", "starts_at", "id"], name="encounter_of_patient"),
            models.Index(fields=["attending", "starts_at", "id"], name="encounter_of_doctor"),
            models.Index(
                fields=["hospital", "kind"], name="encounter_open",
                condition=Q(status__in=["planned", "arrived", "in_progress", "on_leave"]),
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        # Stands in titles, messages and the admin: whose it is must not.
        return self.number

    def as_link(self) -> Link:
        """To the stay or the visit it is: an encounter has no page of its own."""
        kind = "InPatient" if self.kind == self.Kind.INPATIENT else "OutPatient"
        one = apps.get_model("records", kind)
        return Link(one.resource, self.pk, capfirst(str(one._meta.verbose_name)))

    @property
    def audit_patient_id(self) -> UUID | None:
        return self.patient_id

    @property
    def is_under_way(self) -> bool:
        """Whether the patient is in the hospital's care now."""
        return self.status in self.UNDER_WAY and not self.is_retired

    @classmethod
    def _leaning_on(cls, parent: Record) -> Q:
        """Only what is still to come or under way keeps its patient and doctor."""
        pointing = super()._leaning_on(parent)
        return pointing & Q(status__in=cls.OPEN) if pointing else pointing

    def clean(self) -> None:
        super().clean()
        if {"patient"} & self.changed_fields() and self.patient_id and not self._is_registered():
            wrong = ValidationError(sentence("retired_choice"), "retired_choice")
            raise ValidationError({"patient": wrong})

    def _is_registered(self) -> bool:
        here = {"patient": self.patient_id, "hospital": self.hospital_id}
        return Registration.objects.live().filter(**here).exists()
