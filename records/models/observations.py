"""What is measured or observed about a patient: vital signs, results, answers."""

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from hospital.kit import clock
from hospital.kit.codes import sentence
from hospital.kit.guards import SameTenant
from hospital.kit.quantities import QuantityField

from .encounter_entries import EncounterEntry
from .entries import Coded


class Observation(Coded, EncounterEntry):
    """One thing observed at one moment, as a number with its unit or in words (FHIR's Observation)."""

    class Category(models.TextChoices):
        """FHIR's observation categories."""

        VITAL_SIGNS = "vital-signs", _("Vital sign")
        LABORATORY = "laboratory", _("Laboratory")
        SURVEY = "survey", _("Questionnaire")
        SOCIAL = "social-history", _("Social history")
        EXAM = "exam", _("Examination")
        IMAGING = "imaging", _("Imaging")
        PROCEDURE = "procedure", _("Procedure")
        OTHER = "other", _("Other")

    class Status(models.TextChoices):
        """FHIR's observation statuses: what is final and then changed is amended."""

        PRELIMINARY = "preliminary", _("Preliminary")
        FINAL = "final", _("Final")
        AMENDED = "amended", _("Amended")

    class Interpretation(models.TextChoices):
        """HL7's interpretations, against the range for the patient's age."""

        CRITICAL_LOW = "LL", _("Critically low")
        LOW = "L", _("Low")
        NORMAL = "N", _("Normal")
        HIGH = "H", _("High")
        CRITICAL_HIGH = "HH", _("Critically high")

    errors_at = {
        "code_incomplete": "code",
        "value_required": "value",
        "unit_required": "unit",
        "other_tenant": "encounter",
    }
    SERVER_FIELDS = EncounterEntry.SERVER_FIELDS | {"status", "interpretation"}
    # What an observation says; once it is final, a change of it is an amendment.
    SAYS = frozenset({"code_system", "code", "name", "value", "unit", "value_text", "taken_at"})

    category = models.CharField(
        _("category"), max_length=14, choices=Category.choices, default=Category.VITAL_SIGNS
    )
    name = models.CharField(_("what"), max_length=200)
    value = QuantityField(_("value"), null=True, blank=True)
    unit = models.CharField(_("unit"), max_length=40, blank=True)
    value_text = models.CharField(_("in words"), max_length=500, blank=True)
    note = models.CharField(_("note"), max_length=500, blank=True)
    interpretation = models.CharField(
        _("interpretation"), max_length=2, choices=Interpretation.choices, blank=True,
        editable=False,
    )  # fmt: skip
    status = models.CharField(
        _("status"), max_length=11, choices=Status.choices, default=Status.FINAL, editable=False
    )
    taken_at = models.DateTimeField(_("taken at"), default=clock.now)

    class Meta:
        verbose_name = _("observation")
        verbose_name_plural = _("observations")
        ordering = ["-taken_at", "-id"]
        constraints = [
            *Coded.Meta.constraints,
            models.CheckConstraint(
                condition=Q(value__isnull=False) | ~Q(value_text=""),
                name="observation_says_something",
                violation_error_code="value_required",
                violation_error_message=_("Give the value."),
            ),
            models.CheckConstraint(
                condition=Q(value__isnull=True) | ~Q(unit=""),
                name="observation_unit",
                violation_error_code="unit_required",
                violation_error_message=_(
                    "Give the unit, as UCUM writes it; {score} where there is none."
                ),
            ),
            models.CheckConstraint(
                condition=Q(status__in=["preliminary", "final", "amended"]),
                name="observation_status_known",
                violation_error_code="invalid_choice",
            ),
            SameTenant(name="observation_same_as_encounter", field="encounter"),
        ]
        indexes = [
            models.Index(fields=["hospital", "updated_at", "id"], name="observation_changes"),
            models.Index(fields=["patient", "taken_at", "id"], name="observation_of_patient"),
            models.Index(
                fields=["patient", "code", "taken_at", "id"], name="observation_of_one_kind"
            ),
            models.Index(fields=["encounter", "taken_at", "id"], name="observation_of_encounter"),
        ]

    @property
    def is_out_of_range(self) -> bool:
        return self.interpretation not in {"", self.Interpretation.NORMAL}

    def clean(self) -> None:
        super().clean()
        if self.taken_at and self.taken_at > clock.now():
            code = "time_to_come"
            raise ValidationError({"taken_at": ValidationError(sentence(code), code)})
