"""Made-up days and weeks for the style guide's calendar."""

from typing import Any

from hospital.kit.web import grids
from hospital.kit.web.grids import Block, Column

STATUSES = {
    "scheduled": "Scheduled",
    "checked_in": "Checked in",
    "walk_in": "Walk-in",
    "in_progress": "In progress",
    "completed": "Completed",
    "missed": "Missed",
    "cancelled": "Cancelled",
}
CLOSED = {"kind": "closed", "label": "Closed"}
ON_LEAVE = {"kind": "closed", "label": "On leave"}


def context() -> dict[str, Any]:
    """What the part "calendar" shows."""
    return {
        "statuses": STATUSES.items(),
        "day": _day(),
        "empty_day": _empty_day(),
        "doctors_week": _doctors_week(),
        "week": _week(),
        "appointments": _list(),
    }


def _day() -> dict[str, Any]:
    """A morning of five doctors: closed hours, free slots, three at once, somebody overbooked, and now."""
    columns = [
        _column("Dr Rao", "Cardiology · Room 4", ("09:00", "13:00", 20), [
            _booked("09:00", 30, "BERRY, Lachlan", "completed"),
            _booked("09:30", 30, "MÜLLER, Ana", "in_progress"),
            _booked("10:00", 45, "OKORO, Daniel", "checked_in", note="12 min"),
            _booked("11:30", 30, "CHEN, Wei", "scheduled"),
        ]),
        _column("Dr Okafor", "General · Room 1", ("08:30", "13:00", 15), [
            _booked("09:00", 30, "WALLER, Ruth", "completed"),
            _booked("09:30", 15, "GREEN, Mitchell", "missed"),
            _booked("09:45", 30, "HASSAN, Leila", "checked_in", note="4 min"),
            _booked("10:45", 30, "NOVAK, Petr", "scheduled"),
            _booked("11:15", 30, "NOVAK, Jana", "scheduled"),
            _booked("12:00", 5, "IVANOV, Ivan", "scheduled"),
            _booked("12:05", 10, "BERG, Lo", "scheduled"),
        ]),
        _column("Dr Lindqvist", "General · Room 2", ("10:00", "12:00", 30), [
            _booked("10:00", 30, "PAINTER, Courtney", "scheduled"),
            _booked("10:30", 30, "SINGH, Arjun", "scheduled"),
        ]),
        _column("Dr Haddad", "Paediatrics · Room 6", ("09:00", "13:00", 30), [
            _booked("09:15", 30, "DIAZ, Noa (4y)", "completed"),
            _booked("09:45", 30, "حداد، ليلى", "in_progress"),
            _booked("10:30", 30, "KIM, Seo-yeon (7y)", "scheduled"),
            _booked("11:45", 30, "ABEBE, Sara (2y)", "walk_in", note="25 min"),
        ]),
        _column("Dr Mbeki", "Orthopaedics · Room 3", ("09:00", "12:00", 30), [
            _booked("09:00", 60, "MCCARTHY, Harley", "completed"),
            _booked("10:15", 60, "LANYON, Jacob", "checked_in", is_overbooked=True),
            _booked("10:30", 30, "SØRENSEN, Bo", "scheduled"),
            _booked("10:45", 30, "ADEYEMI-OLUWASEUN, Temitope", "scheduled", is_overbooked=True),
        ]),
    ]  # fmt: skip
    table = grids.table(columns, top=_at("08:30"), bottom=_at("13:00"), now=_at("10:12"))
    return {"title": "Friday 20 November", "table": table, "now_id": "now"}


def _empty_day() -> dict[str, Any]:
    """Nothing booked: one who works and one who is away."""
    columns = [
        _column("Dr Rao", "Cardiology · Room 4", ("10:00", "11:00", 20), []),
        Column(head={"title": "Dr Okafor"}, fills=[Block(0, 1440, ON_LEAVE)]),
    ]
    table = grids.table(columns, top=_at("09:30"), bottom=_at("11:30"))
    return {"title": "Saturday 21 November", "table": table}


