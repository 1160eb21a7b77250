"""Stays in a ward."""

from typing import Any, ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from hospital.kit.records import Record

from .encounters import Encounter, EncounterQuerySet


class InPatientManager(models.Manager.from_queryset(EncounterQuerySet)):  # type: ignore[misc]
    """Stays in a ward alone."""

    def get_queryset(self) -> Any:
        return super().get_queryset().filter(kind=Encounter.Kind.INPATIENT)


class InPatient(Encounter):
    """A stay in a ward: expected, in, on leave for a while, discharged."""

    resource = "records.inpatient"
    objects: ClassVar[Any] = InPatientManager()

    class Meta:
        proxy = True
        verbose_name = _("in-patient stay")
        verbose_name_plural = _("in-patients")

    def __init__(self, *args: Any, **facts: Any):
        if not args:  # as the database loads it, by position
            facts.setdefault("kind", Encounter.Kind.INPATIENT)
        super().__init__(*args, **facts)

    @classmethod
    def _leaning_on(cls, _parent: Record) -> Q:
        """Told by the encounter already."""
        return Q()
