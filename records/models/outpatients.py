"""Visits without a bed."""

from typing import Any, ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from hospital.kit.records import Record

from .encounters import Encounter, EncounterQuerySet


class OutPatientManager(models.Manager.from_queryset(EncounterQuerySet)):  # type: ignore[misc]
    """Visits without a bed alone."""

    def get_queryset(self) -> Any:
        return super().get_queryset().filter(kind__in=OutPatient.KINDS)


class OutPatient(Encounter):
    """A visit without a bed, at a clinic or in an emergency: arrived, seen, left."""

    KINDS = (Encounter.Kind.OUTPATIENT, Encounter.Kind.EMERGENCY)

    resource = "records.outpatient"
    objects: ClassVar[Any] = OutPatientManager()

    class Meta:
        proxy = True
        verbose_name = _("out-patient visit")
        verbose_name_plural = _("out-patients")

    def __init__(self, *args: Any, **facts: Any):
        if not args:  # as the database loads it, by position
            facts.setdefault("kind", Encounter.Kind.OUTPATIENT)
        super().__init__(*args, **facts)

    @property
    def is_emergency(self) -> bool:
        return self.kind == self.Kind.EMERGENCY

    @classmethod
    def _leaning_on(cls, _parent: Record) -> Q:
        """Told by the encounter already."""
        return Q()
