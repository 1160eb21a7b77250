"""Vital signs as line charts, drawn here as the numbers of an SVG: nothing is computed in a template."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext, ngettext

from hospital.kit import clock
from hospital.kit.quantities import plain
from hospital.web import texts
from records import vitals
from records.models import Observation

from . import vital_rows as signs
from .vital_rows import Sign

# So many values has a line; more would be no small chart.
VALUES = 15
WIDTH, HEIGHT = 400, 150
LEFT, RIGHT, TOP, BOTTOM = 36, 392, 10, 128
# Room for the names at the ends of two lines.
NAMED_RIGHT = 330
TICKS = 4
STEPS = (Decimal(1), Decimal(2), Decimal(5), Decimal(10))
I = Observation.Interpretation  # noqa: E741
BELOW = {I.LOW, I.CRITICAL_LOW}


@dataclass(frozen=True, slots=True)
class Plane:
    """Where a moment and a value lie on the drawing."""

    first: dt.datetime
    last: dt.datetime
    low: Decimal
    high: Decimal
    right: int

    def x(self, moment: dt.datetime) -> float:
        span = (self.last - self.first).total_seconds()
        part = (moment - self.first).total_seconds() / span if span else 0.5
        return round(LEFT + part * (self.right - LEFT), 1)

    def y(self, value: Decimal) -> float:
        part = float((value - self.low) / (self.high - self.low))
        return round(BOTTOM - part * (BOTTOM - TOP), 1)


def chart(sign: Sign, rows: Any, usual: vitals.Range | None) -> dict[str, Any] | None:
    """The chart of a sign from its newest values; None when there are none.

    ``usual`` is drawn as a band, where the sign is a single one.
    """
    found = [
        each
        for each in rows.filter(code__in=sign.codes).order_by("-taken_at", "-id")[
            : VALUES * len(sign.codes)
        ]
        if each.value is not None
    ][::-1]
    if not found:
        return None
    band = usual if len(sign.codes) == 1 else None
    plane, ticks = _plane(found, band, is_named=len(sign.codes) > 1)
    return {
        "key": sign.key, "name": sign.name, "unit": sign.unit,
        "finding": finding(sign, found), "description": _description(found),
        "width": WIDTH, "height": HEIGHT, "left": LEFT, "right": plane.right, "bottom": BOTTOM,
        "foot": HEIGHT - 4,
        "ticks": [
            {"y": plane.y(value), "text_y": plane.y(value) + 4, "text": plain(value)} for value in ticks
        ],
        "is_named": len(sign.codes) > 1, "names_x": plane.right + 8,
        **_ends(plane),
        "band": _band(plane, band), "band_width": plane.right - LEFT,
        "lines": [_line(plane, vital, found, number) for number, vital in enumerate(sign.vitals)],
        "rows": _rows(sign, found),
    }  # fmt: skip


def finding(sign: Sign, found: Sequence[Observation]) -> str:
    """What the chart shows, in a sentence or two."""
    rows = _rows(sign, found)
    out = sum(bool(row["marks"]) for row in rows)
    said = {
        "value": rows[0]["text"], "unit": sign.unit, "when": rows[0]["when"],
        "count": len(rows), "out": out,
    }  # fmt: skip
    newest = gettext("Last measured: %(value)s %(unit)s (%(when)s).") % said
    if not out:
        none = ngettext(
            "The value shown is within its range.", "All %(count)s values are within their ranges.",
            len(rows),
        )  # fmt: skip
        return f"{newest} {none % said}" if any(each.interpretation for each in found) else newest
    some = ngettext(
        "Of %(count)s values %(out)s is out of range.", "Of %(count)s values %(out)s are out of range.",
        out,
    )  # fmt: skip
    return f"{newest} {some % said}"


def _description(found: Sequence[Observation]) -> str:
    values = _values(found)
    said = {
        "first": texts.moment_text(found[0].taken_at), "last": texts.moment_text(found[-1].taken_at),
        "least": plain(min(values)), "most": plain(max(values)),
    }  # fmt: skip
    return gettext("A line from %(first)s to %(last)s, between %(least)s and %(most)s.") % said


def _plane(
    found: Sequence[Observation], band: vitals.Range | None, *, is_named: bool
) -> tuple[Plane, list[Decimal]]:
    """The drawing's scales, and the values at which a line goes across."""
    edges: list[Decimal] = (
        [edge for edge in (band.low, band.high) if edge is not None] if band else []
    )
    values = [*_values(found), *edges]
    low, high = min(values), max(values)
    if low == high:
        low, high = low - 1, high + 1
    step = _step((high - low) / (TICKS - 1))
    least = (low / step).to_integral_value(rounding="ROUND_FLOOR")
    most = (high / step).to_integral_value(rounding="ROUND_CEILING")
    ticks = [step * number for number in range(int(least), int(most) + 1)]
    right = NAMED_RIGHT if is_named else RIGHT
    return Plane(found[0].taken_at, found[-1].taken_at, ticks[0], ticks[-1], right), ticks


