"""What a form shows when the state forbids its act, or when the act has consequences to be accepted first.

A form that is refused with ``Consequences`` comes back with what would come of it and a second button;
sent by that button its ``accepts`` is true, and the page tells the service so.
"""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from hospital.kit.actors import Actor
from hospital.kit.errors import Consequences, RuleError

NAME = "accepts_consequences"


class Refusable(forms.BaseForm):
    """A form that shows a refusal: what stands in the way as ``links``, what would come of it as
    ``consequences`` (see ``errors.Consequences.told_to``) to the person ``actor``."""

    actor: Actor | None = None
    links: tuple = ()
    consequences: dict[str, Any] | None = None

    @property
    def accepts(self) -> bool:
        """Whether it was sent by the button that accepts what comes of it."""
        return NAME in self.data

    def refuse(self, exc: RuleError) -> None:
        """Show what forbids the act on top of the form, with the way on."""
        self.add_error(None, ValidationError(exc.detail, exc.code))
        if isinstance(exc, Consequences):
            self.consequences = exc.told_to(self.actor)
        else:
            self.links = exc.links


class AgainForm(Refusable, forms.Form):
    """An act that asks nothing."""
