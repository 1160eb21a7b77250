"""The forms of what is measured: a round of vital signs at once, and the amendment of one value."""

from collections.abc import Iterable
from typing import Any, ClassVar, Self

from django import forms
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.utils.translation import gettext_lazy as _

from hospital.kit import clock
from hospital.kit.actors import Actor
from hospital.kit.money import MoneyInput
from hospital.kit.web.begun import unchecked
from hospital.kit.web.forms import RecordForm
from hospital.kit.web.refusals import Refusable
from hospital.kit.web.walltimes import MomentField
from records import vitals
from records.codings import LOINC_SYSTEM
from records.models import Observation, Patient

from .encounters import EncounterField, replaced

# The two of the blood pressure stand side by side, with one unit.
UNITS = {"systolic": "/"}
EMPTY_IS_NOW = _("Empty: now.")


class MeasuredInput(forms.TextInput):
    """A box with its unit beside it."""

    template_name = "components/widgets/measured.html"

    def __init__(self, unit: str):
        super().__init__({"inputmode": "decimal", "dir": "ltr", "autocomplete": "off"})
        self.unit = unit

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        context["widget"]["unit"] = self.unit
        return context


class ValueField(MoneyInput):
    """A measured value as people type it; what a quantity is the model says."""

    def __init__(self, **options: Any):
        super().__init__(**{"required": False, "empty_value": None, **options})


class VitalsForm(Refusable, forms.Form):
    """One box for each vital sign; those that are left empty were not taken."""

    taken_at = MomentField(exact=True, label=_("Taken"), required=False, help_text=EMPTY_IS_NOW)
    note = forms.CharField(label=_("Note"), required=False)
    is_preliminary = forms.BooleanField(
        label=_("Preliminary: somebody looks at it again"), required=False
    )
    encounter = EncounterField()
    use_required_attribute = False

    def __init__(self, *args: Any, actor: Actor, patient: Patient, **options: Any):
        super().__init__(*args, **options)
        self.actor, self.patient = actor, patient
        for vital in vitals.VITALS:
            self.fields[vital.key] = ValueField(
                label=vital.name, widget=MeasuredInput(UNITS.get(vital.key, vital.shown))
            )
        self.order_fields([vital.key for vital in vitals.VITALS])
        field: Any = self.fields["encounter"]
        field.offer(actor, patient)
        if not self.is_bound:
            self.fields[vitals.VITALS[0].key].widget.attrs["autofocus"] = True

    @classmethod
    def begun(cls, typed: Any, **options: Any) -> Self:
        """As RecordForm's: what was typed is shown, and nothing is said about it."""
        return unchecked(cls(replaced(typed, options), **options))

    def boxes(self) -> Iterable[Any]:
        """The boxes but those of the blood pressure, which stand together."""
        return [self[vital.key] for vital in vitals.VITALS[2:]]

    def records(self) -> list[Observation]:
        """What was typed, new for each try, all of one moment."""
        taken_at = self.cleaned_data.get("taken_at") or clock.now()
        assert self.actor
        return [
            Observation(
                patient=self.patient, **Observation.recorder(self.actor), taken_at=taken_at,
                encounter=self.cleaned_data.get("encounter"), code_system=LOINC_SYSTEM,
                code=vital.code, name=str(vital.name), unit=vital.unit,
                value=self.cleaned_data[vital.key], note=self.cleaned_data.get("note", ""),
            )
            for vital in vitals.VITALS
            if self.cleaned_data.get(vital.key) is not None
        ]  # fmt: skip

    def clean(self) -> dict[str, Any]:
        rows = self.records()
        for row in rows:
            try:
                row.full_clean()
            except ValidationError as exc:
                self._tell(vitals.BY_CODE[row.code].key, exc)
        if not rows and not self.errors:
            self.add_error(None, ValidationError(_("Type at least one value."), "required"))
        return self.cleaned_data

    def take(self, exc: ValidationError) -> None:
        """Put the service's errors on top: which of the rows it means stands in its words."""
        for error in exc.error_list if not hasattr(exc, "error_dict") else exc.messages:
            self.add_error(None, error)

    def _tell(self, key: str, exc: ValidationError) -> None:
        """What is wrong with a value beside its box; what they have in common once, beside its own."""
        for name, errors in exc.error_dict.items():
            common = name if name in {"taken_at", "note", "encounter"} else None
            place = key if name == "value" else common
            known = {
                error.code for error in self.errors.as_data().get(place or NON_FIELD_ERRORS, [])
            }
            self.add_error(place, [error for error in errors if error.code not in known] or [])


class ObservationForm(RecordForm):
    """What may be put right of an observation: once it is final, that is an amendment."""

    wide: ClassVar[Any] = ("note",)
    taken_at = MomentField(exact=True, label=_("Taken"), required=False)

    class Meta:
        model = Observation
        fields: ClassVar[Any] = ("value", "value_text", "taken_at", "note")
        field_classes: ClassVar[Any] = {"value": ValueField}

    def __init__(self, *args: Any, **options: Any):
        super().__init__(*args, **options)
        row = self.instance
        vital = vitals.of(row.code_system, row.code)
        self.fields["value"].widget = MeasuredInput(vital.shown if vital else row.unit)
        if vital or not row.value_text:
            del self.fields["value_text"]
        elif row.value is None:
            del self.fields["value"]
