"""The forms of visits: who has come without an appointment, and what may be changed afterwards."""

from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from hospital.kit import clock, policy
from hospital.kit.web.forms import RecordForm
from hospital.kit.web.walltimes import MomentField
from records.models import Encounter, OutPatient

KINDS = [(kind, kind.label) for kind in OutPatient.KINDS]


class ArriveForm(RecordForm):
    """A patient who has come without an appointment: to which clinic, to whom, why."""

    kind = forms.ChoiceField(
        label=_("Kind"), choices=KINDS, widget=forms.RadioSelect,
        initial=Encounter.Kind.OUTPATIENT, required=False,
    )  # fmt: skip
    at = MomentField(
        exact=True,
        label=_("Came"), required=False,
        help_text=_("Empty: now. Earlier when it is entered late: at most 72 hours ago."),
    )  # fmt: skip

    class Meta:
        model = OutPatient
        fields: ClassVar[Any] = ("complaint", "clinic", "attending")
        labels: ClassVar[Any] = {"attending": _("Doctor")}
        help_texts: ClassVar[Any] = {"clinic": _("An emergency may have none.")}

    def __init__(self, *args: Any, **options: Any):
        super().__init__(*args, **options)
        _name_empty(self.fields)

    def _post_clean(self) -> None:
        self.instance.kind = self.cleaned_data.get("kind") or Encounter.Kind.OUTPATIENT
        self.instance.status = Encounter.Status.ARRIVED
        self.instance.starts_at = self.cleaned_data.get("at") or clock.now()
        super()._post_clean()


class VisitForm(RecordForm):
    """What may be changed of a visit; the doctor's notes only by whom the policy lets write them."""

    class Meta:
        model = OutPatient
        fields: ClassVar[Any] = ("complaint", "clinic", "attending", "follow_up", "summary")
        labels: ClassVar[Any] = {"attending": _("Doctor"), "summary": _("Notes")}

    def __init__(self, *args: Any, **options: Any):
        super().__init__(*args, **options)
        _name_empty(self.fields)
        assert self.actor
        if not policy.touches(self.actor, f"{OutPatient.resource}.update", "summary"):
            del self.fields["summary"]


def _name_empty(fields: Any) -> None:
    """What it means that nothing is chosen."""
    fields["attending"].empty_label = _("Not known yet")
    fields["clinic"].empty_label = _("None")
