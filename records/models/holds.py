"""Times kept for somebody for a few minutes, until it is sure that they are booked."""

from typing import Any, ClassVar, Self
from uuid import UUID

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from hospital.kit import clock
from hospital.kit.guards import SameTenant
from hospital.kit.records import Record, RecordQuerySet
from hospital.models import Clinic, Doctor, Hospital, Resource


class HoldQuerySet(RecordQuerySet):
    """Holds."""

    def standing(self) -> Self:
        """Those that keep their time now."""
        return self.live().filter(expires_at__gt=clock.now())


class Hold(Record):
    """A time that nobody else can book until ``expires_at``; then it is free again by itself.

    Retiring it gives the time back sooner; booking it does so too.
    """

    errors_at = {"interval_reversed": "ends_at", "other_tenant": "clinic"}
    leans_on = ("clinic", "doctor")
    rests_with = ("clinic", "doctor")
    SERVER_FIELDS = Record.SERVER_FIELDS | {"expires_at", "held_by"}

    hospital = models.ForeignKey(
        Hospital, on_delete=models.PROTECT, related_name="+", editable=False
    )
    clinic = models.ForeignKey(
        Clinic, on_delete=models.PROTECT, related_name="+", verbose_name=_("clinic")
    )
    doctor = models.ForeignKey(
        Doctor, on_delete=models.PROTECT, related_name="+", null=True, blank=True,
        verbose_name=_("doctor"),
    )  # fmt: skip
    starts_at = models.DateTimeField(_("from"))
    ends_at = models.DateTimeField(_("until"))
    expires_at = models.DateTimeField(editable=False)
    held_by = models.UUIDField(null=True, editable=False)

    objects: ClassVar[Any] = HoldQuerySet.as_manager()

    class Meta:
        verbose_name = _("hold")
        verbose_name_plural = _("holds")
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("starts_at")),
                name="hold_in_order",
                violation_error_code="interval_reversed",
                violation_error_message=_("The end must be after the start."),
            ),
            SameTenant(name="hold_same_as_clinic", field="clinic"),
            SameTenant(name="hold_same_as_doctor", field="doctor"),
        ]
        indexes = [models.Index(fields=["hospital", "id"], name="hold_order")]

    def __str__(self) -> str:
        return str(_("Hold"))

    @property
    def resources(self) -> models.QuerySet[Resource]:
        """The rooms, devices and further doctors that it keeps beside its doctor."""
        kept = {"bookings__hold": self, "bookings__retired_at": None}
        rows = Resource.objects.filter(**kept).beside(self.doctor_id)
        return rows.order_by("sort_key", "id")

    @property
    def has_lapsed(self) -> bool:
        """Whether its time is over."""
        return self.expires_at <= clock.now()

    @property
    def audit_patient_id(self) -> UUID | None:
        return None
