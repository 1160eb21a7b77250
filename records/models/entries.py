"""What the entries of a chart have in common: they belong to the patient, whoever recorded them."""

from typing import Any, ClassVar
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from hospital.kit import clock, partialdates
from hospital.kit.actors import Actor
from hospital.kit.codes import sentence
from hospital.kit.records import Record
from hospital.models import Hospital
from records import codings

from .patients import Patient
from .registrations import Registration


class ChartEntry(Record):
    """Something known about a patient: seen and kept up by every hospital where they are registered.

    ``hospital`` and ``recorded_by`` (FHIR's recorder) say where it was first written down, and by
    whom. Retiring it means that it was entered in error. It never keeps a patient from being retired.
    """

    leans_on: ClassVar[tuple[str, ...]] = ("patient",)
    rests_with = ("patient",)
    SERVER_FIELDS = Record.SERVER_FIELDS | {"recorded_by"}
    # Of many entries written at once: whether one of the same patient at the same hospital was found in order.
    is_like_another: bool = False
    # Partly known dates that cannot be still to come.
    PAST_DATES: tuple[str, ...] = ()

    patient = models.ForeignKey(
        Patient, on_delete=models.PROTECT, related_name="+", editable=False,
        verbose_name=_("patient"),
    )  # fmt: skip
    hospital = models.ForeignKey(
        Hospital, on_delete=models.PROTECT, related_name="+", editable=False,
        verbose_name=_("recorded at"),
    )  # fmt: skip
    recorded_by = models.UUIDField(_("recorded by"), null=True, blank=True, editable=False)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        # Stands in titles, messages and the admin, where nothing clinical may stand.
        return str(capfirst(self._meta.verbose_name))  # type: ignore[arg-type]

    @staticmethod
    def recorder(actor: Actor) -> dict[str, Any]:
        """The facts of a new entry that the server sets."""
        return {"hospital_id": actor.here, "recorded_by": actor.user_id}

    @property
    def audit_patient_id(self) -> UUID:
        return self.patient_id

    def clean(self) -> None:
        super().clean()
        wrong = {
            name: ValidationError(sentence("date_in_future"), "date_in_future")
            for name in self.PAST_DATES
            if partialdates.begins_after(getattr(self, name), clock.today())
        }
        if self._state.adding and not self.is_like_another and self._has_left():
            wrong["patient"] = ValidationError(sentence("retired_choice"), "retired_choice")
        if self._loaded and self._loaded.get("patient_id") != self.patient_id:
            # Of whom it is, is never put right in place: that would rewrite two charts at once.
            wrong["patient"] = ValidationError(sentence("read_only"), "read_only")
        if wrong:
            raise ValidationError(wrong)

    def _has_left(self) -> bool:
        """Whether the hospital that records this does not have the patient in its lists any more."""
        here = {"patient_id": self.patient_id, "hospital_id": self.hospital_id}
        return None not in here.values() and not Registration.objects.live().filter(**here).exists()


class Coded(models.Model):
    """A fact that may carry a code: ATC and ICD-10 are checked, other systems are kept as they came."""

    code_system = models.CharField(_("code system"), max_length=200, blank=True)
    code = models.CharField(_("code"), max_length=60, blank=True)

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(
                condition=Q(code="", code_system="") | (~Q(code="") & ~Q(code_system="")),
                name="%(class)s_code_with_system",
                violation_error_code="code_incomplete",
                violation_error_message=_("Give a code together with its system, or neither."),
            )
        ]

    def clean(self) -> None:
        super().clean()
        self.code_system = codings.system(self.code_system)
        try:
            self.code = codings.checked(self.code_system, self.code)
        except ValidationError as exc:
            raise ValidationError({"code": exc}) from exc


class Displayed(models.Model):
    """Of a ``Coded`` fact: what its code means, in the words of its system."""

    code_display = models.CharField(_("meaning of the code"), max_length=300, blank=True)

    class Meta:
        abstract = True

    @staticmethod
    def display_with_code(name: str) -> models.CheckConstraint:
        """The rule that nothing is displayed where no code is, under the constraint's ``name``."""
        return models.CheckConstraint(
            condition=Q(code_display="") | ~Q(code=""),
            name=name,
            violation_error_code="code_incomplete",
            violation_error_message=_("Give a code together with its system, or neither."),
        )

    def renew_display(self) -> None:
        """What ICD-10 says of its code; the display of the code before goes with that code."""
        row: Any = self
        before: dict[str, Any] = row._loaded or {}
        is_new = any(getattr(row, name) != before.get(name, "") for name in ("code_system", "code"))
        if is_new and row.code_display == before.get("code_display", ""):
            row.code_display = ""
        if row.code_system == codings.ICD10_SYSTEM and row.code and not row.code_display:
            row.code_display = codings.icd10_says(row.code)[:300]
