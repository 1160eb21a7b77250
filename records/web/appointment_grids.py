"""Days and weeks as the calendar's components draw them."""

import datetime as dt
from collections.abc import Iterable
from itertools import chain
from typing import Any

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from hospital.kit import clock
from hospital.kit.actors import Actor
from hospital.kit.capitals import in_capitals
from hospital.kit.localtimes import day_bounds
from hospital.kit.web import grids
from hospital.kit.web.grids import Block, Column
from hospital.models import Resource
from records.models import Appointment
from records.services.days import Days

from . import appointment_rows as shown
from . import patient_rows, visit_rows

S = Appointment.Status
WALK_IN = "walk_in"
LEGEND = [
    (str(status), label) for status, label in S.choices if status != S.CANCELLED
] + [(WALK_IN, _("Walk-in"))]  # fmt: skip
CLOSED = {"kind": "closed", "label": _("Closed")}
# Why somebody is away is nobody else's business.
AWAY = {"kind": "closed", "label": _("Away")}
# What is shown of a day on which nobody has hours.
USUAL = (8 * 60, 17 * 60)
DAY = 24 * 60
# From minute to minute.
Spans = list[tuple[int, int]]


def of_day(days: Days, day: dt.date) -> dict[str, Any]:
    """The grid of one day: a column for each doctor."""
    begins = day_bounds(day, days.zone)[0]
    axis = _Axis(begins)
    hours = [_hours(days, doctor, day, axis) for doctor in days.doctors]
    columns = [
        _column(days, doctor, day, axis, open_, _head(doctor))
        for doctor, open_ in zip(days.doctors, hours, strict=True)
    ]
    now = axis.minute(clock.now()) if day == clock.today() else None
    top, bottom = _reach(columns, hours)
    label = grids.clock_from(begins, days.zone)
    table = grids.table(columns, top=top, bottom=bottom, now=now, label=label)
    return {"title": date_format(day, "l j F"), "table": table, "now_id": "now"}


def of_week(days: Days) -> dict[str, Any]:
    """The grid of one doctor's week: a column for each day, by the clock on the wall."""
    axis = _Wall(days.zone)
    doctor = days.doctors[0]
    hours = [_hours(days, doctor, day, axis) for day in _each_day(days)]
    columns = [
        _column(days, doctor, day, axis, open_, {
            "title": date_format(day, "D j M"), "title_is_words": True,
            "url": _day_url(day, doctor),
        })
        for day, open_ in zip(_each_day(days), hours, strict=True)
    ]  # fmt: skip
    top, bottom = _reach(columns, hours)
    table = grids.table(columns, top=top, bottom=bottom)
    return {"title": str(doctor), "table": table}


def of_doctors(days: Days) -> dict[str, Any]:
    """A week of many doctors: a line for each, and in each day who comes."""
    today = clock.today()
    columns = [
        {"title": date_format(day, "D j"), "url": _day_url(day), "is_today": day == today}
        for day in _each_day(days)
    ]
    rows = [
        {**_head(doctor), "cells": [_cell(days, doctor, day) for day in _each_day(days)]}
        for doctor in days.doctors
    ]
    return {"title": gettext("Week"), "corner": gettext("Doctor"), "days": columns, "rows": rows}


def anchor(row: Any, zone: dt.tzinfo) -> str:
    """Where a time stands in a day's list."""
    return f"t{row.starts_at.astimezone(zone):%H%M}"


def list_of(actor: Actor, rows: list[Appointment], zone: dt.tzinfo) -> list[dict[str, Any]]:
    """The lines of a day's list; the first of each time can be led to."""
    seen: set[str] = set()
    found = []
    visits = visit_rows.of_appointments(actor, rows)
    for row in rows:
        place = anchor(row, zone)
        listed = {**_listed(actor, row), "visit_url": visits.get(row.pk, "")}
        found.append({**listed, "anchor": "" if place in seen else place})
        seen.add(place)
    return found


def _listed(actor: Actor, row: Appointment) -> dict[str, Any]:
    line = shown.line(actor, row)
    born = patient_rows.born(row.patient) if row.patient else gettext("No chart yet")
    mrn = row.patient.mrn if row.patient else ""
    return {
        **line,
        "when": line["time"],
        "patient": line["who"],
        "detail": " · ".join(part for part in (born, mrn) if part),
        "status": _status(row),
        "words": line["status_words"],
    }


