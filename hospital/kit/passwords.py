"""Passwords that anybody who knows the place would try first."""

import re
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from . import codes

PRODUCT_WORDS = ("openward",)
SHORTEST_WORD = 4
SHORTEST_REST = 8
_NOT_LETTERS = re.compile(r"[\W_\d]+")


class ContextWordsValidator:
    """Refuses a password that is little more than the product's or a hospital's name (ASVS 6.2.11).

    A context word may be part of a long pass phrase: what is left without the words must still have
    eight characters. ``words`` is a callable or a dotted path to one that lists the hospitals' names.
    """

    def __init__(self, words: Any = None) -> None:
        self.words = words

    def validate(self, password: str, user: Any = None) -> None:
        rest = password.casefold()
        found = [word for word in self._context_words() if word in rest]
        for word in sorted(found, key=len, reverse=True):
            rest = rest.replace(word, "")
        if found and len(_NOT_LETTERS.sub("", rest)) < SHORTEST_REST:
            code = "password_context_word"
            raise ValidationError(codes.sentence(code), code=code)

    def get_help_text(self) -> str:
        return str(_("Your password can’t be made of the hospital’s name or the program’s."))

    def _context_words(self) -> set[str]:
        from django.utils.module_loading import import_string

        source = import_string(self.words) if isinstance(self.words, str) else self.words
        names = [*PRODUCT_WORDS, *(source() if source else ())]
        parts = {part for name in names for part in re.split(r"[\W_]+", name.casefold())}
        return {part for part in parts if len(part) >= SHORTEST_WORD}
