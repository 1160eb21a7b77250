"""Patients: one chart for the whole installation."""

from datetime import datetime
from typing import Any, ClassVar, Self
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, FilteredRelation, Q
from django.utils.translation import gettext_lazy as _

from hospital.kit import clock, partialdates, policy
from hospital.kit.actors import Actor
from hospital.kit.capitals import in_capitals
from hospital.kit.codes import sentence
from hospital.kit.errors import Moved
from hospital.kit.fields import PartialDateField, PhoneField
from hospital.kit.guards import NoChain
from hospital.kit.records import Record, RecordQuerySet
from hospital.models.hospitals import known_countries


class Sex(models.TextChoices):
    """FHIR's administrative gender."""

    FEMALE = "female", _("Female")
    MALE = "male", _("Male")
    OTHER = "other", _("Other")
    UNKNOWN = "unknown", _("Unknown")


class BloodGroup(models.TextChoices):
    """ABO and Rh D."""

    A_POS = "A+", "A+"
    A_NEG = "A-", "A−"
    B_POS = "B+", "B+"
    B_NEG = "B-", "B−"
    AB_POS = "AB+", "AB+"
    AB_NEG = "AB-", "AB−"
    O_POS = "O+", "O+"
    O_NEG = "O-", "O−"


class PatientQuerySet(RecordQuerySet):
    """Charts, seen from one hospital."""

    def at(self, hospital_id: UUID | None) -> Self:
        """Charts registered at a hospital, retired registrations included, each with its registration's facts.

        Further conditions on the registration go through these annotations: another ``here__…`` in
        a filter would join the table once more, and the index that sorts the list would be lost.
        """
        here = FilteredRelation(
            "registrations", condition=Q(registrations__hospital_id=hospital_id)
        )
        registered = self.annotate(here=here).filter(here__hospital_id=hospital_id)
        return registered.annotate(
            registration_id=F("here__id"),
            sort_key=F("here__sort_key"),
            registered_at=F("here__registered_at"),
            here_sex=F("here__sex"),
            changed_at=F("here__changed_at"),
            here_retired_at=F("here__retired_at"),
            here_hospital_id=F("here__hospital_id"),
        )

    def visible_to(self, actor: Actor | None, action: str = "read") -> Self:
        """Charts of the actor's hospital that the actor may reach; never anybody else's."""
        return super(PatientQuerySet, self.at(actor.hospital_id if actor else None)).visible_to(
            actor, action
        )

    def live(self) -> Self:
        """Charts whose registration at the hospital they are seen from is not retired."""
        if "here_retired_at" in self.query.annotations:
            return self.filter(here_retired_at__isnull=True)
        return super().live()

    def retired(self) -> Self:
        """Charts whose registration at the hospital they are seen from is retired."""
        if "here_retired_at" in self.query.annotations:
            return self.filter(here_retired_at__isnull=False)
        return super().retired()

    def lead_on(self, actor: Actor, pk: Any) -> None:
        """Moved, with a link to the chart that took this one up, when the actor may see that one."""
        rows = self.visible_to(actor)
        if not policy.allows(actor, "records.patient.restore"):
            rows = rows.live()
        survivor: Any = rows.filter(merged=pk).first()
        if survivor is not None:
            raise Moved("patient_merged", links=(survivor.as_link(),))


# What the stand-in of a chart begins with whose import was undone; nothing that can be kept does.
GIVEN_UP = "~"


def shown_mrn(mrn: str) -> str:
    """An MRN as it is stored, "" for a stand-in: that is nobody's number."""
    return "" if mrn.startswith(GIVEN_UP) else mrn


