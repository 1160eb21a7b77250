"""Phone numbers: typed in any national or international style, kept in E.164.

The region says how a number without a country code is read. The active hospital's region is
activated per request or job; without one only numbers with a leading ``+`` are understood.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import lru_cache

import phonenumbers
from phonenumbers import PhoneNumberFormat, PhoneNumberType, ValidationResult

# What parts the digits of a number for the eye.
_BETWEEN = re.compile(r"[\s/().-]")

_region: ContextVar[str | None] = ContextVar("phone_region", default=None)


def activate(region: str | None) -> None:
    """Read national numbers as numbers of this ISO 3166 country from here on; None reads none."""
    _region.set(region.upper() if region else None)


def region() -> str | None:
    """Return the active region, an upper-case ISO 3166 country code, or None."""
    return _region.get()


@contextmanager
def activated(region: str | None) -> Iterator[None]:
    """Activate a region for the length of a ``with`` block."""
    token = _region.set(region.upper() if region else None)
    try:
        yield
    finally:
        _region.reset(token)


def e164(text: str) -> str:
    """Return the number in E.164 ("+4930123456"); raise ValueError when it cannot be dialled.

    Digits alone that are the country's code and a mobile number are read as if they had their plus.

    The length is checked against the country's numbering plan, not the list of ranges in use:
    that list ages, and a desk must be able to note a number that was issued yesterday. An
    extension is refused because E.164 would drop it silently.
    """
    return _e164(text, _region.get())


# One request reads the same number half a dozen times: form, check, row, history, keys.
@lru_cache(maxsize=1024)
def _e164(text: str, region: str | None) -> str:
    try:
        number = phonenumbers.parse(f"+{text}" if _is_without_plus(text, region) else text, region)
    except phonenumbers.NumberParseException as error:
        raise ValueError("not a phone number") from error
    if phonenumbers.is_possible_number_with_reason(number) != ValidationResult.IS_POSSIBLE:
        raise ValueError("a phone number of an impossible length")
    if number.extension:
        raise ValueError("a phone number with an extension")
    return phonenumbers.format_number(number, PhoneNumberFormat.E164)


def _is_without_plus(text: str, region: str | None) -> bool:
    """Whether these digits are the country's own code and a mobile number: what spreadsheets make of "+49 171 …"."""
    code = phonenumbers.country_code_for_region(region) if region else 0
    digits = _BETWEEN.sub("", text)
    if not (code and digits.isascii() and digits.isdigit() and digits.startswith(str(code))):
        return False
    try:
        number = phonenumbers.parse(f"+{digits}")
    except phonenumbers.NumberParseException:
        return False
    return phonenumbers.number_type(number) == PhoneNumberType.MOBILE


@lru_cache(maxsize=4096)
def spaced(number: str) -> str:
    """Return an E.164 number as people read it: "+49 30 123456". Other text comes back as it is."""
    try:
        parsed = phonenumbers.parse(number, None)
    except phonenumbers.NumberParseException:
        return number
    return phonenumbers.format_number(parsed, PhoneNumberFormat.INTERNATIONAL)
