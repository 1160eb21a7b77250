"""Calendar addresses: issued and revoked by their doctor or an administrator, read by a calendar program."""

from __future__ import annotations

import datetime as dt
from typing import NamedTuple
from uuid import UUID

from django.utils import timezone

from hospital.kit import audit, clock, facts, policy
from hospital.kit.actors import Actor
from hospital.kit.acts import act
from hospital.kit.errors import Denied, NotVisible, RuleError
from hospital.models import Doctor, User
from hospital.services import identity
from records.models import Appointment, CalendarFeed

BACK, AHEAD = dt.timedelta(days=30), dt.timedelta(days=180)
READ = "records.calendarfeed.read"


class Event(NamedTuple):
    """What a calendar shows of an appointment: nothing that tells whom it is with, or why."""

    id: UUID
    version: int
    starts_at: dt.datetime
    ends_at: dt.datetime
    updated_at: dt.datetime
    kind__name: str | None
    clinic__name: str


@act("records.calendarfeed.create")
def issue(actor: Actor, *, doctor: Doctor) -> tuple[CalendarFeed, str]:
    """Make the doctor's calendar address; returns it with its secret, which is kept nowhere.

    RuleError ``account_needed`` for a doctor on whose account nobody could be booked as reading it;
    ValidationError ``feed_taken`` while there is one: revoke that first.
    """
    feed = CalendarFeed(hospital_id=doctor.hospital_id, doctor=doctor)
    policy.require(actor, "records.calendarfeed.create", feed)
    facts.hold_parents(feed)
    if feed.doctor.user_id is None:
        raise RuleError("account_needed")
    secret = CalendarFeed.new_secret()
    feed.secret_hash = CalendarFeed.hash_of(secret)
    feed.full_clean()
    facts.save(feed)
    audit.wrote(feed, changed={"doctor"})
    return feed, secret


def revoke(
    actor: Actor, *, feed: CalendarFeed, reason: str, expected_version: int | None = None
) -> CalendarFeed:
    """Make the address useless with the next request."""
    return facts.retire(actor, feed, reason=reason, expected_version=expected_version)


def open_for(
    secret: str, *, request_id: str = "", ip: str | None = None
) -> tuple[Actor, CalendarFeed]:
    """Whose calendar is behind an address, and the person on whom reading it is booked: its doctor.

    Found by the hash alone, so that no comparison tells how near a guess was. NotVisible, whyever
    there is none: never made, revoked, its doctor or hospital retired, the account disabled or
    without the role of a doctor there any more.
    """
    rows = CalendarFeed.objects.live().filter(
        secret_hash=CalendarFeed.hash_of(secret), doctor__retired_at__isnull=True
    )
    feed = rows.select_related("hospital", "doctor__user").first()
    user = feed.doctor.user if feed else None
    if feed is None or user is None or not user.is_active or user.is_retired:
        raise NotVisible
    with timezone.override(feed.hospital.zone):  # roles are in force from day to day there
        actor = _reader(user, feed, request_id, ip)
    try:
        policy.require(actor, READ, feed)
    except Denied as exc:
        raise NotVisible from exc
    return actor, feed


def events(actor: Actor, *, feed: CalendarFeed) -> list[Event]:
    """The doctor's appointments that take up time, from 30 days back to 180 days ahead, in their order.

    Booked as a look, before anything is shown.
    """
    policy.require(actor, READ, feed)
    now = clock.now()
    rows = (
        Appointment.objects.live()
        .with_doctor(feed.doctor)
        .filter(hospital=feed.hospital_id, status__in=Appointment.TAKING)
    )
    within = rows.meeting(now - BACK, now + AHEAD).order_by("starts_at", "id")
    found = [Event._make(row) for row in within.values_list(*Event._fields)]
    audit.looked(actor, READ, object_id=feed.pk)
    return found


def _reader(user: User, feed: CalendarFeed, request_id: str, ip: str | None) -> Actor:
    places = identity.workplaces(user)
    here = next((place for place in places if place.id == feed.hospital_id), None)
    return identity.actor_of(user, here, door="calendar", request_id=request_id, ip=ip)
