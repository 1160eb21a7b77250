"""When doctors, rooms and devices can be booked: hours, absences, holidays and what is taken, in five queries."""

from __future__ import annotations

import datetime as dt
from bisect import bisect_left, insort
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from operator import attrgetter
from typing import Any, NamedTuple
from uuid import UUID
from zoneinfo import ZoneInfo

from hospital.kit import clock, localtimes
from hospital.kit.prepared import EACH, HERE, Prepared, PreparedRecords, some_day, some_moment
from hospital.models import Hospital, Resource
from records.models import Absence, Booking, Holiday, Session

ONE_DAY = dt.timedelta(days=1)


class Taken(NamedTuple):
    """A booking as the search for free times needs it."""

    bookable_id: UUID
    starts_at: dt.datetime
    ends_at: dt.datetime
    lane: int
    overbook_seat: int
    session_id: UUID | None
    held_on: dt.date | None
    appointment_id: UUID | None
    hold_id: UUID | None


_start = attrgetter("starts_at")


@dataclass(frozen=True, slots=True)
class Occurrence:
    """A session on one day, in UTC."""

    session: Session
    on: dt.date
    starts_at: dt.datetime
    ends_at: dt.datetime

    def holds(self, starts_at: dt.datetime, ends_at: dt.datetime) -> bool:
        """Whether all of ``[starts_at, ends_at)`` lies within it."""
        return self.starts_at <= starts_at and ends_at <= self.ends_at


@dataclass(slots=True)
class Hours:
    """What is known of some resources of one hospital between two moments."""

    zone: ZoneInfo
    first: dt.date
    last: dt.date
    sessions: dict[UUID, list[Session]] = field(default_factory=lambda: defaultdict(list))
    absences: dict[UUID, list[Absence]] = field(default_factory=lambda: defaultdict(list))
    holidays: list[Holiday] = field(default_factory=list)
    taken: dict[UUID, list[Taken]] = field(default_factory=lambda: defaultdict(list))
    # The length of the longest booking.
    longest: dt.timedelta = dt.timedelta()

    def on(self, resource_id: UUID, day: dt.date) -> Iterator[Occurrence]:
        """The sessions that begin on a local day."""
        for session in self.sessions.get(resource_id, ()):
            if session.is_held_on(day):
                begins, ends = localtimes.span(day, session.opens_at, session.closes_at, self.zone)
                yield Occurrence(session, day, begins, ends)

    def covering(
        self, resource_id: UUID, starts_at: dt.datetime, ends_at: dt.datetime
    ) -> Occurrence | None:
        """The session that all of ``[starts_at, ends_at)`` lies within; it may have begun the day before."""
        day = starts_at.astimezone(self.zone).date()
        for begun in (day, day - ONE_DAY):
            for occurrence in self.on(resource_id, begun):
                if occurrence.holds(starts_at, ends_at):
                    return occurrence
        return None

    def absence(
        self, resource_id: UUID, starts_at: dt.datetime, ends_at: dt.datetime
    ) -> Absence | None:
        """The absence that has a moment of ``[starts_at, ends_at)``."""
        absences = self.absences.get(resource_id, ())
        return next((a for a in absences if a.starts_at < ends_at and a.ends_at > starts_at), None)

    def holiday(
        self, clinic_id: UUID | None, starts_at: dt.datetime, ends_at: dt.datetime
    ) -> Holiday | None:
        """The holiday of the clinic, or of the whole hospital, on a local day of ``[starts_at, ends_at)``."""
        first = starts_at.astimezone(self.zone).date()
        last = (ends_at - dt.timedelta(microseconds=1)).astimezone(self.zone).date()
        for holiday in self.holidays:
            is_here = holiday.clinic_id is None or holiday.clinic_id == clinic_id
            if is_here and holiday.first_on <= last and holiday.last_on >= first:
                return holiday
        return None

    def met(self, resource_id: UUID, starts_at: dt.datetime, ends_at: dt.datetime) -> list[Taken]:
        """The bookings that have a moment of ``[starts_at, ends_at)``.

        A search looks at thousands of times: only bookings that begin near enough are looked at.
        """
        rows = self.taken.get(resource_id, [])
        first = bisect_left(rows, starts_at - self.longest, key=_start)
        last = bisect_left(rows, ends_at, key=_start)
        return [row for row in rows[first:last] if row.ends_at > starts_at]

    def add(self, row: Taken) -> None:
        """Know of one more booking; those of a resource stay in the order of their start."""
        insort(self.taken[row.bookable_id], row, key=_start)
        self.longest = max(self.longest, row.ends_at - row.starts_at)

    def without(self, appointment_id: UUID, resources: Iterable[Resource]) -> Hours:
        """The same, as if this appointment did not take up these resources."""
        freed = {
            row.pk: [t for t in self.taken.get(row.pk, ()) if t.appointment_id != appointment_id]
            for row in resources
        }
        return replace(self, taken=defaultdict(list, {**self.taken, **freed}))

    def take(self, appointment_id: UUID, places: Iterable[Any]) -> None:
        """Know that the appointment takes up ``places`` now, and nothing else of these resources."""
        for place in places:
            rows = self.taken[place.resource.pk]
            rows[:] = [row for row in rows if row.appointment_id != appointment_id]
            session_id = place.session.pk if place.session else None
            self.add(
                Taken(
                    place.resource.pk, place.starts_at, place.ends_at, place.lane,
                    place.overbook_seat, session_id, place.held_on, appointment_id, None,
                )
            )  # fmt: skip

    def has_hours(self, resource_id: UUID) -> bool:
        """Whether the resource keeps hours at all; a room without any is always open."""
        return bool(self.sessions.get(resource_id))


