"""Acts in the admin: each a button on the record, a page that says what it means, and one effect."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from hospital.kit import facts
from hospital.kit.actors import Actor
from hospital.kit.records import Record
from hospital.kit.web.reasons import ReasonForm
from hospital.kit.web.refusals import Refusable


@dataclass(frozen=True)
class AdminAct:
    """One act on a record.

    ``run(actor, record, form)`` calls the service inside the door's transaction. ``fields`` are what it
    writes, for rules that allow some fields only. Offered on retired records only when ``on_retired``,
    else on live ones only.
    """

    name: str
    action: str
    label: str | Promise
    meaning: str | Promise
    run: Callable[[Actor, Any, Any], Any]
    form: type[forms.Form] | None = None
    fields: tuple[str, ...] = ()
    on_retired: bool = False


class VersionForm(Refusable, forms.Form):
    """An act that asks nothing: only which version of the record the person was looking at."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    @property
    def expected_version(self) -> int:
        return self.cleaned_data.get("version") or 0


def _retire(actor: Actor, record: Record, form: ReasonForm) -> None:
    facts.retire(actor, record, reason=form.words, expected_version=form.expected_version)


def _restore(actor: Actor, record: Record, form: VersionForm) -> None:
    facts.restore(actor, record, expected_version=form.expected_version)


RETIRE = AdminAct(
    "retire",
    "retire",
    _("Retire"),
    _(
        "It disappears from lists and choices. Everything about it stays on record, and it can be brought back."
    ),
    _retire,
    form=ReasonForm,
)
RESTORE = AdminAct(
    "restore",
    "restore",
    _("Bring back"),
    _("It can be found and chosen again."),
    _restore,
    on_retired=True,
)
