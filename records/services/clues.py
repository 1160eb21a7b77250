"""Things that are known of somebody, as the search keys hold them."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from itertools import count
from typing import Any

from django.db.models import Q

from hospital.kit.prepared import some_text

from . import vocabulary


@dataclass(frozen=True, slots=True)
class Clue:
    """One thing typed, read one way: a kind of key and how it begins."""

    kind: str
    text: str

    def q(self) -> Q:
        """The keys of the kind that begin so: a range of the index."""
        beginning, end = self.bounds()
        return Q(kind=self.kind, key__gte=beginning, key__lt=end)

    def bounds(self) -> tuple[Any, ...]:
        """What ``q`` holds of the text itself."""
        return self.text, self.text + vocabulary.LAST

    def leading(self, length: int) -> Q:
        """The same for a text of so many signs, each registration by the first of its keys that fit."""
        return self.q() & Q(shared__lt=length)

    def shaped(self, number: int) -> "Clue":
        """The same with a stand-in for its text."""
        return replace(self, text=some_text(number))


@dataclass(frozen=True, slots=True)
class Exact(Clue):
    """A key that must be equal, not only begin so."""

    def q(self) -> Q:
        return Q(kind=self.kind, key=self.text)

    def bounds(self) -> tuple[Any, ...]:
        return (self.text,)

    def leading(self, length: int) -> Q:
        return self.q()


@dataclass(frozen=True, slots=True)
class Words:
    """A key that must be one of several."""

    kind: str
    texts: tuple[str, ...]

    def q(self) -> Q:
        return Q(kind=self.kind, key__in=self.texts)

    def bounds(self) -> tuple[Any, ...]:
        return (list(self.texts),)

    def shaped(self, number: int) -> "Words":
        return replace(self, texts=(some_text(number),))


# Of a group one must fit.
Group = tuple[Clue | Words, ...]
Groups = tuple[Group, ...]


def any_of(group: Group) -> Q:
    """What fits one of the group."""
    either = Q()
    for each in group:
        either |= each.q()
    return either


def pattern_of(groups: Groups) -> Groups:
    """What a question by these clues is compiled for: the same with stand-ins for what was typed."""
    numbers = count()
    return tuple(tuple(each.shaped(next(numbers)) for each in group) for group in groups)


def bounds_of(groups: Iterable[Group]) -> list[Any]:
    """What the clues hold, in their order: the stand-ins of a shape, or the values in their place."""
    return [bound for group in groups for each in group for bound in each.bounds()]
