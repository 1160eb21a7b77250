"""The forms of stays: taking in, moving, leaving; and what stands against a bed on them."""

from typing import Any, ClassVar

from django import forms
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.utils.translation import gettext_lazy as _

from hospital.kit import clock, policy
from hospital.kit.actors import Actor
from hospital.kit.codes import sentence
from hospital.kit.errors import RuleError
from hospital.kit.web.forms import RecordForm
from hospital.kit.web.neardates import NearDateField
from hospital.kit.web.reasons import OTHER, words_of
from hospital.kit.web.refusals import Refusable
from hospital.kit.web.walltimes import MomentField
from records.models import Encounter, InPatient
from records.services.bed_places import BedConflict

from .stay_places import PlaceField
from .stay_reasons import OVERRIDE, UNSUITABLE

LATE = _("Only when it is entered late: at most 72 hours ago.")


class Reasoned(forms.BaseForm):
    """A form that is refused a bed, and may say why it has to be that one."""

    conflict: BedConflict | None = None

    def refuse(self, exc: RuleError) -> None:
        """A bed that cannot be given is told with who is there and the beds that are free."""
        if isinstance(exc, BedConflict):
            self.conflict = exc
        super().refuse(exc)  # type: ignore[misc]

    @property
    def is_unsuitable(self) -> bool:
        """Whether a reason would help; once given it stays on the form."""
        is_refused = bool(self.conflict and self.conflict.code == "bed_unsuitable")
        return is_refused or bool(self["why"].value())

    @property
    def reason(self) -> str:
        """Why, in words."""
        return words_of(self.cleaned_data.get("why"), self.cleaned_data.get("other"))


class Placing(Reasoned):
    """A form that gives a bed: ``place``, or a bed taken by its own button."""

    def offer(self, actor: Actor, patient: Any, source: Any) -> None:
        """Fill the lists."""
        fields: Any = self.fields
        chosen = self["place"].value()
        is_born = source == Encounter.Source.BORN
        fields["place"].offer(actor, patient, chosen=chosen, is_born=is_born)
        fields["take_bed"].actor = actor
        _offer(fields["why"], UNSUITABLE)

    @property
    def where(self) -> dict[str, Any]:
        """What the services take: a ward or a bed, when, and why."""
        found = self.cleaned_data
        place = found.get("take_bed") or found.get("place") or {}
        return {**place, "at": found.get("at"), "reason": self.reason}


class AdmitForm(Placing, RecordForm):
    """A new stay: where, who is responsible, why. Sent by "Plan" it takes no bed."""

    place = PlaceField(label=_("Bed"), required=False)
    take_bed = PlaceField(required=False)
    at = MomentField(exact=True, label=_("When"), required=False, help_text=_(
        "Empty: now. Earlier when it is entered late; of a planned stay when the patient is expected."
    ))  # fmt: skip
    why = forms.ChoiceField(
        label=_("Why it has to be this bed"), required=False, widget=forms.RadioSelect
    )
    other = forms.CharField(label=_("Other reason"), required=False, max_length=200)
    expected_end_on = NearDateField(label=_("Expected discharge"), required=False)

    class Meta:
        model = InPatient
        fields: ClassVar[Any] = (
            "attending", "complaint", "source", "needs_isolation", "expected_end_on",
        )  # fmt: skip

    def __init__(self, *args: Any, **options: Any):
        super().__init__(*args, **options)
        assert self.actor
        self.offer(self.actor, self.instance.patient, self["source"].value())
        _name_empty(self.fields)

    @property
    def is_plan(self) -> bool:
        """Whether the patient is expected only, and not here."""
        return self.data.get("how") == "plan"

    def clean(self) -> dict[str, Any]:
        found = super().clean() or self.cleaned_data
        if self.is_plan and not found.get("at") and "at" not in self.errors:
            self.add_error(
                "at", ValidationError(_("Say when the patient is expected."), "required")
            )
        return found

    def _post_clean(self) -> None:
        self.instance.starts_at = self.cleaned_data.get("at") or clock.now()
        super()._post_clean()


