"""Text as it can be kept: without what nobody sees around it, and nothing that no database can hold."""

import re
from typing import Any

from django.core.exceptions import ValidationError

from .codes import sentence

# White space, and the marks that only steer how text is drawn.
_EDGES = re.compile(r"\A[\s\u200b-\u200f\u2060\ufeff]+|[\s\u200b-\u200f\u2060\ufeff]+\Z")


def trimmed(text: str) -> str:
    """The text without what is invisible around it."""
    return _EDGES.sub("", text)


def problem_of(value: Any) -> ValidationError | None:
    """Why a value cannot be stored (``nul_character``, ``invalid`` for half a character), or None."""
    if isinstance(value, str) and "\x00" in value:
        return ValidationError(sentence("nul_character"), "nul_character")
    if isinstance(value, str) and any("\ud800" <= letter <= "\udfff" for letter in value):
        return ValidationError(sentence("invalid"), "invalid")
    return None
