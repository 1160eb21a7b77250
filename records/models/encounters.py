"""Encounters: a patient is cared for, from coming to leaving; a stay in a ward is one kind of it."""

from __future__ import annotations

from typing import Any, ClassVar, Self
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from hospital.kit.codes import sentence
from hospital.kit.guards import NoOverlap, SameTenant
from hospital.kit.records import Record, RecordQuerySet
from hospital.models import Doctor, Hospital

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
    alone. Where an in-patient lies is told by its bed periods.
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
    }
    # In the order in which rows are locked everywhere.
    leans_on = ("patient", "attending")
    SERVER_FIELDS = Record.SERVER_FIELDS | {
        "kind", "number", "status", "ends_at", "disposition", "cancel_reason",
    }  # fmt: skip

    hospital = models.ForeignKey(
        Hospital, on_delete=models.PROTECT, related_name="+", editable=False
    )
    patient = models.ForeignKey(
        Patient, on_delete=models.PROTECT, related_name="encounters", verbose_name=_("patient")
    )
    kind = models.CharField(max_length=10, choices=Kind.choices, editable=False)
    number = models.CharField(_("number"), max_length=20, unique=True, editable=False)
    attending = models.ForeignKey(
        Doctor, on_delete=models.PROTECT, related_name="+", null=True, blank=True,
        verbose_name=_("attending doctor"),
    )  # fmt: skip

    complaint = models.CharField(_("reason for coming"), max_length=200, blank=True)
    source = models.CharField(_("comes from"), max_length=10, choices=Source.choices, blank=True)
    needs_isolation = models.BooleanField(_("needs isolation"), default=False)
    expected_end_on = models.DateField(_("expected discharge"), null=True, blank=True)
    summary = models.TextField(_("discharge summary"), max_length=10_000, blank=True)

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
            SameTenant(name="encounter_same_as_attending", field="attending"),
        ]  # fmt: skip
        indexes = [
            models.Index(fields=["hospital", "kind", "starts_at", "id"], name="encounter_order"),
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


class InPatientManager(models.Manager.from_queryset(EncounterQuerySet)):  # type: ignore[misc]
    """Stays in a ward alone."""

    def get_queryset(self) -> Any:
        return super().get_queryset().filter(kind=Encounter.Kind.INPATIENT)


class InPatient(Encounter):
    """A stay in a ward: expected, in, on leave for a while, discharged."""

    resource = "records.inpatient"
    objects: ClassVar[Any] = InPatientManager()

    class Meta:
        proxy = True
        verbose_name = _("in-patient stay")
        verbose_name_plural = _("in-patients")

    def __init__(self, *args: Any, **facts: Any):
        if not args:  # as the database loads it, by position
            facts.setdefault("kind", Encounter.Kind.INPATIENT)
        super().__init__(*args, **facts)

    @classmethod
    def _leaning_on(cls, _parent: Record) -> Q:
        """Told by the encounter already."""
        return Q()
