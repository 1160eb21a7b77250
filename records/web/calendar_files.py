"""A doctor's appointments as an iCalendar file (RFC 5545), for a calendar program that asks for it."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Sequence
from typing import Any

import orjson
from django.utils.translation import gettext

from hospital.models import Hospital
from records.services.calendar_feeds import Event

PRODUCT = "-//Openward//Appointments//EN"
# How often a calendar program should ask again.
EVERY = dt.timedelta(minutes=15)


def etag(hospital: Hospital, events: Sequence[Event]) -> str:
    """The entity tag of the file: the same as long as every line of it is."""
    told = orjson.dumps([PRODUCT, hospital.name, hospital.language, *events], default=str)
    return f'"{hashlib.sha256(told).hexdigest()}"'


def built(hospital: Hospital, events: Sequence[Event]) -> bytes:
    """The file. Who is seen, and why, does not stand in it; what was called off is not in it."""
    from icalendar import Calendar, vText  # takes a sixth of a second, once

    name = vText(gettext("Appointments · %(hospital)s") % {"hospital": hospital.name})
    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", "PUBLISH")
    calendar.add("name", name)  # RFC 7986; most programs know only the other one
    calendar.add("x-wr-calname", name)
    calendar.add("refresh-interval", EVERY, parameters={"value": "DURATION"})
    calendar.add("x-published-ttl", "PT15M")
    for event in events:
        calendar.add_component(_component(event))
    return calendar.to_ical()


def _component(event: Event) -> Any:
    from icalendar import Event as Component

    kind = event.kind__name or gettext("Appointment")
    component = Component()
    component.add("uid", str(event.id))
    # Without a request to answer, DTSTAMP is when the event was last changed.
    component.add("dtstamp", event.updated_at)
    component.add("last-modified", event.updated_at)
    component.add("sequence", event.version)
    component.add("dtstart", event.starts_at)
    component.add("dtend", event.ends_at)
    component.add("summary", f"{kind} · {event.clinic__name}")
    component.add("status", "CONFIRMED")
    component.add("class", "PRIVATE")
    return component
