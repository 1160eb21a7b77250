"""The left rail and the home page: each app registers its entries, each person sees the permitted ones."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise

from . import policy
from .actors import Actor


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the rail. ``order`` sorts within ``group`` ("" is the first, unnamed group); ``key``
    is its shortcut ("g p"); addresses that begin with ``prefix`` are of this line.
    """

    label: str | Promise
    url_name: str
    icon: str
    permission: str
    group: str | Promise = ""
    order: int = 50
    prefix: str | tuple[str, ...] = ""
    key: str = ""


@dataclass(frozen=True, slots=True)
class Panel:
    """One panel of the home page: ``load(actor)`` gives its template's context, or None to leave it out.

    A panel ``of_request`` is given the request instead: what it shows can be chosen. One whose context says
    ``is_whole`` is all that this person needs: no panel comes after it.
    """

    template: str
    permission: str
    load: Callable[[Any], dict | None]
    order: int = 50
    of_request: bool = False


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that has to be there before a hospital can work: what for, the page that makes it, the
    word on the button that leads there, and whether it ``is_done``."""

    title: str | Promise
    why: str | Promise
    url_name: str
    act: str | Promise
    is_done: Callable[[Actor], bool]
    order: int = 50


_entries: list[Entry] = []
_panels: list[Panel] = []
_steps: list[Step] = []


def add(*entries: Entry) -> None:
    """Add entries to the rail; the same one twice counts once."""
    _entries.extend(entry for entry in entries if entry not in _entries)


def add_panel(*panels: Panel) -> None:
    """Add panels to the home page; the same one twice counts once."""
    _panels.extend(panel for panel in panels if panel not in _panels)


def add_step(*steps: Step) -> None:
    """Add steps to the list of what an administrator sets up; the same one twice counts once."""
    _steps.extend(step for step in steps if step not in _steps)


def steps() -> list[Step]:
    """What the apps add to that list, in order."""
    return sorted(_steps, key=lambda step: step.order)


def entries_for(actor: Actor) -> list[Entry]:
    """The rail of this person, in order."""
    allowed = [entry for entry in _entries if policy.allows(actor, entry.permission)]
    return sorted(allowed, key=lambda entry: entry.order)


def panels_for(actor: Actor) -> list[Panel]:
    """The home page's panels of this person, in order."""
    allowed = [panel for panel in _panels if policy.allows(actor, panel.permission)]
    return sorted(allowed, key=lambda panel: panel.order)
