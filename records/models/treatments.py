"""What is done for a patient, and what is given and used up with it."""

from typing import Any, ClassVar, Self
from uuid import UUID

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from hospital.kit.guards import SameTenant
from hospital.kit.parts import Part
from hospital.kit.quantities import QuantityField
from hospital.kit.records import Record, RecordQuerySet
from hospital.models import Doctor, Hospital

from .consumables import Consumable
from .encounter_entries import EncounterEntry
from .encounters import Encounter
from .medications import Medication
from .procedures import Procedure


class TreatmentQuerySet(RecordQuerySet):
    """Treatments."""

    def planned(self) -> Self:
        """Those still to be done."""
        return self.filter(status=Treatment.Status.PLANNED)


class Treatment(EncounterEntry):
    """A procedure done for a patient in an encounter, or planned, with what is given and used (FHIR's
    Procedure). What it says is fixed once it is done: the cost is reckoned from it.
    """

    class Status(models.TextChoices):
        PLANNED = "planned", _("Planned")
        DONE = "done", _("Done")
        CANCELLED = "cancelled", _("Cancelled")

    class Consent(models.TextChoices):
        NOT_NEEDED = "not_needed", _("Not needed")
        GIVEN = "given", _("Given")
        REFUSED = "refused", _("Refused")

    errors_at = {
        "encounter_required": "encounter",
        "other_tenant": "procedure",
        "done_with_status": "done_at",
        "cancel_reason_required": "cancel_reason",
    }
    # In the order in which rows are locked everywhere.
    leans_on = ("patient", "encounter", "doctor", "procedure")
    SERVER_FIELDS = EncounterEntry.SERVER_FIELDS | {"status", "done_at", "cancel_reason"}
    # What may still be added once it is done.
    NOTES = frozenset({"note", "consent_note"})

    procedure = models.ForeignKey(
        Procedure, on_delete=models.PROTECT, related_name="+", verbose_name=_("procedure")
    )
    doctor = models.ForeignKey(
        Doctor, on_delete=models.PROTECT, related_name="+", verbose_name=_("doctor")
    )
    planned_for = models.DateTimeField(_("planned for"), null=True, blank=True)
    consent = models.CharField(_("consent"), max_length=10, choices=Consent.choices, blank=True)
    consent_note = models.CharField(_("note on the consent"), max_length=200, blank=True)
    note = models.CharField(_("note"), max_length=2000, blank=True)

    status = models.CharField(
        _("status"), max_length=9, choices=Status.choices, default=Status.PLANNED, editable=False
    )
    done_at = models.DateTimeField(_("done at"), null=True, blank=True, editable=False)
    cancel_reason = models.CharField(
        _("reason for cancelling"), max_length=200, blank=True, editable=False
    )

    objects: ClassVar[Any] = TreatmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("treatment")
        verbose_name_plural = _("treatments")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(encounter__isnull=False),
                name="treatment_in_encounter",
                violation_error_code="encounter_required",
                violation_error_message=_("Choose the visit or the stay."),
            ),
            models.CheckConstraint(
                condition=Q(status="done", done_at__isnull=False)
                | Q(status__in=["planned", "cancelled"], done_at__isnull=True),
                name="treatment_done_at",
                violation_error_code="done_with_status",
            ),
            models.CheckConstraint(
                condition=~Q(status="cancelled") | ~Q(cancel_reason=""),
                name="treatment_cancel_reason",
                violation_error_code="cancel_reason_required",
                violation_error_message=_("Say why it is cancelled."),
            ),
            SameTenant(name="treatment_same_as_encounter", field="encounter"),
            SameTenant(name="treatment_same_as_procedure", field="procedure"),
            SameTenant(name="treatment_same_as_doctor", field="doctor"),
        ]
        indexes = [
            models.Index(fields=["hospital", "updated_at", "id"], name="treatment_changes"),
            models.Index(fields=["patient", "id"], name="treatment_of_patient"),
            models.Index(fields=["encounter", "id"], name="treatment_of_encounter"),
        ]

    @property
    def is_planned(self) -> bool:
        return self.status == self.Status.PLANNED

    @classmethod
    def _leaning_on(cls, parent: Record) -> Q:
        """Only what is still to be done keeps its doctor and its procedure."""
        pointing = super()._leaning_on(parent)
        if isinstance(parent, Encounter) or not pointing:
            return pointing
        return pointing & Q(status=cls.Status.PLANNED)


class Use(Part):
    """So much of an entry of a catalogue goes into a treatment; an entry is listed once.

    ``unit`` is what the entry was counted in when it was listed.
    """

    ITEM: ClassVar[str]

    hospital = models.ForeignKey(
        Hospital, on_delete=models.PROTECT, related_name="+", editable=False
    )
    quantity = QuantityField(_("quantity"), default=1)
    unit = models.CharField(_("unit"), max_length=16, editable=False)

    class Meta:
        abstract = True
        ordering = ["created_at", "id"]

    def __str__(self) -> str:
        return str(getattr(self, self.ITEM))

    @property
    def audit_patient_id(self) -> UUID:
        return self.treatment.patient_id  # type: ignore[attr-defined]


def use_constraints(item: str) -> list[models.BaseConstraint]:
    """What the database keeps of the uses whose key to their entry is ``item``."""
    return [
        models.UniqueConstraint(
            fields=["treatment", item],
            condition=Q(retired_at__isnull=True),
            name=f"treatment_{item}_once",
            violation_error_code="listed_twice",
            violation_error_message=_("This is listed twice. Add the quantities up."),
        ),
        models.CheckConstraint(
            condition=Q(quantity__gt=0),
            name=f"treatment_{item}_quantity",
            violation_error_code="quantity_positive",
            violation_error_message=_("Give a quantity greater than zero."),
        ),
        SameTenant(name=f"treatment_{item}_same", field=item),
        SameTenant(name=f"treatment_{item}_of", field="treatment"),
    ]


USE_ERRORS = {"listed_twice": "quantity", "quantity_positive": "quantity"}


class TreatmentMedication(Use):
    """A medication given with a treatment."""

    ITEM = "medication"
    CONTENT = frozenset({"medication", "quantity"})
    errors_at = {**USE_ERRORS, "other_tenant": "medication"}

    treatment = models.ForeignKey(
        Treatment, on_delete=models.PROTECT, related_name="medications", editable=False
    )
    medication = models.ForeignKey(
        Medication, on_delete=models.PROTECT, related_name="+", verbose_name=_("medication")
    )

    class Meta(Use.Meta):
        verbose_name = _("medication used")
        verbose_name_plural = _("medications used")
        constraints = use_constraints("medication")


class TreatmentConsumable(Use):
    """A consumable used up with a treatment."""

    ITEM = "consumable"
    CONTENT = frozenset({"consumable", "quantity"})
    errors_at = {**USE_ERRORS, "other_tenant": "consumable"}

    treatment = models.ForeignKey(
        Treatment, on_delete=models.PROTECT, related_name="consumables", editable=False
    )
    consumable = models.ForeignKey(
        Consumable, on_delete=models.PROTECT, related_name="+", verbose_name=_("consumable")
    )

    class Meta(Use.Meta):
        verbose_name = _("consumable used")
        verbose_name_plural = _("consumables used")
        constraints = use_constraints("consumable")
