"""Cards that an app adds to the page of a record of an app below it, such as a doctor's hours.

An app adds them from its ``ready()``; each person sees those whose permission they have.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.template.loader import render_to_string

from hospital.kit import policy
from hospital.kit.actors import Actor


@dataclass(frozen=True, slots=True)
class Aside:
    """A card on the pages of ``resource``: ``load(actor, record)`` gives its template's context, or None
    to leave it out."""

    resource: str
    template: str
    permission: str
    load: Callable[[Actor, Any], dict[str, Any] | None]
    order: int = 50


_asides: list[Aside] = []


def add(*asides: Aside) -> None:
    """Add cards; the same one twice counts once."""
    _asides.extend(each for each in asides if each not in _asides)


def drawn(request: HttpRequest, record: Any) -> list[str]:
    """The cards of a record's page, in their order, for the person who asks."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    mine = [each for each in _asides if each.resource == record.resource]
    allowed = [each for each in mine if policy.allows(actor, each.permission)]
    loaded = [
        (each.template, each.load(actor, record))
        for each in sorted(allowed, key=lambda each: each.order)
    ]
    return [
        render_to_string(template, context, request)
        for template, context in loaded
        if context is not None
    ]
