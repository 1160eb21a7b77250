"""The forms of treatments: what is done, by whom, when, in which visit or stay; what is given and used up."""

from collections.abc import Iterable, Sequence
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.forms import modelform_factory
from django.utils.translation import gettext_lazy as _

from hospital.kit.codes import sentence
from hospital.kit.quantities import plain
from hospital.kit.web.forms import RecordForm
from hospital.kit.web.parts import PartForm, PartList, PartsForm, formset_of
from hospital.kit.web.picked import Offers, PickedField
from hospital.kit.web.walltimes import MomentField
from records.models import Encounter, Treatment, TreatmentConsumable, TreatmentMedication
from records.models.treatments import Use

from .picks import offers_of
from .treatment_rows import encounter_words

PART_OF_NAME = _("Type part of the name and choose.")


class EncounterField(forms.ChoiceField):
    """The visit or the stay, out of those that were found for the patient."""

    def offer(self, encounters: Sequence[Encounter]) -> None:
        """Say which there are; the only one need not be chosen."""
        self.found = {str(each.pk): each for each in encounters}
        told = [(pk, encounter_words(each)) for pk, each in self.found.items()]
        self.choices = told if len(told) == 1 else [("", _("Choose")), *told]  # type: ignore[assignment]

    def prepare_value(self, value: Any) -> Any:
        return str(getattr(value, "pk", value or ""))

    def to_python(self, value: Any) -> Any:
        if value in self.empty_values:
            return None
        if str(value) not in self.found:
            raise ValidationError(sentence("invalid_choice"), "invalid_choice")
        return self.found[str(value)]

    def validate(self, value: Any) -> None:
        """Whether there has to be one the model says."""


class UseForm(PartForm):
    """So much of an entry of a catalogue; the unit it is counted in is told beside it."""

    instance: Use
    wide = ("medication", "consumable")

    class Meta:
        field_classes: ClassVar[Any] = {"medication": PickedField, "consumable": PickedField}

    def __init__(self, *args: Any, owner: Any = None, **options: Any):
        super().__init__(*args, owner=owner, **options)
        picked: Any = self.picked
        picked.queryset = _to_pick(picked.queryset, type(self.instance), owner)
        picked.help_text = "" if self.prefix and not self.prefix.endswith("-0") else PART_OF_NAME
        self.fields["quantity"].help_text = self._unit()

    @property
    def picked(self) -> Any:
        return self.fields[self.instance.ITEM]

    def _unit(self) -> str:
        """What the chosen entry is counted in."""
        entry = self[self.instance.ITEM].value() if self.is_bound else self._begun()
        if entry and not hasattr(entry, "unit"):
            try:
                entry = self.picked.to_python(entry)
            except ValidationError:
                return ""
        return str(entry.get_unit_display()) if entry else ""

    def _begun(self) -> Any:
        return self.initial.get(self.instance.ITEM)


class UseList(PartList):
    """What is given, or used up, with a treatment."""

    def told(self, rows: Iterable[Any]) -> str:
        return "; ".join(f"{plain(row.quantity)} × {row}" for row in rows)


class MedicationList(UseList):
    label, one, many = _("Medications"), _("Medication"), "medications"
    another = _("Another medication")


class ConsumableList(UseList):
    label, one, many = _("Consumables"), _("Consumable"), "consumables"
    another = _("Another consumable")


def _uses(model: type[Use], rows: type[UseList]) -> Any:
    form: Any = modelform_factory(model, form=UseForm, fields=(model.ITEM, "quantity"))
    return formset_of(form, rows, can_delete=True, can_delete_extra=False)


class TreatmentForm(PartsForm):
    """What may be changed of a planned treatment: everything but in which visit or stay it is."""

    part_lists: ClassVar[dict[str, Any]] = {
        "medications": _uses(TreatmentMedication, MedicationList),
        "consumables": _uses(TreatmentConsumable, ConsumableList),
    }
    wide = ("encounter", "procedure", "note")

    class Meta:
        model = Treatment
        fields: ClassVar[Any] = (
            "procedure", "doctor", "planned_for", "consent", "consent_note", "note",
        )  # fmt: skip
        field_classes: ClassVar[Any] = {"procedure": PickedField, "planned_for": MomentField}
        widgets: ClassVar[Any] = {"note": forms.Textarea({"rows": 3})}
        help_texts: ClassVar[Any] = {
            "planned_for": _("Empty: as soon as it can be done."),
            "consent_note": _("Such as who gave it, or where the signed form is."),
        }

    def __init__(self, *args: Any, **options: Any):
        super().__init__(*args, **options)
        fields: Any = self.fields
        fields["consent"].choices = [("", _("Not recorded")), *Treatment.Consent.choices]
        fields["doctor"].empty_label = _("Choose")
        self.offers = {"procedures": self._offer("procedures", [fields["procedure"]])}
        for name, rows in self.lists.items():
            self.offers[name] = self._offer(name, [form.picked for form in rows.forms])

    def full_clean(self) -> None:
        super().full_clean()
        if hasattr(self, "offers"):  # what is near to what was typed is known now
            for name, rows in self.lists.items():
                rows.is_valid()
                self._offer(name, [form.picked for form in rows.forms], self.offers[name])
            self._offer("procedures", [self.fields["procedure"]], self.offers["procedures"])

    def _offer(self, name: str, picked: list[Any], known: Offers | None = None) -> Offers:
        assert self.actor
        offers = known or offers_of(self.actor, name, picked)
        if known and known.url:
            labels = [field.label_from_instance(row) for field in picked for row in field.near]
            known.options = list(dict.fromkeys(labels))
        for field in picked:
            field.widget.offers = offers
        return offers


class PlanForm(TreatmentForm):
    """A new treatment, in one of the patient's visits and stays."""

    encounter = EncounterField(label=_("Visit or stay"))
    field_order = ("encounter",)

    class Meta(TreatmentForm.Meta):
        fields: ClassVar[Any] = ("encounter", *TreatmentForm.Meta.fields)

    def __init__(self, *args: Any, encounters: Sequence[Encounter], **options: Any):
        super().__init__(*args, **options)
        field: Any = self.fields["encounter"]
        field.offer(encounters)
        field.required = len(encounters) > 1
        if self["encounter"].value():  # typing begins below it
            field.widget.attrs.pop("autofocus", None)


class NotesForm(RecordForm):
    """What may still be added once it is done or called off."""

    wide = ("consent_note", "note")

    class Meta:
        model = Treatment
        fields: ClassVar[Any] = ("consent_note", "note")
        widgets = TreatmentForm.Meta.widgets


def _to_pick(rows: Any, use: type[Use], treatment: Any) -> Any:
    """The hospital's standing entries, and those that stand in the treatment already."""
    where = Q(retired_at__isnull=True)
    if treatment is not None and not treatment._state.adding:
        listed: Any = use.objects.live()
        where |= Q(pk__in=listed.filter(treatment=treatment).values(use.ITEM))
    return rows.filter(where, hospital=getattr(treatment, "hospital_id", None))
