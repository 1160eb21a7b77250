"""How a measured value lies in the range for the patient's age, and whether it is likely at all."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from hospital.kit import partialdates
from hospital.kit.actors import Actor
from hospital.kit.errors import Consequences
from hospital.kit.quantities import plain
from hospital.models import Hospital
from records import vitals
from records.models import Observation, Patient, VitalRange

I = Observation.Interpretation  # noqa: E741


class ValueUnlikely(Consequences):
    """Some values are hardly a patient's: recorded once somebody says that they are right."""

    def __init__(self, rows: Sequence[Observation], places: Sequence[int] = (0,)):
        """``places`` are those of the rows among all that were sent, from 0."""
        self.rows, self.places = rows, places
        likely = ", ".join(f"{row.name} {_likely(row)}" for row in rows)
        super().__init__("value_unlikely", likely=likely)

    @property
    def more(self) -> dict[str, Any]:
        return {
            "unlikely": [
                {"row": place, "code": row.code, "likely": _likely(row)}
                for place, row in zip(self.places, self.rows, strict=True)
            ]
        }

    def told_to(self, _actor: Actor) -> dict[str, Any]:
        rows = [
            {"url": "", "label": [row.name], "cells": [_measured(row), _likely(row)]}
            for row in self.rows
        ]
        return {
            "title": _("Is this right?"),
            "columns": [{"label": word} for word in (_("What"), _("Value"), _("Likely"))],
            "rows": rows,
            "more": 0,
            "accept": _("It is right, save"),
        }


def refuse_unlikely(rows: Iterable[Observation]) -> None:
    """ValueUnlikely naming the values that are rather slips of the pen."""
    if unlikely := {place: row for place, row in enumerate(rows) if _is_unlikely(row)}:
        raise ValueUnlikely(list(unlikely.values()), list(unlikely))


def interpret(rows: Sequence[Observation]) -> None:
    """Say of each value how it lies in the range that its hospital has for the patient's age."""
    places = {row.hospital_id for row in rows}
    own, hospitals = _own_ranges(places), Hospital.objects.in_bulk(places)
    for row in rows:
        sign = vitals.of(row.code_system, row.code)
        ranges = own.get((row.hospital_id, row.code)) or (sign.ranges if sign else ())
        taken_on = row.taken_at.astimezone(hospitals[row.hospital_id].zone).date()
        usual = range_at(ranges, age_in_months(row.patient, taken_on))
        row.interpretation = interpretation(row.value, usual) if sign else ""


def usual_at(hospital: Hospital, patient: Patient, day: dt.date) -> dict[str, vitals.Range | None]:
    """Code -> what is usual of each vital sign at the patient's age on a day, as the hospital goes by; one query."""
    own, months = _own_ranges({hospital.pk}), age_in_months(patient, day)
    return {
        code: range_at(own.get((hospital.pk, code)) or sign.ranges, months)
        for code, sign in vitals.BY_CODE.items()
    }


def range_at(ranges: Iterable[vitals.Range], months: int) -> vitals.Range | None:
    """The range that counts at an age."""
    begun = [each for each in ranges if each.from_months <= months]
    return max(begun, key=lambda each: each.from_months, default=None)


def interpretation(value: Decimal | None, usual: vitals.Range | None) -> str:
    """How a value lies in a range, in HL7's letters; "" without either."""
    if value is None or usual is None:
        return ""
    if usual.critical_low is not None and value < usual.critical_low:
        return I.CRITICAL_LOW
    if usual.critical_high is not None and value > usual.critical_high:
        return I.CRITICAL_HIGH
    if usual.low is not None and value < usual.low:
        return I.LOW
    if usual.high is not None and value > usual.high:
        return I.HIGH
    return I.NORMAL


def age_in_months(patient: Patient, day: dt.date) -> int:
    """Completed months on a day, the least that a partly known birth date allows; without one, an adult's."""
    if not patient.birth_date:
        return vitals.ADULT
    born = partialdates.latest(patient.birth_date)
    months = (day.year - born.year) * 12 + day.month - born.month - (day.day < born.day)
    return max(0, months)


def _own_ranges(hospital_ids: set[UUID]) -> dict[tuple[UUID, str], list[vitals.Range]]:
    found: dict[tuple[UUID, str], list[vitals.Range]] = {}
    for row in VitalRange.objects.live().filter(hospital__in=hospital_ids):
        found.setdefault((row.hospital_id, row.code), []).append(row.as_range())
    return found


def _is_unlikely(row: Observation) -> bool:
    sign = vitals.of(row.code_system, row.code)
    if sign is None or row.value is None:
        return False
    least, most = sign.likely
    return not least <= row.value <= most


def _likely(row: Observation) -> str:
    sign = vitals.BY_CODE[row.code]
    least, most = (plain(side) for side in sign.likely)
    return f"{least}–{most} {sign.shown}"


def _measured(row: Observation) -> str:
    return f"{plain(row.value)} {vitals.BY_CODE[row.code].shown}"
