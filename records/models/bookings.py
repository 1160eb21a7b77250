"""What an appointment, or a hold on a time, takes up of a doctor, a room or a device."""

from datetime import datetime
from typing import Any, ClassVar, Self
from uuid import UUID

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from hospital.kit import clock
from hospital.kit.guards import AtMost, NoOverlap, SameTenant
from hospital.kit.parts import Part
from hospital.kit.records import RecordQuerySet
from hospital.models import Hospital, Resource

from .appointments import Appointment
from .holds import Hold
from .sessions import Session

# Lanes of what was booked on top lie above this one; the lanes of a session's own places below.
OVERBOOK_LANE = 100


class BookingQuerySet(RecordQuerySet):
    """Bookings; a retired one has given its time back."""

    def standing(self, at: datetime | None = None) -> Self:
        """Those that take up their time now (or ``at`` a moment): live, and of no hold that has lapsed."""
        is_kept = Q(hold__expires_at__gt=at or clock.now())
        return self.live().filter(Q(hold__isnull=True) | is_kept)

    def lapsed(self) -> Self:
        """Those of holds that nobody has used in time."""
        return self.live().filter(hold__expires_at__lte=clock.now())

    def beside(self, owner: str = "appointment") -> Self:
        """Those of what an appointment (or a ``hold``) takes up beside its own doctor."""
        is_thing = Q(bookable__doctor__isnull=True)
        return self.filter(is_thing | ~Q(bookable__doctor=F(f"{owner}__doctor")))

    def meeting(self, starts_at: datetime, ends_at: datetime) -> Self:
        """Those that have a moment of ``[starts_at, ends_at)``."""
        return self.filter(starts_at__lt=ends_at, ends_at__gt=starts_at)


class Booking(Part):
    """A resource is taken for ``[starts_at, ends_at)`` in one lane: two at once never share a lane.

    Lanes 1 to the session's capacity are its places. ``overbook_seat`` counts what was booked on
    top of one day's session, in a lane of its own. Outside of any session there is one lane.
    ``held_on`` is the local day of the session.
    """

    errors_at = {"resource_busy": "starts_at", "session_full": "starts_at"}
    CONTENT = frozenset({"bookable", "session", "starts_at", "ends_at", "lane", "overbook_seat"})

    hospital = models.ForeignKey(
        Hospital, on_delete=models.PROTECT, related_name="+", editable=False
    )
    appointment = models.ForeignKey(
        Appointment, on_delete=models.PROTECT, related_name="bookings", null=True, editable=False
    )
    hold = models.ForeignKey(
        Hold, on_delete=models.PROTECT, related_name="bookings", null=True, editable=False
    )
    bookable = models.ForeignKey(
        Resource, on_delete=models.PROTECT, related_name="bookings",
        verbose_name=_("doctor, room or device"),
    )  # fmt: skip
    session = models.ForeignKey(
        Session, on_delete=models.PROTECT, related_name="bookings", null=True, editable=False
    )
    held_on = models.DateField(null=True, editable=False)
    starts_at = models.DateTimeField(_("from"))
    ends_at = models.DateTimeField(_("until"))
    lane = models.PositiveSmallIntegerField(default=1, editable=False)
    overbook_seat = models.PositiveSmallIntegerField(default=0, editable=False)

    objects: ClassVar[Any] = BookingQuerySet.as_manager()

    class Meta:
        verbose_name = _("booking")
        verbose_name_plural = _("bookings")
        ordering = ["starts_at", "id"]
        constraints = [
            NoOverlap(
                name="booking_no_overlap",
                same=["bookable", "lane"],
                start="starts_at",
                end="ends_at",
                condition=Q(retired_at__isnull=True),
                violation_error_code="resource_busy",
                violation_error_message=_("This time is already taken. Choose another."),
            ),
            AtMost(
                name="booking_within_capacity",
                field="session",
                column="lane",
                limit="capacity",
                condition=Q(overbook_seat=0, retired_at__isnull=True),
                violation_error_code="session_full",
                violation_error_message=_("These hours are full. Choose another time."),
            ),
            AtMost(
                name="booking_within_overbook_limit",
                field="session",
                column="overbook_seat",
                limit="overbook_limit",
                condition=Q(retired_at__isnull=True),
                violation_error_code="overbook_full",
                violation_error_message=_(
                    "No more can be booked on top of these hours. Choose another time."
                ),
            ),
            models.UniqueConstraint(
                fields=["session", "held_on", "overbook_seat"],
                condition=Q(retired_at__isnull=True, overbook_seat__gt=0),
                name="booking_overbook_seat_unique",
                violation_error_code="overbook_full",
                violation_error_message=_(
                    "No more can be booked on top of these hours. Choose another time."
                ),
            ),
            models.CheckConstraint(
                condition=Q(appointment__isnull=False, hold__isnull=True)
                | Q(appointment__isnull=True, hold__isnull=False),
                name="booking_of_one",
            ),
            models.CheckConstraint(
                condition=Q(overbook_seat=0, lane__gte=1, lane__lt=OVERBOOK_LANE)
                | Q(overbook_seat__gt=0, lane=F("overbook_seat") + OVERBOOK_LANE),
                name="booking_lane_of_seat",
            ),
            models.CheckConstraint(
                condition=Q(session__isnull=False, held_on__isnull=False)
                | Q(session__isnull=True, held_on__isnull=True, lane=1),
                name="booking_lanes_of_sessions",
            ),
            SameTenant(name="booking_same_as_resource", field="bookable"),
            SameTenant(name="booking_same_as_appointment", field="appointment"),
            SameTenant(name="booking_same_as_hold", field="hold"),
            SameTenant(name="booking_same_as_session", field="session"),
        ]
        indexes = [
            models.Index(
                fields=["bookable", "ends_at"], condition=Q(retired_at__isnull=True),
                name="booking_standing",
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return str(self.bookable)

    @property
    def audit_patient_id(self) -> UUID | None:
        return self.appointment.patient_id if self.appointment else None
