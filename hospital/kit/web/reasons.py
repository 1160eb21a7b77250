"""Why something is retired: picked from a short list by one key, free text only for "other"."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from hospital.kit import facts
from hospital.kit.actors import Actor

from .refusals import Refusable

OTHER = "other"
USUAL = (_("Entered by mistake"), _("Closed"), _("Merged with another"))


def words_of(picked: str | None, other: str | None) -> str:
    """The reason in words: the one picked, or what was typed for another."""
    return (other if picked in {OTHER, "", None} else picked) or ""


class ReasonForm(Refusable, forms.Form):
    """One reason; ``.words`` is what is kept. ``version`` is the record's as the person saw it.

    With ``is_other`` it is come to for a reason in one's own words: that is chosen, and ready to type in.
    """

    reason = forms.ChoiceField(label=_("Reason"), widget=forms.RadioSelect, required=False)
    other = forms.CharField(label=_("Other reason"), required=False, strip=True)
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(
        self,
        *args: Any,
        reasons: Sequence[str | Promise] = USUAL,
        actor: Actor | None = None,
        is_other: bool = False,
        **options: Any,
    ):
        super().__init__(*args, **options)
        self.actor = actor
        offered = [(str(words), words) for words in reasons]
        self.fields["reason"].choices = [*offered, (OTHER, _("Other"))]  # type: ignore[attr-defined]
        if is_other and not self.is_bound:
            self.initial["reason"] = OTHER
            self.fields["other"].widget.attrs["autofocus"] = True

    @property
    def words(self) -> str:
        """The reason in words."""
        return words_of(self.cleaned_data["reason"], self.cleaned_data["other"])

    @property
    def expected_version(self) -> int:
        """As RecordForm's."""
        return self.cleaned_data.get("version") or 0

    def clean(self) -> dict[str, Any]:
        if "reason" in self.cleaned_data:
            try:
                facts.require_reason(self.words)
            except ValidationError as exc:
                place = "other" if self.cleaned_data["reason"] == OTHER else "reason"
                self.add_error(place, exc.error_dict["reason"])
        return self.cleaned_data