class Patient(Record):
    """A person who is or was in care: who they are and how to reach them."""

    errors_at = {"name_required": "family_name", "deceased_required": "deceased_on"}

    mrn = models.CharField(_("MRN"), max_length=20, unique=True, editable=False)

    family_name = models.CharField(_("family name"), max_length=100, blank=True)
    given_names = models.CharField(_("given names"), max_length=100, blank=True)
    is_unidentified = models.BooleanField(_("name not known"), default=False)
    sex = models.CharField(_("sex"), max_length=8, choices=Sex.choices, default=Sex.UNKNOWN)
    birth_date = PartialDateField(_("birth date"), blank=True)
    is_birth_date_estimated = models.BooleanField(_("birth date is estimated"), default=False)

    phone = PhoneField(_("phone"), blank=True)
    email = models.EmailField(_("email"), blank=True)
    address_line = models.CharField(_("street and number"), max_length=200, blank=True)
    city = models.CharField(_("city"), max_length=100, blank=True)
    state = models.CharField(_("state or district"), max_length=100, blank=True)
    postal_code = models.CharField(_("postal code"), max_length=20, blank=True)
    country = models.CharField(_("country"), max_length=2, blank=True)
    language = models.CharField(_("language"), max_length=10, blank=True)

    blood_group = models.CharField(
        _("blood group"), max_length=3, choices=BloodGroup.choices, blank=True
    )
    is_deceased = models.BooleanField(_("deceased"), default=False)
    deceased_on = PartialDateField(_("date of death"), blank=True)

    # The chart that this one was merged into: always one that was not merged itself.
    merged_into = models.ForeignKey(
        "self", on_delete=models.PROTECT, related_name="merged", null=True, blank=True,
        editable=False, verbose_name=_("merged into"),
    )  # fmt: skip

    # What PatientQuerySet.at() adds: the facts of the registration it is seen from.
    registration_id: UUID
    sort_key: str
    registered_at: datetime
    changed_at: datetime
    here_retired_at: datetime | None
    here_hospital_id: UUID

    objects: ClassVar[Any] = PatientQuerySet.as_manager()

    SERVER_FIELDS = Record.SERVER_FIELDS | {"mrn", "merged_into"}

    class Meta:
        verbose_name = _("patient")
        verbose_name_plural = _("patients")
        constraints = [
            models.CheckConstraint(
                condition=~Q(family_name="") | ~Q(given_names="") | Q(is_unidentified=True),
                name="patient_has_a_name",
                violation_error_code="name_required",
                violation_error_message=_("Give a name, or say that the name is not known."),
            ),
            models.CheckConstraint(
                condition=Q(deceased_on="") | Q(is_deceased=True),
                name="patient_death_date_means_deceased",
                violation_error_code="deceased_required",
                violation_error_message=_("A date of death is only for a patient who has died."),
            ),
            models.CheckConstraint(
                condition=Q(sex__in=Sex.values),
                name="patient_sex_known",
                violation_error_code="invalid_choice",
            ),
            models.CheckConstraint(
                condition=Q(merged_into__isnull=True) | ~Q(merged_into=F("id")),
                name="patient_not_merged_into_itself",
                violation_error_code="merge_itself",
                violation_error_message=_("A chart cannot be merged into itself."),
            ),
            models.CheckConstraint(
                condition=Q(merged_into__isnull=True) | Q(retired_at__isnull=False),
                name="patient_merged_is_retired",
                violation_error_code="patient_merged",
            ),
            NoChain(
                name="patient_merged_once",
                field="merged_into",
                violation_error_code="merge_chain",
            ),
        ]

    def __str__(self) -> str:
        return self.display_name

    @property
    def display_name(self) -> str:
        """FAMILY, Given: as the banner and every list write it."""
        if not self.family_name and not self.given_names:
            return str(_("Name not known"))
        return ", ".join(part for part in (in_capitals(self.family_name), self.given_names) if part)

    @property
    def shown_mrn(self) -> str:
        """The MRN as pages, papers, files and the API show it: "" of a chart that has given its own up."""
        return shown_mrn(self.mrn)

    @property
    def audit_patient_id(self) -> UUID:
        return self.pk

    def open_work(self) -> list[models.QuerySet]:
        """What is still to come at the hospital it is seen from: another one's is none of its business."""
        rows = super().open_work()
        here = getattr(self, "here_hospital_id", None)
        return [row.filter(hospital=here) for row in rows] if here else rows

    def clean(self) -> None:
        super().clean()
        today = clock.today()
        problems = {}
        if self._is_named_unnamed():
            problems["is_unidentified"] = ValidationError(sentence("name_given"), "name_given")
        for name in ("birth_date", "deceased_on"):
            if partialdates.begins_after(getattr(self, name), today):
                problems[name] = ValidationError(sentence("date_in_future"), "date_in_future")
        if partialdates.precedes(self.deceased_on, self.birth_date):
            problems["deceased_on"] = ValidationError(
                sentence("death_before_birth"), "death_before_birth"
            )
        if self.country and self.country not in known_countries():
            problems["country"] = ValidationError(sentence("country_invalid"), "country_invalid")
        if problems:
            raise ValidationError(problems)

    def _is_named_unnamed(self) -> bool:
        """Whether a name stands beside the word that it is not known. What others wrote so before is left alone."""
        if not self.is_unidentified or not (self.family_name or self.given_names):
            return False
        return bool({"family_name", "given_names", "is_unidentified"} & self.changed_fields())