class _Axis:
    """Real minutes since the day began: right also on the day the clocks change."""

    def __init__(self, begins: dt.datetime):
        self.begins = begins

    def minute(self, moment: dt.datetime) -> int:
        return int((moment - self.begins).total_seconds() // 60)

    def end(self, moment: dt.datetime, day: dt.date) -> int:
        return self.minute(moment)


class _Wall:
    """Minutes of the clock on the wall: 09:00 stands on one line all week."""

    def __init__(self, zone: dt.tzinfo):
        self.zone = zone

    def minute(self, moment: dt.datetime) -> int:
        local = moment.astimezone(self.zone)
        return local.hour * 60 + local.minute

    def end(self, moment: dt.datetime, day: dt.date) -> int:
        return DAY if moment.astimezone(self.zone).date() > day else self.minute(moment)


def _column(
    days: Days, doctor: Resource, day: dt.date, axis: Any, hours: Spans, head: dict[str, Any]
) -> Column:
    free = days.free(doctor, day, clock.now())
    return Column(
        head=head,
        blocks=[_block(row, axis, day, days) for row in days.of(doctor, day)],
        slots=[
            Block(axis.minute(time.starts_at), axis.end(time.ends_at, day), _slot(time, days, day))
            for time in free
        ],
        fills=[*_away(days, doctor, day, axis), *_closed(days, day, hours)],
    )


def _block(row: Appointment, axis: Any, day: dt.date, days: Days) -> Block:
    local = row.starts_at.astimezone(days.zone)
    told = {
        "kind": "taken",
        "who": shown.who(row),
        "when": f"{local:%H:%M}",
        "status": _status(row),
        "words": shown.status_words(row),
        "note": shown.waiting(row) or (row.get_attention_display() if row.attention else ""),
        "is_overbooked": bool(row.overbook_reason),
        "url": reverse("records:appointment-detail", args=[row.pk]),
    }
    return Block(axis.minute(row.starts_at), axis.end(row.ends_at, day), told)


def _slot(time: Any, days: Days, day: dt.date) -> dict[str, Any]:
    label = f"{time.starts_at.astimezone(days.zone):%H:%M}"
    words = gettext("Book %(time)s") % {"time": label}
    where = {"doctor": time.resource.doctor_id, "clinic": time.clinic.pk}
    return {
        "kind": "free",
        "label": words,
        "url": shown.address("create", **where, day=day, at=label),
    }


def _away(days: Days, doctor: Resource, day: dt.date, axis: Any) -> list[Block]:
    begins, ends = day_bounds(day, days.zone)
    return [
        Block(
            axis.minute(max(row.starts_at, begins)),
            axis.end(min(row.ends_at, ends), day),
            AWAY,
        )
        for row in days.away(doctor, day)
    ]


def _hours(days: Days, doctor: Resource, day: dt.date, axis: Any) -> Spans:
    """When a doctor sees people; never when the hospital is closed."""
    if _holiday(days, day):
        return []
    return [(axis.minute(start), axis.end(end, day)) for start, end in days.open(doctor, day)]


def _holiday(days: Days, day: dt.date) -> Any:
    return days.known.holiday(days.clinic.pk if days.clinic else None, *day_bounds(day, days.zone))


def _closed(days: Days, day: dt.date, open_: Spans) -> list[Block]:
    """What lies between the hours; the whole day when the hospital is closed."""
    if holiday := _holiday(days, day):
        return [Block(0, DAY + 60, {"kind": "closed", "label": holiday.name})]
    found, reach = [], 0
    for start, end in open_:
        found.append(Block(reach, start, CLOSED))
        reach = max(reach, end)
    found.append(Block(reach, DAY + 60, CLOSED))
    return [block for block in found if block.start < block.end]


def _reach(columns: list[Column], hours: Iterable[Spans]) -> tuple[int, int]:
    """From the first to the last minute at which anybody sees people or has somebody booked."""
    blocks = [block for column in columns for block in (*column.blocks, *column.slots)]
    every = [*((block.start, block.end) for block in blocks), *chain(*hours)]
    if not every:
        return USUAL
    return min(start for start, _end in every), max(end for _start, end in every)


def _head(doctor: Resource) -> dict[str, Any]:
    person = doctor.doctor
    assert person is not None
    return {
        "title": str(person),
        "subtitle": person.speciality or str(person.department),
        "url": shown.address("week", doctor=person.pk),
    }


def _cell(days: Days, doctor: Resource, day: dt.date) -> dict[str, Any]:
    rows = days.of(doctor, day)
    if rows:
        url = shown.address("list", day=day, doctor=doctor.doctor_id, view="list")
        return {"appointments": [_brief(row, days, url) for row in rows]}
    if days.away(doctor, day):
        return {"appointments": (), "word": AWAY["label"]}
    return {"appointments": (), "word": "" if days.open(doctor, day) else CLOSED["label"]}


def _brief(row: Any, days: Days, url: str) -> dict[str, Any]:
    """One appointment of many: it leads to its place in the doctor's day, as 1,500 ids would weigh 50 KB."""
    words = _words(row)
    if row.overbook_reason:
        words = gettext("%(status)s, overbooked") % {"status": words}
    return {
        "url": f"{url}#{anchor(row, days.zone)}",
        "status": _status(row),
        "words": words,
        "when": f"{row.starts_at.astimezone(days.zone):%H:%M}",
        "who": _short(row),
    }


def _short(row: Any) -> str:
    """NOVAK, P."""
    if row.patient_id is None:
        return str(row.caller_name)
    given = f"{row.patient__given_names[:1]}." if row.patient__given_names else ""
    names = (in_capitals(row.patient__family_name), given)
    return ", ".join(filter(None, names)) or gettext("Name not known")


def _words(row: Any) -> str:
    return str(dict(LEGEND)[_status(row)])


def _status(row: Any) -> str:
    """The status as the calendar tells it apart."""
    return WALK_IN if row.is_walk_in and row.status == S.CHECKED_IN else str(row.status)


def _each_day(days: Days) -> list[dt.date]:
    return [days.first + dt.timedelta(days=n) for n in range((days.last - days.first).days + 1)]


def _day_url(day: dt.date, doctor: Resource | None = None) -> str:
    return shown.address("list", day=day, doctor=doctor.doctor_id if doctor else None)
