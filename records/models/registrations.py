"""Which hospitals know which patients."""

from uuid import UUID

from django.db import models
from django.utils.translation import gettext_lazy as _

from hospital.kit import clock
from hospital.kit.fields import SortKeyField
from hospital.kit.records import Record
from hospital.models import Hospital

from .patients import Patient, Sex


class Registration(Record):
    """A hospital knows a patient. What lists stand on is written by the patient service alone.

    There is one row per pair for ever: coming back after a retirement restores it.
    """

    # Copies of what the chart says; its own history has them.
    UNTRACKED = frozenset({"sex", "changed_at"})

    # Both are the first column of an index below.
    patient = models.ForeignKey(
        Patient, on_delete=models.PROTECT, related_name="registrations", db_index=False
    )
    hospital = models.ForeignKey(
        Hospital, on_delete=models.PROTECT, related_name="registrations", db_index=False
    )
    registered_at = models.DateTimeField(_("registered"), default=clock.now)
    reason = models.CharField(_("reason for registering here"), max_length=200, blank=True)
    sort_key = SortKeyField(max_length=210)
    sex = models.CharField(max_length=8, choices=Sex.choices, default=Sex.UNKNOWN, editable=False)
    # When the chart, or this registration of it, last changed.
    changed_at = models.DateTimeField(default=clock.now, editable=False)

    class Meta:
        verbose_name = _("registration")
        verbose_name_plural = _("registrations")
        constraints = [
            models.UniqueConstraint(
                fields=["patient", "hospital"],
                name="registration_unique",
                violation_error_code="already_registered",
                violation_error_message=_("This patient is already registered here."),
            )
        ]
        indexes = [
            # The order of every list of patients, with or without the retired ones.
            models.Index(fields=["hospital", "sort_key", "patient"], name="registration_order"),
            models.Index(
                fields=["hospital", "sex", "sort_key", "patient"], name="registration_by_sex"
            ),
            models.Index(fields=["hospital", "registered_at"], name="registration_newest"),
            # What a program asks for that follows the changes.
            models.Index(fields=["hospital", "changed_at", "patient"], name="registration_changes"),
        ]

    def __str__(self) -> str:
        return str(self.patient_id)

    @property
    def audit_patient_id(self) -> UUID:
        return self.patient_id