def _step(rough: Decimal) -> Decimal:
    """The next larger of 1, 2, 5, 10 times a power of ten."""
    power = Decimal(10) ** math.floor(math.log10(rough))
    return next(power * step for step in STEPS if power * step >= rough)


def _band(plane: Plane, usual: vitals.Range | None) -> dict[str, float] | None:
    """What is usual, from edge to edge; an open side reaches to the end of the drawing."""
    if usual is None or (usual.low is None and usual.high is None):
        return None
    top = TOP if usual.high is None else plane.y(usual.high)
    bottom = BOTTOM if usual.low is None else plane.y(usual.low)
    return {"y": top, "height": round(bottom - top, 1)}


def _line(
    plane: Plane, vital: vitals.Vital, found: Sequence[Observation], number: int
) -> dict[str, Any]:
    mine = [each for each in found if each.code == vital.code]
    times = [plane.x(each.taken_at) for each in mine]
    points = list(zip(times, map(plane.y, _values(mine)), strict=True))
    return {
        "name": gettext("Systolic") if not number else gettext("Diastolic"),
        "is_second": bool(number),
        "points": " ".join(f"{x},{y}" for x, y in points),
        "last": _last(*points[-1], mine[-1]) if points else None,
        "marks": [
            {"path": _triangle(x, y, is_down=each.interpretation in BELOW)}
            for (x, y), each in zip(points, mine, strict=True)
            if each.is_out_of_range
        ],
    }


def _last(x: float, y: float, row: Observation) -> dict[str, Any]:
    """Where a line ends: with a dot, unless a triangle is there."""
    return {"x": x, "y": y, "text_y": y + 4, "has_dot": not row.is_out_of_range}


def _ends(plane: Plane) -> dict[str, str]:
    """From when to when, by the day; within one day by the clock."""
    ends = [clock.local(moment) for moment in (plane.first, plane.last)]
    is_one_day = ends[0].date() == ends[1].date()
    first, last = (f"{end:%H:%M}" if is_one_day else texts.day_text(end) for end in ends)
    return {"first": first, "last": last}


def _values(found: Sequence[Observation]) -> list[Decimal]:
    return [each.value for each in found if each.value is not None]


def _triangle(x: float, y: float, *, is_down: bool) -> str:
    """A mark that points to where the value is out of range: no colour tells it."""
    tip = 8 if is_down else -8
    return f"M{x - 5:.1f},{y - tip / 2:.1f}h10l-5,{tip}z"


def _rows(sign: Sign, found: Sequence[Observation]) -> list[dict[str, Any]]:
    """The same figures as lines, the newest first."""
    by_moment: dict[dt.datetime, signs.Taken] = {}
    for each in found:
        by_moment.setdefault(each.taken_at, {})[each.code] = each
    return [
        {
            "when": texts.moment_text(moment),
            "text": signs.value_text([at_once.get(code) for code in sign.codes]),
            "marks": ", ".join(str(mark["label"]) for mark in signs.marks_of(at_once.values())),
        }
        for moment, at_once in sorted(by_moment.items(), reverse=True)
    ]
