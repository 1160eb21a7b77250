"""People to call about a patient."""

from uuid import UUID

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from hospital.kit.fields import PhoneField
from hospital.kit.parts import Part
from hospital.models import Hospital

from .patients import Patient


class PatientContact(Part):
    """Next of kin, a carer, a guardian: FHIR's Patient.contact."""

    class Relationship(models.TextChoices):
        SPOUSE = "spouse", _("Spouse or partner")
        PARENT = "parent", _("Parent")
        CHILD = "child", _("Child")
        SIBLING = "sibling", _("Sibling")
        GUARDIAN = "guardian", _("Guardian")
        CARER = "carer", _("Carer")
        FRIEND = "friend", _("Friend")
        OTHER = "other", _("Other")

    errors_at = {"contact_unreachable": "phone"}
    CONTENT = frozenset({"name", "relationship", "phone", "email"})

    patient = models.ForeignKey(
        Patient, on_delete=models.PROTECT, related_name="contacts", editable=False
    )
    hospital = models.ForeignKey(
        Hospital, on_delete=models.PROTECT, related_name="+", editable=False
    )
    name = models.CharField(_("name"), max_length=120)
    relationship = models.CharField(
        _("relationship"), max_length=12, choices=Relationship.choices, default=Relationship.OTHER
    )
    phone = PhoneField(_("phone"), blank=True)
    email = models.EmailField(_("email"), blank=True)

    class Meta:
        verbose_name = _("contact")
        verbose_name_plural = _("contacts")
        ordering = ["created_at", "id"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(phone="") | ~Q(email=""),
                name="contact_can_be_reached",
                violation_error_code="contact_unreachable",
                violation_error_message=_("Give a phone number or an email address."),
            )
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def audit_patient_id(self) -> UUID:
        return self.patient_id
