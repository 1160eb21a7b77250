"""The one search box: each app registers how it finds things."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from . import policy
from .actors import Actor


@dataclass(frozen=True, slots=True)
class Finder:
    """``find(actor, text, limit)`` gives hits (dicts for ``template``); asked only with ``permission``."""

    name: str
    permission: str
    template: str
    find: Callable[[Actor, str, int], list[Any]]


_finders: dict[str, Finder] = {}


def register(finder: Finder) -> None:
    """Add a finder; the same name again replaces it."""
    _finders[finder.name] = finder


def finders_for(actor: Actor) -> list[Finder]:
    """The finders this person may use."""
    return [finder for finder in _finders.values() if policy.allows(actor, finder.permission)]
