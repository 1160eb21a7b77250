"""MRNs: how a hospital's new ones look, and which ones it may bring along from before."""

import re
from collections.abc import Iterable
from uuid import UUID

from hospital.kit import series
from hospital.kit.actors import NOWHERE
from hospital.models import Hospital
from records.models import Patient
from records.models.patients import GIVEN_UP

SERIES = "mrn"
# What was kept elsewhere: as it can be typed, printed as bars and told over the telephone.
KEPT = re.compile(r"[0-9A-Z](?:[0-9A-Z./-]{0,18}[0-9A-Z])?\Z")
# How pages and papers print one, and so how it is copied and dictated: "MRN 10000012", "MRN#10000012".
_LABEL = re.compile(r"\s*MRN[\s:#.-]*", re.IGNORECASE)
MOST_ASKED = 1_000


def new(hospital_id: UUID | None, count: int = 1) -> list[str]:
    """Numbers never given before, in the hospital's form. They may skip.

    What somebody brought along is passed over; the database refuses it in any case.
    """
    shape = _shape(hospital_id)
    found: list[str] = []
    ask = count
    while len(found) < count:
        given = [_written(shape, number) for number in series.skipping_many(SERIES, ask)]
        taken = set(Patient.objects.filter(mrn__in=given).values_list("mrn", flat=True))
        found += [mrn for mrn in given if mrn not in taken]
        ask = min(ask * 2, MOST_ASKED)
    return found[:count]


def kept(text: str) -> str:
    """The MRN as it is kept, in capitals; ValueError when it cannot be one."""
    mrn = _bare(text)
    if not KEPT.match(mrn):
        raise ValueError("not an MRN")
    return mrn


def labelled(text: str) -> str:
    """The MRN in a text that is nothing but one with "MRN" before it, as it is kept; "" for any other text."""
    label = _LABEL.match(text)
    words = text[label.end() :].split() if label else []
    try:
        return kept(" ".join(words)) if all(re.search(r"\d", word) for word in words) else ""
    except ValueError:
        return ""


def typed(text: str) -> list[str]:
    """The MRNs that a text may be: as it stands (a series of its own may begin with "MRN"), then without its label."""
    mrn = labelled(text)
    return [_bare(text), *([mrn] if mrn else [])]


def stand_in(patient_id: UUID) -> str:
    """What a chart has instead of the number that it gives up."""
    return f"{GIVEN_UP}{patient_id.hex[-19:]}"


def go_on_after(hospital_id: UUID | None, mrns: Iterable[str]) -> None:
    """Let the series go on after the highest of these that has the form of the hospital's own."""
    shape = _shape(hospital_id)
    highest = max((_number(shape, mrn) for mrn in mrns), default=0)
    if highest > 0:
        series.pass_by(SERIES, highest)


def _bare(text: str) -> str:
    return "".join(text.split()).upper()


def _shape(hospital_id: UUID | None) -> tuple[str, int, bool]:
    """Prefix, least number of digits, check digit; as of a new hospital where there is none."""
    told = Hospital.objects.filter(pk=hospital_id or NOWHERE).values_list(
        "mrn_prefix", "mrn_width", "mrn_without_check_digit"
    )
    prefix, width, is_without = told.first() or ("", None, False)
    return prefix, width or Hospital.MRN_DIGITS, not is_without


def _written(shape: tuple[str, int, bool], number: int) -> str:
    """All have one length for the first nine tenths of what it holds: they begin at 1000…"""
    prefix, width, has_check = shape
    digits = str(10 ** (width - 1) + number)
    return prefix + (series.with_check_digit(digits) if has_check else digits)


def _number(shape: tuple[str, int, bool], mrn: str) -> int:
    """Which number of the series looks like this MRN; 0 when none does."""
    prefix, width, has_check = shape
    digits = mrn.removeprefix(prefix)
    if not mrn.startswith(prefix) or not (digits.isascii() and digits.isdigit()):
        return 0
    if len(digits) != width + has_check or (has_check and not series.is_valid(digits)):
        return 0
    return max(int(digits[:width]) - 10 ** (width - 1), 0)
