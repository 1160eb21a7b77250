"""A number as bars that a scanner reads back."""

from dataclasses import dataclass
from itertools import groupby

from barcode.codex import Code128

# Code 128 wants so many bars' widths of nothing on both sides.
QUIET = 10


@dataclass(frozen=True, slots=True)
class Bars:
    """Code 128 of ``text``: where each black bar begins and how wide it is, in modules of ``width`` in all."""

    text: str
    width: int
    bars: list[tuple[int, int]]


def code128(text: str) -> Bars:
    """The bars of ``text``, quiet zones included."""
    modules = "".join(Code128(text).build())
    found, place = [], QUIET
    for colour, run in groupby(modules):
        length = len(list(run))
        if colour == "1":
            found.append((place, length))
        place += length
    return Bars(text, place + QUIET, found)
