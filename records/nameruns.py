"""Names that one writes as several words and another as one: van Dijk and Vandijk, O'Brien and Obrien, Hans-Peter
and Hanspeter, Xiao Ming and Xiaoming.
"""

from collections.abc import Collection, Iterator, Sequence

from hospital.kit.sortkeys import parts

from . import abjads

# Words of a name that people write together with what follows, whatever is between them.
SHORT = 5
MOST = 4


def together(name: str) -> set[str]:
    """What a name may be written as without some of its spaces and hyphens, folded.

    The pieces of one written word (Hans-Peter), and a short word with the next: van der Berg is vander, vanderberg
    and derberg, Garcia Lopez is no garcialopez.
    """
    words, is_open = [], []
    for written in name.split():
        pieces = parts(written)
        words += pieces
        is_open += [True] * (len(pieces) - 1) + [len(piece) <= SHORT for piece in pieces[-1:]]
    return {
        "".join(words[start:end])
        for start, end in _stretches(len(words))
        if all(is_open[start : end - 1])
    }


def runs(words: Sequence[str]) -> list[str]:
    """Every two to four neighbours written together."""
    return ["".join(words[start:end]) for start, end in _stretches(len(words))]


def _stretches(count: int) -> Iterator[tuple[int, int]]:
    for start in range(count):
        for end in range(start + 2, min(start + MOST, count) + 1):
            yield start, end


def as_in(words: Sequence[str], other: Collection[str]) -> tuple[str, ...]:
    """The words, those neighbours written together that are one word of the other name, or are read as one: jan van
    dijk is jan vandijk to who is called so.
    """
    wanted = {word for word in other if word not in words}
    if not any(word.startswith(first) for word in wanted for first in words) and not any(
        map(abjads.is_bare, (*words, *wanted))
    ):
        return tuple(words)
    found, at = [], 0
    while at < len(words):
        ends = range(min(at + MOST, len(words)), at + 1, -1)
        end = next((end for end in ends if _is_one_of(wanted, "".join(words[at:end]))), at + 1)
        found.append("".join(words[at:end]))
        at = end
    return tuple(found)


def _is_one_of(wanted: Collection[str], run: str) -> bool:
    return run in wanted or any(abjads.is_read_as(run, word) for word in wanted)
