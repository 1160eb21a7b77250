"""Numbers of a workbook that are filled up with zeros: 123 with the format 00000 is 00123 for who looks at it."""

import re
from functools import lru_cache

# A word that touches the digits, A/007, is theirs; a sign or a unit is not.
_WORD = re.compile(r"\w\S*\Z")
# A digit, a text between quotation marks, one sign after a backslash, or one that stands for itself.
_PART = re.compile(r'0|"[^"]*"|\\.|[-+ ():]')
_LANGUAGE = re.compile(r"\[\$-[^\]]*\]")
FEWEST_ZEROS, MOST_PARTS = 2, 40


def filled_up(number: int, number_format: str) -> str:
    """The number as it is shown by a format of several zeros and fixed signs, 000-000 for one; "" for any other.

    Signs before the digits, and all that follows them, are left out: of 00"%" come the two digits alone.
    """
    parts = _parts(number_format)
    zeros = parts.count("0")
    if zeros < FEWEST_ZEROS:
        return ""
    digits = str(number).zfill(zeros)
    # More digits than zeros stand before the first.
    before, rest = digits[: len(digits) - zeros], iter(digits[len(digits) - zeros :])
    first, last = parts.index("0"), len(parts) - parts[::-1].index("0")
    word = _WORD.search("".join(map(_fixed, parts[:first])))
    shown = (next(rest) if part == "0" else _fixed(part) for part in parts[first:last])
    return "".join([word[0] if word else "", before, *shown])


def _fixed(part: str) -> str:
    return part[1:] if part[0] == "\\" else part.strip('"')


@lru_cache(maxsize=256)
def _parts(number_format: str) -> tuple[str, ...]:
    """Of the section for numbers above nothing; () where it has anything else than zeros and fixed signs."""
    found: list[str] = []
    at = 0
    text = _LANGUAGE.sub("", number_format)
    while at < len(text) and text[at] != ";":
        part = _PART.match(text, at)
        if not part or len(found) == MOST_PARTS:
            return ()
        found.append(part[0])
        at = part.end()
    return tuple(found)
