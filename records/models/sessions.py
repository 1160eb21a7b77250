"""The weekly hours at which a doctor, room or device can be booked."""

import datetime as dt
from typing import Any, ClassVar, Self

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from hospital.kit import clock
from hospital.kit.codes import sentence
from hospital.kit.guards import SameTenant
from hospital.kit.records import Record, RecordQuerySet
from hospital.models import Clinic, Hospital, Resource
from hospital.models.hospitals import Weekday

DAY = 24 * 60
WEEK = 7 * DAY


class SessionQuerySet(RecordQuerySet):
    """Weekly hours."""

    def valid_within(self, first: dt.date, last: dt.date | None) -> Self:
        """Those that are held on some day from ``first`` to ``last``, both included; None is for ever."""
        is_open = Q(valid_to__isnull=True) | Q(valid_to__gte=first)
        rows = self.filter(is_open)
        return rows if last is None else rows.filter(valid_from__lte=last)


class Session(Record):
    """Hours that a resource keeps at a clinic once a week, such as Mondays 09:00–12:00 (FHIR's Schedule).

    With ``slot_minutes`` it is cut into slots that hold ``capacity`` bookings each; without, up to
    ``capacity`` people may come at any time of it. On top, at most ``overbook_limit`` bookings may be
    added to one day's session. Times are the hospital's wall clock; hours that close at or before
    they open close on the next day.
    """

    errors_at = {
        "other_tenant": "clinic",
        "days_reversed": "valid_to",
        "slot_length": "slot_minutes",
        "capacity_range": "capacity",
        "overbook_range": "overbook_limit",
    }
    # In the order in which rows are locked everywhere.
    leans_on = ("clinic", "bookable")
    rests_with = ("bookable",)

    hospital = models.ForeignKey(
        Hospital, on_delete=models.PROTECT, related_name="+", editable=False
    )
    bookable = models.ForeignKey(
        Resource, on_delete=models.PROTECT, related_name="sessions",
        verbose_name=_("doctor, room or device"),
    )  # fmt: skip
    clinic = models.ForeignKey(
        Clinic, on_delete=models.PROTECT, related_name="sessions", verbose_name=_("clinic")
    )

    weekday = models.CharField(_("weekday"), max_length=3, choices=Weekday.choices)
    opens_at = models.TimeField(_("from"))
    closes_at = models.TimeField(_("until"))
    slot_minutes = models.PositiveSmallIntegerField(
        _("minutes of a slot"), null=True, blank=True, default=20,
        help_text=_("Empty: no slots, people come at any time of these hours."),
    )  # fmt: skip
    capacity = models.PositiveSmallIntegerField(
        _("places"), default=1,
        help_text=_("Bookings to a slot; without slots, to the whole session."),
    )  # fmt: skip
    overbook_limit = models.PositiveSmallIntegerField(
        _("overbookings"), default=0,
        help_text=_("How many may be added on top, with a reason, on one day."),
    )  # fmt: skip

    valid_from = models.DateField(_("valid from"), default=clock.today)
    valid_to = models.DateField(_("valid to"), null=True, blank=True)

    objects: ClassVar[Any] = SessionQuerySet.as_manager()

    class Meta:
        verbose_name = _("session")
        verbose_name_plural = _("hours")
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(slot_minutes__isnull=True) | Q(slot_minutes__gte=5, slot_minutes__lte=720),
                name="session_slot_length",
                violation_error_code="slot_length",
                violation_error_message=_("A slot takes 5 to 720 minutes."),
            ),
            models.CheckConstraint(
                condition=Q(capacity__gte=1, capacity__lte=99),
                name="session_capacity",
                violation_error_code="capacity_range",
                violation_error_message=_("Give a number from 1 to 99."),
            ),
            models.CheckConstraint(
                condition=Q(overbook_limit__lte=20),
                name="session_overbook_limit",
                violation_error_code="overbook_range",
                violation_error_message=_("Give a number from 0 to 20."),
            ),
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True) | Q(valid_to__gte=models.F("valid_from")),
                name="session_days_in_order",
                violation_error_code="days_reversed",
                violation_error_message=_("The last day must not be before the first."),
            ),
            models.CheckConstraint(
                condition=Q(weekday__in=Weekday.values),
                name="session_weekday_known",
                violation_error_code="invalid_choice",
            ),
            SameTenant(name="session_same_as_clinic", field="clinic"),
            SameTenant(name="session_same_as_resource", field="bookable"),
        ]  # fmt: skip
        indexes = [models.Index(fields=["hospital", "id"], name="session_order")]

    def __str__(self) -> str:
        # A form that was sent half empty still tells what it is about.
        who = self.bookable if self.bookable_id else ""
        return f"{who} · {self.week_text}"

    @property
    def week_text(self) -> str:
        """Monday 09:00–12:00."""
        return f"{self.get_weekday_display()} {self.hours_text}"

    @property
    def hours_text(self) -> str:
        """09:00–12:00."""
        times = (f"{at:%H:%M}" for at in (self.opens_at, self.closes_at) if isinstance(at, dt.time))
        return "–".join(times)

    def clean(self) -> None:
        super().clean()
        if self.bookable_id and self.has_hours and not self.is_retired and self._meets_another():
            code = "session_overlap"
            raise ValidationError({"opens_at": ValidationError(sentence(code), code)})

    @property
    def has_hours(self) -> bool:
        """Whether weekday, times and first day could be read."""
        times = isinstance(self.opens_at, dt.time) and isinstance(self.closes_at, dt.time)
        return times and self.weekday in Weekday.values and isinstance(self.valid_from, dt.date)

    @property
    def week_minutes(self) -> tuple[int, int]:
        """When it begins and ends in minutes after Monday 00:00, by the wall clock; the end may lie beyond Sunday."""
        opens, closes = (at.hour * 60 + at.minute for at in (self.opens_at, self.closes_at))
        begins = list(Weekday).index(Weekday(self.weekday)) * DAY + opens
        return begins, begins + ((closes - opens) % DAY or DAY)

    def is_held_on(self, day: dt.date) -> bool:
        """Whether it begins on ``day``: its weekday, within its first and last day."""
        is_weekday = list(Weekday)[day.weekday()] == self.weekday
        return (
            is_weekday
            and self.valid_from <= day
            and (self.valid_to is None or day <= self.valid_to)
        )

    def _meets_another(self) -> bool:
        """Whether the resource would be at two sessions at once in some week."""
        others = type(self).objects.live().filter(bookable=self.bookable_id).exclude(pk=self.pk)
        valid_to = self.valid_to if isinstance(self.valid_to, dt.date) else None
        begins, ends = self.week_minutes
        for other in others.valid_within(self.valid_from, valid_to):
            first, last = other.week_minutes
            if any(first + week < ends and begins < last + week for week in (-WEEK, 0, WEEK)):
                return True
        return False