def _doctors_week() -> dict[str, Any]:
    """One doctor's days as columns."""
    hours = ("09:00", "10:30", 30)
    days = {
        "Mon 16": [_booked("09:00", 30, "BERRY, Lachlan", "completed")],
        "Tue 17": [_booked("09:30", 30, "GREEN, Mitchell", "missed")],
        "Wed 18": [],
        "Thu 19": [_booked("09:00", 60, "HASSAN, Leila", "completed")],
        "Fri 20": [_booked("09:50", 15, "NOVAK, Petr", "scheduled")],
    }
    columns = [_column(day, "", hours, booked, is_words=True) for day, booked in days.items()]
    columns += [
        Column(head={"title": day, "title_is_words": True}, fills=[Block(0, 1440, CLOSED)])
        for day in ("Sat 21", "Sun 22")
    ]
    table = grids.table(columns, top=_at("09:00"), bottom=_at("10:30"))
    return {"title": "Dr Rao, 16 to 22 November", "table": table}


def _week() -> dict[str, Any]:
    """The overview: many doctors, every state in which a cell can be."""
    names = [
        "BERRY, L.",
        "MÜLLER, A.",
        "OKORO, D.",
        "حداد، ل.",
        "NOVAK, P.",
        "SINGH, A.",
        "KIM, S.",
    ]
    full = [
        _line(f"09:{minute:02}", who, status)
        for minute, who, status in zip(range(0, 60, 8), names, STATUSES, strict=False)
    ]
    few = [_line("09:00", "CHEN, W.", "scheduled"), _line("11:30", "ABEBE, S.", "walk_in")]
    closed, away = {"word": "Closed"}, {"word": "On leave"}
    days = ["Mon 16", "Tue 17", "Wed 18", "Thu 19", "Fri 20", "Sat 21", "Sun 22"]
    plans: dict[str, list[dict[str, Any]]] = {
        "Dr Rao": [{"appointments": full}, {"appointments": few}, {}, {"appointments": few}, {"appointments": few}],
        "Dr Okafor": [{"appointments": few}, away, away, away, {"appointments": few}],
    }  # fmt: skip
    return {
        "title": "All doctors, 16 to 22 November",
        "corner": "Doctor",
        "days": [{"title": day, "url": "?", "is_today": day == "Fri 20"} for day in days],
        "rows": [
            {"title": name, "subtitle": "Cardiology", "url": "?", "cells": [*cells, closed, closed]}
            for name, cells in plans.items()
        ],
    }


def _list() -> list[dict[str, Any]]:
    acts = {
        "scheduled": [{"label": "Check in", "url": "?", "kind": "primary"}],
        "checked_in": [
            {"label": "Start", "url": "?", "kind": "primary"},
            {"label": "Undo", "url": "?"},
        ],
    }
    return [
        {
            "when": f"{9 + number:02}:00", "url": "?", "patient": "MÜLLER, Ana", "detail": "14-Mar-1988 · BR-004 218",
            "doctor": "Dr Rao", "clinic": "Cardiology", "kind": "Follow-up", "status": status,
            "words": words, "note": "12 min" if status == "checked_in" else "",
            "is_overbooked": status == "scheduled", "version": 1, "acts": acts.get(status, []),
        }
        for number, (status, words) in enumerate(STATUSES.items())
    ]  # fmt: skip


def _column(
    name: str,
    where: str,
    hours: tuple[str, str, int],
    blocks: list[Block],
    *,
    is_words: bool = False,
) -> Column:
    opens, closes, minutes = _at(hours[0]), _at(hours[1]), hours[2]
    return Column(
        head={"title": name, "title_is_words": is_words, "subtitle": where, "url": "?"},
        blocks=blocks,
        slots=[
            Block(
                slot,
                slot + minutes,
                {"kind": "free", "label": f"Book {grids.clock(slot)}", "url": "?"},
            )
            for slot in range(opens, closes, minutes)
        ],
        fills=[Block(0, opens, CLOSED), Block(closes, 1440, CLOSED)],
    )


def _booked(when: str, minutes: int, who: str, status: str, **more: Any) -> Block:
    shown = {"kind": "taken", "note": "", "is_overbooked": False, **_line(when, who, status)}
    return Block(_at(when), _at(when) + minutes, {**shown, **more})


def _line(when: str, who: str, status: str) -> dict[str, str]:
    return {"when": when, "who": who, "status": status, "words": STATUSES[status], "url": "?"}


def _at(text: str) -> int:
    hours, _sign, minutes = text.partition(":")
    return int(hours) * 60 + int(minutes)
