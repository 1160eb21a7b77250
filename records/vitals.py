"""The vital signs that a ward takes every day: LOINC's codes for them, UCUM's units, and their usual ranges.

The ranges are those that a hospital begins with: nobody's guideline, and for an administrator to set
(``records.models.VitalRange``). What lies outside ``likely`` is rather a slip of the pen than a patient.
"""

from dataclasses import dataclass
from decimal import Decimal

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from records.codings import LOINC_SYSTEM

ADULT = 18 * 12


@dataclass(frozen=True, slots=True)
class Range:
    """What is usual from an age in months on: below ``low`` is low, below ``critical_low`` critically so.
    Either side may be open."""

    low: Decimal | None
    high: Decimal | None
    critical_low: Decimal | None = None
    critical_high: Decimal | None = None
    from_months: int = 0


@dataclass(frozen=True, slots=True)
class Vital:
    """A vital sign: ``key`` in forms, ``code`` in LOINC, ``unit`` in UCUM, ``shown`` as people write the unit."""

    key: str
    code: str
    name: str | Promise
    unit: str
    shown: str
    likely: tuple[Decimal, Decimal]
    ranges: tuple[Range, ...] = ()


def _range(
    low: str, high: str, worst_low: str = "", worst_high: str = "", months: int = 0
) -> Range:
    sides = [Decimal(text) if text else None for text in (low, high, worst_low, worst_high)]
    return Range(sides[0], sides[1], sides[2], sides[3], from_months=months)


def _vital(
    key: str, code: str, name: str | Promise, unit: str, shown: str, likely: tuple[str, str],
    *ranges: Range,
) -> Vital:  # fmt: skip
    return Vital(key, code, name, unit, shown, (Decimal(likely[0]), Decimal(likely[1])), ranges)


VITALS = (
    _vital("systolic", "8480-6", _("Systolic blood pressure"), "mm[Hg]", "mmHg", ("40", "280"),
           _range("60", "90", "50", "110"), _range("80", "110", "70", "130", 12),
           _range("85", "120", "75", "140", 6 * 12), _range("100", "139", "90", "180", ADULT)),
    _vital("diastolic", "8462-4", _("Diastolic blood pressure"), "mm[Hg]", "mmHg", ("20", "180"),
           _range("30", "60", "20", "80"), _range("40", "75", "30", "90", 12),
           _range("50", "80", "40", "95", 6 * 12), _range("60", "89", "40", "120", ADULT)),
    _vital("pulse", "8867-4", _("Pulse"), "/min", "/min", ("20", "260"),
           _range("100", "160", "80", "200"), _range("80", "140", "60", "180", 12),
           _range("70", "120", "55", "150", 6 * 12), _range("60", "100", "40", "130", ADULT)),
    _vital("breathing", "9279-1", _("Breathing rate"), "/min", "/min", ("4", "90"),
           _range("30", "60", "20", "70"), _range("20", "40", "15", "50", 12),
           _range("15", "25", "10", "35", 6 * 12), _range("12", "20", "8", "25", ADULT)),
    _vital("temperature", "8310-5", _("Body temperature"), "Cel", "°C", ("30", "43"),
           _range("36.0", "37.9", "35.0", "40.0")),
    _vital("saturation", "59408-5", _("Oxygen saturation"), "%", "%", ("50", "100"),
           _range("95", "", "91", "")),
    _vital("weight", "29463-7", _("Body weight"), "kg", "kg", ("0.4", "300")),
    _vital("height", "8302-2", _("Body height"), "cm", "cm", ("25", "230")),
    _vital("pain", "72514-3", _("Pain, 0 to 10"), "{score}", "/10", ("0", "10"),
           _range("", "3", "", "6")),
    _vital("glucose", "15074-8", _("Blood glucose"), "mmol/L", "mmol/L", ("0.6", "50"),
           _range("4.0", "7.8", "2.8", "20.0")),
)  # fmt: skip

BY_KEY = {vital.key: vital for vital in VITALS}
BY_CODE = {vital.code: vital for vital in VITALS}
CHOICES = [(vital.code, vital.name) for vital in VITALS]


def of(code_system: str, code: str) -> Vital | None:
    """The vital sign that a code means; None for any other code."""
    return BY_CODE.get(code) if code_system == LOINC_SYSTEM else None
