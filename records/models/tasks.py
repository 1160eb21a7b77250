"""What somebody in a ward is asked to see to."""

from typing import Any, ClassVar, Self
from uuid import UUID

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from hospital.kit.guards import SameTenant
from hospital.kit.records import Record, RecordQuerySet
from hospital.models import Hospital, Ward

from .bed_periods import BedPeriod
from .encounters import Encounter


class TaskQuerySet(RecordQuerySet):
    """Tasks."""

    def open(self) -> Self:
        """Those still to be seen to."""
        return self.live().filter(status=Task.Status.REQUESTED)

    def in_ward(self, ward: Ward | UUID) -> Self:
        """Those of whoever lies or waits there now: a task goes with its patient."""
        there = BedPeriod.objects.lying().filter(BedPeriod.is_in(ward))
        return self.filter(encounter__in=there.values("encounter"))


class Task(Record):
    """Something to be seen to in a stay (FHIR's Task), by whoever cares for the patient now.

    Its status is changed by acts alone; ``cancelled`` is one that nobody has to see to any more. It says
    nothing of another hospital: not which, and not which stay there.
    """

    class Kind(models.TextChoices):
        STAY_ELSEWHERE = "stay_elsewhere", _("Still counted in elsewhere")
        ADMITTED_ELSEWHERE = "admitted_elsewhere", _("Admitted elsewhere")

    class Status(models.TextChoices):
        REQUESTED = "requested", _("Open")
        COMPLETED = "completed", _("Settled")
        CANCELLED = "cancelled", _("No longer needed")

    # Of two stays at once: the kinds of the one that began later, and of the one before it.
    ELSEWHERE = (Kind.STAY_ELSEWHERE, Kind.ADMITTED_ELSEWHERE)

    errors_at = {"other_tenant": "encounter", "done_with_status": "completed_at"}
    SERVER_FIELDS = Record.SERVER_FIELDS | {"status", "completed_at"}

    hospital = models.ForeignKey(
        Hospital, on_delete=models.PROTECT, related_name="+", editable=False,
        verbose_name=_("hospital"),
    )  # fmt: skip
    encounter = models.ForeignKey(
        Encounter, on_delete=models.PROTECT, related_name="tasks", editable=False,
        verbose_name=_("visit or stay"),
    )  # fmt: skip
    kind = models.CharField(_("what"), max_length=20, choices=Kind.choices, editable=False)
    status = models.CharField(
        _("status"), max_length=9, choices=Status.choices, default=Status.REQUESTED, editable=False
    )
    completed_at = models.DateTimeField(_("settled at"), null=True, blank=True, editable=False)

    objects: ClassVar[Any] = TaskQuerySet.as_manager()

    class Meta:
        verbose_name = _("task")
        verbose_name_plural = _("tasks")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["encounter", "kind"],
                condition=Q(status="requested", retired_at__isnull=True)
                & Q(kind__in=["stay_elsewhere", "admitted_elsewhere"]),
                name="task_open_once",
                violation_error_code="unique",
            ),
            models.CheckConstraint(
                condition=Q(status="completed", completed_at__isnull=False)
                | Q(status__in=["requested", "cancelled"], completed_at__isnull=True),
                name="task_completed_at",
                violation_error_code="done_with_status",
            ),
            SameTenant(name="task_same_as_encounter", field="encounter"),
        ]
        indexes = [
            models.Index(fields=["hospital", "updated_at", "id"], name="task_changes"),
            models.Index(
                fields=["hospital", "id"], name="task_open", condition=Q(status="requested")
            ),
        ]

    def __str__(self) -> str:
        return str(self.get_kind_display())

    @property
    def audit_patient_id(self) -> UUID | None:
        return self.encounter.patient_id

    @property
    def is_open(self) -> bool:
        return self.status == self.Status.REQUESTED and not self.is_retired
