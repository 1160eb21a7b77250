"""How vital signs read on a page: which there are, a value with its mark, the moments they were taken at."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from hospital.kit.actors import Actor
from hospital.kit.quantities import plain
from hospital.web import texts
from records import vitals
from records.codings import LOINC_SYSTEM
from records.models import Observation

# So many moments are on a page.
MOMENTS = 8
I = Observation.Interpretation  # noqa: E741
# Colour and sign of what is out of range; the word always stands beside them.
FACES = {
    I.CRITICAL_LOW: ("bad", "chevrons-down"),
    I.LOW: ("warn", "arrow-down"),
    I.HIGH: ("warn", "arrow-up"),
    I.CRITICAL_HIGH: ("bad", "chevrons-up"),
}
WORDS = dict(I.choices)
UNSETTLED: dict[str, Any] = {
    Observation.Status.PRELIMINARY: _("Preliminary"),
    Observation.Status.AMENDED: _("Amended"),
}


@dataclass(frozen=True, slots=True)
class Sign:
    """A column of the table and a chart: one vital sign, or the two of the blood pressure."""

    key: str
    name: str | Promise
    vitals: tuple[vitals.Vital, ...]

    @property
    def unit(self) -> str:
        """The unit as people write it."""
        return self.vitals[0].shown

    @property
    def codes(self) -> tuple[str, ...]:
        """Its codes in LOINC."""
        return tuple(vital.code for vital in self.vitals)


PRESSURE = Sign(
    "pressure", _("Blood pressure"), (vitals.BY_KEY["systolic"], vitals.BY_KEY["diastolic"])
)
SIGNS = (
    PRESSURE,
    *(
        Sign(vital.key, vital.name, (vital,))
        for vital in vitals.VITALS
        if vital not in PRESSURE.vitals
    ),
)

# What was taken at one moment: code -> observation.
Taken = dict[str, Observation]


def taken(actor: Actor, patient_id: UUID) -> Any:
    """The patient's vital signs that this person may list."""
    rows: Any = Observation.objects.visible_to(actor, "list").live()
    return rows.filter(patient=patient_id, code_system=LOINC_SYSTEM, code__in=vitals.BY_CODE)


def moments(
    rows: Any, *, before: dt.datetime | None = None, most: int = MOMENTS
) -> tuple[list[Taken], dt.datetime | None]:
    """What was taken at each of the newest ``most`` moments, and from where to go on when there are more."""
    earlier = rows.filter(taken_at__lt=before) if before else rows
    times = earlier.order_by("-taken_at").values_list("taken_at", flat=True).distinct()
    found = list(times[: most + 1])
    if not found:
        return [], None
    shown = found[:most]
    within = rows.filter(taken_at__gte=shown[-1], taken_at__lte=shown[0])
    return _grouped(within.order_by("-taken_at", "id")), shown[-1] if len(found) > most else None


def signs_of(codes: Iterable[str]) -> list[Sign]:
    """The signs that any of the codes belongs to, in their order."""
    there = set(codes)
    return [sign for sign in SIGNS if there & set(sign.codes)]


def row(at_once: Taken, signs: Iterable[Sign]) -> dict[str, Any]:
    """A line of the table: the moment, and a cell for each sign."""
    first = next(iter(at_once.values()))
    return {
        "when": texts.moment_text(first.taken_at),
        "cells": [cell(sign, at_once) for sign in signs],
        "recorded_by": first.recorded_by,
    }


def cell(sign: Sign, at_once: Taken) -> dict[str, Any] | None:
    """The value of a sign as text, where it leads, and its marks; None when it was not taken."""
    found = [at_once.get(code) for code in sign.codes]
    there = [each for each in found if each]
    if not there:
        return None
    return {
        "text": value_text(found),
        "url": page_of(there[0]),
        "marks": marks_of(there),
        "notes": sorted({str(UNSETTLED[each.status]) for each in there if each.status in UNSETTLED}),
    }  # fmt: skip


def value_text(found: Iterable[Observation | None]) -> str:
    """72, or of a blood pressure 128/82, with a dash for what is missing."""
    return "/".join((plain(each.value) or each.value_text) if each else "–" for each in found)


def marks_of(there: Iterable[Observation]) -> list[dict[str, Any]]:
    """The marks of what belongs together: of two to the same side the worse one stands for both."""
    codes = [row.interpretation for row in there if row.is_out_of_range]
    worst = {code[0]: max(each for each in codes if each[0] == code[0]) for code in codes}
    return [_mark(code) for code in worst.values()]


def mark_of(row: Observation) -> dict[str, Any] | None:
    """The word, colour and sign of a value that is out of range."""
    return _mark(row.interpretation) if row.is_out_of_range else None


def with_unit(row: Observation) -> str:
    """72 /min, with the unit as people write it; what has no number in its words."""
    if row.value is None:
        return row.value_text
    vital = vitals.of(row.code_system, row.code)
    return f"{plain(row.value)} {vital.shown if vital else row.unit}"


def name_of(row: Observation) -> str:
    """What was observed: a vital sign in the reader's language, anything else as it was written down."""
    vital = vitals.of(row.code_system, row.code)
    return str(vital.name) if vital else row.name


def page_of(row: Observation) -> str:
    """The observation's own page."""
    return reverse("records:observation-detail", args=[row.pk])


def _mark(code: str) -> dict[str, Any]:
    tone, icon = FACES[I(code)]
    return {"label": WORDS[code], "tone": tone, "icon": icon}


def _grouped(rows: Iterable[Observation]) -> list[Taken]:
    """By moment; what was taken twice at one moment opens another line."""
    found: list[Taken] = []
    for each in rows:
        begun = [one for one in found if _moment(one) == each.taken_at and each.code not in one]
        if begun:
            begun[0][each.code] = each
        else:
            found.append({each.code: each})
    return found


def _moment(at_once: Taken) -> dt.datetime:
    return next(iter(at_once.values())).taken_at
