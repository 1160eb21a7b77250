"""What a patient is found to have."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from hospital.kit import partialdates
from hospital.kit.codes import sentence
from hospital.kit.fields import PartialDateField
from hospital.kit.guards import SameTenant

from .encounter_entries import EncounterEntry
from .entries import Coded, Displayed

ONE_MAIN = "diagnosis_one_main"


class Diagnosis(Displayed, Coded, EncounterEntry):
    """A condition that a doctor names (FHIR's Condition), of an encounter or of the patient's problem list.

    An encounter has one main diagnosis at most.
    """

    class Certainty(models.TextChoices):
        """FHIR's verification statuses."""

        PROVISIONAL = "provisional", _("Suspected")
        DIFFERENTIAL = "differential", _("One of several possible")
        CONFIRMED = "confirmed", _("Confirmed")
        REFUTED = "refuted", _("Ruled out")

    class ClinicalStatus(models.TextChoices):
        ACTIVE = "active", _("Active")
        REMISSION = "remission", _("In remission")
        RESOLVED = "resolved", _("Resolved")

    errors_at = {
        "code_incomplete": "code",
        "main_diagnosis_taken": "is_main",
        "main_of_encounter": "is_main",
        "resolved_but_active": "clinical_status",
        "other_tenant": "encounter",
    }
    PAST_DATES = ("onset", "resolved")

    description = models.CharField(_("diagnosis"), max_length=500)
    certainty = models.CharField(
        _("certainty"), max_length=12, choices=Certainty.choices, default=Certainty.CONFIRMED
    )
    clinical_status = models.CharField(
        _("status"), max_length=9, choices=ClinicalStatus.choices, default=ClinicalStatus.ACTIVE
    )
    is_main = models.BooleanField(_("main diagnosis"), default=False)
    onset = PartialDateField(_("since"), blank=True)
    resolved = PartialDateField(_("until"), blank=True)
    note = models.CharField(_("note"), max_length=2000, blank=True)

    class Meta:
        verbose_name = _("diagnosis")
        verbose_name_plural = _("diagnoses")
        ordering = ["-id"]
        constraints = [
            *Coded.Meta.constraints,
            Displayed.display_with_code("diagnosis_display_with_code"),
            models.UniqueConstraint(
                fields=["encounter"],
                condition=Q(is_main=True, retired_at__isnull=True),
                name=ONE_MAIN,
                violation_error_code="main_diagnosis_taken",
                violation_error_message=_(
                    "There is a main diagnosis already. Make that one secondary first."
                ),
            ),
            models.CheckConstraint(
                condition=Q(is_main=False) | Q(encounter__isnull=False),
                name="diagnosis_main_of_encounter",
                violation_error_code="main_of_encounter",
                violation_error_message=_("A main diagnosis belongs to a visit or a stay."),
            ),
            models.CheckConstraint(
                condition=Q(resolved="") | ~Q(clinical_status="active"),
                name="diagnosis_ended_is_not_active",
                violation_error_code="resolved_but_active",
                violation_error_message=_(
                    "What has ended is not active. Change the status, or leave the end out."
                ),
            ),
            SameTenant(name="diagnosis_same_as_encounter", field="encounter"),
        ]
        indexes = [
            models.Index(fields=["hospital", "updated_at", "id"], name="diagnosis_changes"),
            models.Index(fields=["patient", "id"], name="diagnosis_of_patient"),
            models.Index(fields=["encounter", "id"], name="diagnosis_of_encounter"),
        ]

    @property
    def is_ruled_out(self) -> bool:
        return self.certainty == self.Certainty.REFUTED

    def get_constraints(self) -> list[Any]:
        """One that becomes the main one takes the place of the one before it, as its service sees to: that there
        is one is no mistake then. The database keeps it to one all the same.
        """
        found = super().get_constraints()
        if not (self.is_main and "is_main" in self.changed_fields()):
            return found
        return [(model, [row for row in rows if row.name != ONE_MAIN]) for model, rows in found]

    def clean(self) -> None:
        super().clean()
        self.renew_display()
        if partialdates.precedes(self.resolved, self.onset):
            code = "resolved_before_onset"
            raise ValidationError({"resolved": ValidationError(sentence(code), code)})