class EditForm(RecordForm):
    """What may be changed of a stay: everything but whose it is and when and where; the summary only by
    whom the policy lets write it."""

    expected_end_on = NearDateField(label=_("Expected discharge"), required=False)

    class Meta:
        model = InPatient
        fields: ClassVar[Any] = (*AdmitForm.Meta.fields, "summary")

    def __init__(self, *args: Any, **options: Any):
        super().__init__(*args, **options)
        _name_empty(self.fields)
        assert self.actor
        if not policy.touches(self.actor, f"{InPatient.resource}.update", "summary"):
            del self.fields["summary"]


class ActForm(Refusable, forms.Form):
    """An act on a stay or a bed as the person saw it, now or at ``at``."""

    at = MomentField(exact=True, label=_("At"), required=False, help_text=LATE)
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    use_required_attribute = False

    def __init__(self, *args: Any, actor: Actor, **options: Any):
        super().__init__(*args, **options)
        self.actor = actor

    @property
    def expected_version(self) -> int:
        """As RecordForm's."""
        return self.cleaned_data.get("version") or 0

    def take(self, exc: ValidationError) -> None:
        """Put a service's errors beside the fields they are about, the others on top."""
        wrong = exc.error_dict if hasattr(exc, "error_dict") else {NON_FIELD_ERRORS: exc.error_list}
        for name, errors in wrong.items():
            self.add_error(name if name in self.fields else None, errors)


class PlaceForm(Placing, ActForm):
    """Another bed, or a bed for who was expected."""

    place = PlaceField(label=_("Bed"), required=False)
    take_bed = PlaceField(required=False)
    why = AdmitForm.base_fields["why"]
    other = AdmitForm.base_fields["other"]
    field_order = ("place", "at")

    def __init__(self, *args: Any, stay: InPatient, **options: Any):
        super().__init__(*args, **options)
        assert self.actor
        self.offer(self.actor, stay.patient, stay.source)


class SwapForm(Reasoned, ActForm):
    """With whom a patient changes places."""

    with_stay = forms.ChoiceField(
        label=_("With"), error_messages={"required": sentence("required")}
    )
    why = AdmitForm.base_fields["why"]
    other = AdmitForm.base_fields["other"]
    field_order = ("with_stay", "at")

    def __init__(self, *args: Any, choices: Any, **options: Any):
        super().__init__(*args, **options)
        fields: Any = self.fields
        fields["with_stay"].choices = [("", _("Choose")), *choices]
        _offer(fields["why"], UNSUITABLE)


class LeaveForm(ActForm):
    """Away for a while."""

    expected_back_at = MomentField(exact=True, label=_("Expected back"), required=False)


class DischargeForm(ActForm):
    """Where the patient goes; for who may, why although something is missing."""

    disposition = forms.ChoiceField(
        label=_("Discharged to"), widget=forms.RadioSelect, choices=Encounter.Disposition.choices,
        error_messages={"required": sentence("disposition_required")},
    )  # fmt: skip
    why = forms.ChoiceField(
        label=_("Why the patient leaves all the same"), required=False, widget=forms.RadioSelect
    )
    other = forms.CharField(label=_("Other reason"), required=False, max_length=200)
    field_order = ("disposition", "why", "other", "at")

    def __init__(self, *args: Any, may_override: bool, **options: Any):
        super().__init__(*args, **options)
        if may_override:
            _offer(self.fields["why"], OVERRIDE)
        else:
            del self.fields["why"], self.fields["other"]

    @property
    def override_reason(self) -> str:
        """Why, in words; nothing for who may not."""
        return words_of(self.cleaned_data.get("why"), self.cleaned_data.get("other"))


def _offer(field: Any, reasons: Any) -> None:
    field.choices = [*((str(words), words) for words in reasons), (OTHER, _("Other"))]


def _name_empty(fields: Any) -> None:
    """What it means that nothing is chosen."""
    fields["attending"].empty_label = _("Not known yet")
    fields["source"].choices = [("", _("Not recorded")), *Encounter.Source.choices]
