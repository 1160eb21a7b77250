"""Allergies of a patient, and the statement that there are none."""

from typing import Any, ClassVar, Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from hospital.kit import clock
from hospital.kit.fields import PartialDateField, SortKeyField
from hospital.kit.records import RecordQuerySet
from hospital.kit.sortkeys import fold

from .entries import ChartEntry, Coded


class AllergyQuerySet(RecordQuerySet):
    """Allergies, by what they mean for who treats the patient."""

    def standing(self) -> Self:
        """Those to be reckoned with: live, active and not refuted."""
        return self.live().filter(
            clinical_status=Allergy.ClinicalStatus.ACTIVE
        ).exclude(verification_status=Allergy.VerificationStatus.REFUTED)  # fmt: skip


class Allergy(Coded, ChartEntry):
    """A substance that harms a patient: FHIR's AllergyIntolerance, in its words."""

    class Type(models.TextChoices):
        ALLERGY = "allergy", _("Allergy")
        INTOLERANCE = "intolerance", _("Intolerance")

    class Category(models.TextChoices):
        FOOD = "food", _("Food")
        MEDICATION = "medication", _("Medication")
        ENVIRONMENT = "environment", _("Environment")
        BIOLOGIC = "biologic", _("Biologic")

    class Criticality(models.TextChoices):
        HIGH = "high", _("High")
        LOW = "low", _("Low")
        UNKNOWN = "unable-to-assess", _("Cannot be assessed")

    class Severity(models.TextChoices):
        MILD = "mild", _("Mild")
        MODERATE = "moderate", _("Moderate")
        SEVERE = "severe", _("Severe")

    class ClinicalStatus(models.TextChoices):
        ACTIVE = "active", _("Active")
        INACTIVE = "inactive", _("Inactive")
        RESOLVED = "resolved", _("Resolved")

    class VerificationStatus(models.TextChoices):
        UNCONFIRMED = "unconfirmed", _("Unconfirmed")
        CONFIRMED = "confirmed", _("Confirmed")
        REFUTED = "refuted", _("Refuted")

    errors_at = {"allergy_known": "substance", "code_incomplete": "code"}
    SERVER_FIELDS = ChartEntry.SERVER_FIELDS | {"substance_key"}
    PAST_DATES = ("onset",)

    substance = models.CharField(_("substance"), max_length=200)
    # The substance as two of them are compared: case, accents and punctuation do not count.
    substance_key = SortKeyField(max_length=200, blank=True, editable=False)
    type = models.CharField(_("type"), max_length=12, choices=Type.choices, blank=True)
    category = models.CharField(
        _("category"), max_length=12, choices=Category.choices, default=Category.MEDICATION
    )
    criticality = models.CharField(
        _("criticality"), max_length=16, choices=Criticality.choices, default=Criticality.UNKNOWN
    )
    reaction = models.CharField(_("reaction"), max_length=300, blank=True)
    severity = models.CharField(
        _("severity of the reaction"), max_length=8, choices=Severity.choices, blank=True
    )
    clinical_status = models.CharField(
        _("status"), max_length=8, choices=ClinicalStatus.choices, default=ClinicalStatus.ACTIVE
    )
    verification_status = models.CharField(
        _("verification"), max_length=12, choices=VerificationStatus.choices,
        default=VerificationStatus.UNCONFIRMED,
    )  # fmt: skip
    onset = PartialDateField(_("since"), blank=True)
    note = models.CharField(_("note"), max_length=2000, blank=True)

    objects: ClassVar[Any] = AllergyQuerySet.as_manager()

    class Meta:
        verbose_name = _("allergy")
        verbose_name_plural = _("allergies")
        constraints = [
            *Coded.Meta.constraints,
            models.UniqueConstraint(
                fields=["patient", "substance_key"],
                condition=Q(retired_at__isnull=True),
                name="allergy_substance_unique",
                violation_error_code="allergy_known",
                violation_error_message=_(
                    "This allergy is on the patient's list already. Change that entry instead."
                ),
            ),
            models.UniqueConstraint(
                fields=["patient", "code_system", "code"],
                condition=Q(retired_at__isnull=True) & ~Q(code=""),
                name="allergy_code_unique",
                violation_error_code="allergy_known",
                violation_error_message=_(
                    "This allergy is on the patient's list already. Change that entry instead."
                ),
            ),
        ]
        indexes = [models.Index(fields=["updated_at", "id"], name="allergy_changes")]

    @property
    def is_standing(self) -> bool:
        """As the queryset's ``standing()``."""
        return (
            not self.is_retired
            and self.clinical_status == self.ClinicalStatus.ACTIVE
            and self.verification_status != self.VerificationStatus.REFUTED
        )

    def clean(self) -> None:
        self.substance_key = fold(self.substance)[:200]
        super().clean()


class AllergyStatement(ChartEntry):
    """Somebody has asked, and there are no known allergies. It ends when one is recorded."""

    errors_at = {"no_allergies_stated": "patient"}

    made_at = models.DateTimeField(_("stated"), default=clock.now, editable=False)

    SERVER_FIELDS = ChartEntry.SERVER_FIELDS | {"made_at"}

    class Meta:
        verbose_name = _("statement of no known allergies")
        verbose_name_plural = _("statements of no known allergies")
        constraints = [
            models.UniqueConstraint(
                fields=["patient"],
                condition=Q(retired_at__isnull=True),
                name="allergy_statement_one_per_patient",
                violation_error_code="no_allergies_stated",
                violation_error_message=_(
                    "It is stated already that this patient has no known allergies."
                ),
            )
        ]
        indexes = [models.Index(fields=["updated_at", "id"], name="allergy_statement_changes")]