def load(
    hospital: Hospital,
    resources: Iterable[UUID],
    starts_at: dt.datetime,
    ends_at: dt.datetime,
    *,
    without: Sequence[UUID] = (),
) -> Hours:
    """Everything about ``resources`` from ``starts_at`` to ``ends_at``, and of the day before: sessions
    may cross midnight. ``without`` are appointments and holds whose bookings do not count.
    """
    zone, ids = hospital.zone, list(resources)
    first = starts_at.astimezone(zone).date() - ONE_DAY
    last = ends_at.astimezone(zone).date()
    begins = localtimes.day_bounds(first, zone)[0]
    ends = localtimes.day_bounds(last + ONE_DAY, zone)[1]
    hours = Hours(zone, first, last)
    asked = _asked()
    for session in asked.sessions.records(ids, first, last):
        hours.sessions[session.bookable_id].append(session)
    for absence in asked.absences.records(ids, begins, ends):
        hours.absences[absence.bookable_id].append(absence)
    hours.holidays = asked.holidays.records(hospital.pk, first, last)
    for row in taken(ids, begins, ends):
        if row.appointment_id not in without and row.hold_id not in without:
            hours.add(row)
    return hours


def taken(ids: Sequence[UUID], starts_at: dt.datetime, ends_at: dt.datetime) -> Iterator[Taken]:
    """The bookings that stand, in the order of their time."""
    rows = _asked().taken.rows(list(ids), starts_at, ends_at, clock.now())
    yield from map(Taken._make, rows)


class _Asked(NamedTuple):
    """The four questions, compiled once: half of what a booking took was compiling them."""

    sessions: PreparedRecords
    absences: PreparedRecords
    holidays: PreparedRecords
    taken: Prepared


@cache
def _asked() -> _Asked:
    first, last = some_day(1), some_day(2)
    begins, ends, now = some_moment(1), some_moment(2), some_moment(3)
    sessions = Session.objects.live().filter(bookable__in=[EACH]).valid_within(first, last)
    absences = Absence.objects.live().filter(bookable__in=[EACH]).meeting(begins, ends)
    holidays = Holiday.objects.live().filter(hospital=HERE).meeting(first, last)
    standing = Booking.objects.standing(now).filter(bookable__in=[EACH]).meeting(begins, ends)
    return _Asked(
        PreparedRecords(sessions.order_by("opens_at", "id"), [[EACH], first, last]),
        PreparedRecords(absences, [[EACH], begins, ends]),
        PreparedRecords(holidays, [HERE, first, last]),
        Prepared(
            standing.order_by("starts_at", "id").values_list(*Taken._fields),
            [[EACH], begins, ends, now],
        ),
    )
