"""Keys by which names of any script are sorted and searched.

A key is plain lower-case ASCII words with one space between them, so that a prefix of it is a range
in an index on both databases.
"""

import re
import unicodedata

from anyascii import anyascii

_NOT_WORD = re.compile(r"[^a-z0-9]+")
_DIGITS = re.compile(r"0*([0-9]+)")


def fold(text: str) -> str:
    """Return the key of a name: "  Müller-Lüdenscheidt" → "muller ludenscheidt".

    Accents, case and punctuation do not matter; other scripts are transliterated. Only ASCII
    letters, digits and single spaces come back. A name of which nothing would be left (signs that
    no transliteration knows) gets the code points of its characters instead, so that two such names
    still differ; only blank text has an empty key.
    """
    # Every kind of white space parts words, also one that a transliteration would leave out.
    decomposed = " ".join(_decomposed(_decomposed(text).casefold()).split())
    latin = anyascii(decomposed).casefold()
    key = _NOT_WORD.sub(" ", latin).strip()
    return key or " ".join(
        f"u{ord(character):x}" for character in decomposed if not character.isspace()
    )


def natural(text: str) -> str:
    """Return the key of a label by which people order it: 2 comes before 10, "bed 2" before "bed 10".

    Each number is written with the count of its digits before it, leading zeros left out.
    """
    return _DIGITS.sub(_counted, fold(text))


def parts(text: str) -> list[str]:
    """Return the words of a name's key, in the order written."""
    return fold(text).split()


def _counted(number: re.Match[str]) -> str:
    digits = number[1]
    return f"{len(digits):02}{digits}"


def _decomposed(text: str) -> str:
    return unicodedata.normalize("NFKD", text)
