"""What happened to a patient before, and what runs in the family."""

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from hospital.kit import partialdates
from hospital.kit.codes import sentence
from hospital.kit.fields import PartialDateField

from .entries import ChartEntry, Coded, Displayed


class MedicalHistory(Displayed, Coded, ChartEntry):
    """A fact of a patient's past that treatment must reckon with."""

    class Category(models.TextChoices):
        CONDITION = "condition", _("Condition")
        SURGERY = "surgery", _("Surgery")
        FAMILY = "family", _("Family history")
        SOCIAL = "social", _("Social history")
        IMMUNISATION = "immunisation", _("Immunisation")

    class ClinicalStatus(models.TextChoices):
        ACTIVE = "active", _("Active")
        INACTIVE = "inactive", _("Inactive")
        RESOLVED = "resolved", _("Resolved")

    class Relationship(models.TextChoices):
        MOTHER = "mother", _("Mother")
        FATHER = "father", _("Father")
        SIBLING = "sibling", _("Sibling")
        CHILD = "child", _("Child")
        GRANDPARENT = "grandparent", _("Grandparent")
        AUNT_UNCLE = "aunt_uncle", _("Aunt or uncle")
        COUSIN = "cousin", _("Cousin")
        OTHER = "other", _("Other relative")

    resource = "records.history"
    errors_at = {
        "code_incomplete": "code",
        "relationship_of_family": "relationship",
        "status_of_event": "clinical_status",
        "resolved_but_active": "clinical_status",
    }
    PAST_DATES = ("onset", "resolved")
    # They were done once, so they neither last nor end.
    EVENTS = (Category.SURGERY, Category.IMMUNISATION)

    category = models.CharField(
        _("category"), max_length=12, choices=Category.choices, default=Category.CONDITION
    )
    description = models.CharField(_("what"), max_length=500)
    relationship = models.CharField(
        _("relative"), max_length=12, choices=Relationship.choices, blank=True
    )
    clinical_status = models.CharField(
        _("status"), max_length=8, choices=ClinicalStatus.choices, blank=True
    )
    onset = PartialDateField(_("since, or done on"), blank=True)
    resolved = PartialDateField(_("until"), blank=True)
    note = models.CharField(_("note"), max_length=2000, blank=True)

    class Meta:
        verbose_name = _("history entry")
        verbose_name_plural = _("history entries")
        constraints = [
            *Coded.Meta.constraints,
            Displayed.display_with_code("history_display_with_code"),
            models.CheckConstraint(
                condition=Q(relationship="") | Q(category="family"),
                name="history_relationship_of_family",
                violation_error_code="relationship_of_family",
                violation_error_message=_("Name a relative in a family history only."),
            ),
            models.CheckConstraint(
                condition=Q(clinical_status="") | ~Q(category__in=["surgery", "immunisation"]),
                name="history_status_of_what_lasts",
                violation_error_code="status_of_event",
                violation_error_message=_(
                    "A surgery or an immunisation has no status. Leave it out."
                ),
            ),
            models.CheckConstraint(
                condition=Q(resolved="") | ~Q(clinical_status="active"),
                name="history_ended_is_not_active",
                violation_error_code="resolved_but_active",
                violation_error_message=_(
                    "What has ended is not active. Change the status, or leave the end out."
                ),
            ),
        ]
        indexes = [models.Index(fields=["updated_at", "id"], name="history_changes")]

    def clean(self) -> None:
        super().clean()
        self.renew_display()
        if partialdates.precedes(self.resolved, self.onset):
            code = "resolved_before_onset"
            raise ValidationError({"resolved": ValidationError(sentence(code), code)})
