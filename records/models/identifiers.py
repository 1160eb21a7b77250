"""The numbers others know a patient by."""

import re
from uuid import UUID

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from hospital.kit.fields import SortKeyField
from hospital.kit.parts import Part
from hospital.models import Hospital

from .patients import Patient


class PatientIdentifier(Part):
    """A number somebody else gave the patient: a passport, an insurer's number.

    ``system`` says who gave it (a country, an insurer, a URI); a national id or passport belongs to
    one patient only.
    """

    class Kind(models.TextChoices):
        NATIONAL = "national_id", _("National id")
        PASSPORT = "passport", _("Passport")
        INSURANCE = "insurance", _("Insurance number")
        DRIVING = "driving_licence", _("Driving licence")
        OTHER = "other", _("Other")

    errors_at = {"identifier_taken": "value", "identifier_empty": "value"}
    CONTENT = frozenset({"kind", "system", "value"})
    ONE_PATIENT_ONLY = (Kind.NATIONAL, Kind.PASSPORT)

    patient = models.ForeignKey(
        Patient, on_delete=models.PROTECT, related_name="identifiers", editable=False
    )
    hospital = models.ForeignKey(
        Hospital, on_delete=models.PROTECT, related_name="+", editable=False
    )
    kind = models.CharField(_("kind"), max_length=16, choices=Kind.choices)
    system = models.CharField(_("issued by"), max_length=200, blank=True)
    value = models.CharField(_("number"), max_length=60)
    value_key = SortKeyField(max_length=60, editable=False)

    SERVER_FIELDS = Part.SERVER_FIELDS | {"value_key"}

    class Meta:
        verbose_name = _("identifier")
        verbose_name_plural = _("identifiers")
        ordering = ["kind", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "system", "value_key"],
                condition=Q(retired_at__isnull=True, kind__in=["national_id", "passport"]),
                name="identifier_belongs_to_one_patient",
                violation_error_code="identifier_taken",
                violation_error_message=_("This number already belongs to another patient."),
            ),
            models.CheckConstraint(
                condition=~Q(value_key=""),
                name="identifier_has_letters_or_digits",
                violation_error_code="identifier_empty",
                violation_error_message=_("A number has at least one letter or digit."),
            ),
        ]
        indexes = [models.Index(fields=["value_key", "kind"], name="identifier_by_value")]

    def __str__(self) -> str:
        return self.get_kind_display()

    def identity(self) -> tuple[str, ...]:
        """A number is one however it is spaced."""
        return self.kind, self.system, self.value_key

    @property
    def audit_patient_id(self) -> UUID:
        return self.patient_id


def key_of(value: str) -> str:
    """An identifier as it is compared: letters and digits only, capitals."""
    return re.sub(r"[\W_]+", "", value).upper()
