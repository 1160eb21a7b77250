"""The one search box: each app registers how it finds things."""

from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

from django.utils.functional import Promise

from . import policy
from .actors import Actor


@dataclass(frozen=True, slots=True)
class Hit:
    """One thing found: where it leads, and what is said of it.

    ``is_exact`` when what was typed is its own number, so that Enter goes straight there.
    ``patient_id`` when showing the hit is a look at a patient.
    """

    url: str
    title: str
    detail: str = ""
    is_exact: bool = False
    patient_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Finder:
    """How one app finds things; asked only with ``permission``.

    ``find(actor, text, limit)`` gives the hits for what was typed, none when it cannot be read;
    ``recent(actor, limit)`` what this person opened last; ``results(search id)`` is the address of
    the page that shows every hit of a kept search (hospital.services.searches).
    """

    name: str
    label: str | Promise
    recent_label: str | Promise
    permission: str
    find: Callable[[Actor, str, int], list[Hit]]
    recent: Callable[[Actor, int], list[Hit]]
    results: Callable[[UUID], str]


_finders: dict[str, Finder] = {}


def register(finder: Finder) -> None:
    """Add a finder; the same name again replaces it."""
    _finders[finder.name] = finder


def finders_for(actor: Actor) -> list[Finder]:
    """The finders this person may use."""
    return [finder for finder in _finders.values() if policy.allows(actor, finder.permission)]
