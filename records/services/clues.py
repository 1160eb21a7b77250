"""One thing that is known of somebody, as the search keys hold it."""

from dataclasses import dataclass

from django.db.models import Q

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

    def bounds(self) -> tuple[str, ...]:
        """What ``q`` holds of the text itself."""
        return self.text, self.text + vocabulary.LAST

    def leading(self, length: int) -> Q:
        """The same for a text of so many signs, each registration by the first of its keys that fit."""
        return self.q() & Q(shared__lt=length)


@dataclass(frozen=True, slots=True)
class Exact(Clue):
    """A key that must be equal, not only begin so."""

    def q(self) -> Q:
        return Q(kind=self.kind, key=self.text)

    def bounds(self) -> tuple[str, ...]:
        return (self.text,)

    def leading(self, length: int) -> Q:
        return self.q()
