"""What is written down about a patient in an encounter, such as a diagnosis."""

from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from hospital.kit.codes import sentence
from hospital.kit.records import Record

from .encounters import Encounter
from .entries import ChartEntry


class EncounterEntry(ChartEntry):
    """An entry that belongs to the hospital that cares for the patient, mostly within an encounter there.

    It keeps its encounter from being entered in error.
    """

    leans_on: ClassVar[tuple[str, ...]] = ("patient", "encounter")

    encounter = models.ForeignKey(
        Encounter, on_delete=models.PROTECT, related_name="+", null=True, blank=True,
        verbose_name=_("visit or stay"),
    )  # fmt: skip

    class Meta:
        abstract = True

    @classmethod
    def _leaning_on(cls, parent: Record) -> Q:
        if isinstance(parent, Encounter):  # whichever kind it was loaded as
            return Q(encounter=parent.pk)
        return super()._leaning_on(parent)

    def clean(self) -> None:
        super().clean()
        encounter: Any = self.encounter
        if encounter is None:
            return
        wrong = {
            "other_patient": encounter.patient_id != self.patient_id,
            "encounter_cancelled": self._state.adding
            and encounter.status == Encounter.Status.CANCELLED,
        }
        for code in (code for code, is_so in wrong.items() if is_so):
            raise ValidationError({"encounter": ValidationError(sentence(code), code)})
