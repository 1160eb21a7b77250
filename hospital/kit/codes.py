"""The one list of machine-readable codes: what each says to a person, and its HTTP status.

Apps declare theirs in ``<app>/codes.py`` and register them from ``ready()``.
"""

from dataclasses import dataclass

from django.utils.functional import Promise


@dataclass(frozen=True, slots=True)
class Code:
    """``sentence`` says what is wrong and what to do; it may hold ``%(name)s`` parameters."""

    code: str
    status: int
    sentence: str | Promise


_codes: dict[str, Code] = {}


def register(*codes: Code) -> None:
    """Add codes to the list; the same code twice with another meaning is a programming error."""
    for code in codes:
        known = _codes.setdefault(code.code, code)
        if known != code:
            raise ValueError(f"Code {code.code!r} is already taken.")


def get(code: str) -> Code:
    """The declared code; KeyError names one that nobody declared."""
    return _codes[code]


def find(code: str) -> Code | None:
    """The declared code, or None."""
    return _codes.get(code)


def every() -> list[Code]:
    """All declared codes, sorted."""
    return sorted(_codes.values(), key=lambda code: code.code)


def sentence(code: str, **params: object) -> str:
    """The code's sentence with its parameters filled in, in the active language."""
    text = str(get(code).sentence)
    return text % params if params else text
