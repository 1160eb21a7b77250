"""A picker out of thousands: one types a part of the name, and the few that fit are offered.

As ``searched``, for catalogues that are too long for a page: a short one (up to ``MOST``) stands on the page
as a whole; of a longer one a script asks ``Offers.url`` while one types. Without a script the form is sent,
and comes back with what fits.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils.translation import gettext as _

from hospital.kit import sortkeys
from hospital.kit.codes import sentence

from .searched import SearchedChoiceField

MOST = 25
NEAR = 8
# Of so many that have the first word the other words are asked.
LOOKED_AT = 500
SEARCHED = ("name", "code", "generic_name")


@dataclass
class Offers:
    """What the boxes of one catalogue offer: the id of their list, where to ask for more ("" when all of
    it is on the page), and the labels to choose from."""

    id: str
    url: str = ""
    options: list[str] = field(default_factory=list)


class PickedInput(forms.TextInput):
    """Text beside a list of offers that several boxes share."""

    template_name = "components/widgets/picked.html"
    offers: Offers | None = None

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        context["widget"]["offers"] = self.offers
        return context


class PickedField(SearchedChoiceField):
    """One record of many, by its whole label; by its code, or its name when that is the only one of it.

    ``near`` are those that fit what was typed instead.
    """

    widget = PickedInput  # type: ignore[assignment]
    near: Sequence[Any] = ()

    def prepare_value(self, value: Any) -> Any:
        """What stands in the box: the record's label, or what was typed instead."""
        if value and hasattr(value, "_meta"):
            return self.label_from_instance(value)
        return super().prepare_value(value) if _is_id(value) else value

    def to_python(self, value: Any) -> Any:
        """The record. ValidationError ``invalid_choice`` naming what fits instead."""
        if value in self.empty_values:
            return None
        rows: Any = self.queryset
        if _is_id(value):
            if found := rows.filter(pk=value).first():
                return found
            raise ValidationError(sentence("invalid_choice"), "invalid_choice")
        fitting = fitting_of(rows, str(value), LOOKED_AT, self.label_from_instance)
        if one := self._only(str(value), fitting):
            return one
        self.near = fitting[:NEAR]
        raise ValidationError(self._words(), "invalid_choice")

    def _only(self, text: str, fitting: Sequence[Any]) -> Any:
        """The only one with this label, or else with this code or name: to the letter, since a point less
        is another strength."""
        wanted = _plain(text)
        for told in (self.label_from_instance, lambda row: getattr(row, "code", ""), _name_of):
            found = [row for row in fitting if _plain(told(row)) == wanted]
            if len(found) == 1:
                return found[0]
        return None

    def _words(self) -> str:
        if not self.near:
            return _("Nothing in the catalogue is called so. Type part of the name and choose.")
        names = "; ".join(self.label_from_instance(row) for row in self.near)
        return _("Type the whole name of one of these: %(names)s.") % {"names": names}


def fitting_of(rows: Any, text: str, most: int, label: Any = str) -> list[Any]:
    """Those of ``rows`` in whose label, code or generic name every word typed begins a word."""
    words = sortkeys.fold(text).split()
    if not words:
        return []
    first = text.split(maxsplit=1)[0]
    known = {each.name for each in rows.model._meta.concrete_fields}
    where = Q()
    for name in SEARCHED:
        if name in known:
            where |= Q(**{f"{name}__icontains": first})
    if "sort_key" in known:  # without accents
        where |= Q(sort_key__contains=sortkeys.natural(first))
    found = rows.filter(where).order_by(*rows.model._meta.ordering)[:LOOKED_AT]
    return [row for row in found if _fits(row, words, label)][:most]


def _fits(row: Any, words: Iterable[str], label: Any) -> bool:
    texts = (label(row), *(str(getattr(row, name, "")) for name in SEARCHED))
    known = sortkeys.fold(" ".join(texts)).split()
    return all(any(each.startswith(word) for each in known) for word in words)


def _plain(text: str) -> str:
    return " ".join(text.casefold().split())


def _name_of(row: Any) -> str:
    return str(row.name)


def _is_id(value: Any) -> bool:
    try:
        return bool(UUID(str(value)))
    except ValueError:
        return False
