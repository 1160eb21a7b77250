"""The form of a patient's chart, new or standing: the chart's own facts and its two lists."""

from functools import lru_cache
from typing import Any, ClassVar

from django.forms.models import modelform_factory
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from hospital.kit import policy
from hospital.kit.actors import Actor
from hospital.kit.web import begun
from hospital.kit.web.parts import PartsForm
from hospital.web.forms import PartialDateWidget, age_was_given
from records.models import Patient
from records.models.patients import BloodGroup

from .languages import CountryField, LanguageField
from .patient_parts import LISTS
from .phones import SpacedPhoneInput

# Title -> the fields below it, those in capitals over the whole width.
SECTIONS: dict[str, tuple[Any, tuple[str, ...]]] = {
    "who": (
        _("Who"),
        ("family_name", "given_names", "is_unidentified", "birth_date", "is_birth_date_estimated", "sex"),
    ),
    "where": (
        _("Where and how to reach them"),
        ("phone", "email", "address_line", "postal_code", "city", "state", "country"),
    ),
    "more": (_("More about them"), ("language", "blood_group", "is_deceased", "deceased_on")),
}  # fmt: skip
FIELDS = tuple(name for _title, names in SECTIONS.values() for name in names)
WIDE = {
    "is_unidentified",
    "birth_date",
    "is_birth_date_estimated",
    "address_line",
    "is_deceased",
    "deceased_on",
}


class PatientForm(PartsForm):
    """The chart's facts this person may write, and the lists they may write with it."""

    part_lists = LISTS

    class Meta:
        model = Patient
        fields: ClassVar[Any] = FIELDS
        field_classes: ClassVar[Any] = {"language": LanguageField, "country": CountryField}
        widgets: ClassVar[Any] = {
            "birth_date": PartialDateWidget,
            "deceased_on": PartialDateWidget(takes_age=False),
            "phone": SpacedPhoneInput,
        }
        labels: ClassVar[Any] = {
            "is_unidentified": _("The name is not known"),
            "is_birth_date_estimated": _("The birth date is estimated"),
            "is_deceased": _("The patient has died"),
        }
        help_texts: ClassVar[Any] = {
            "birth_date": _("For example 14 March 1988. Only the year, or an age, is fine."),
            "country": _("By its name or two letters."),
            "language": _("By its name or code, such as Turkish or tr."),
        }

    def __init__(self, *args: Any, **options: Any):
        super().__init__(*args, **options)
        if "blood_group" in self.fields:
            groups = [("", _("Not recorded")), *BloodGroup.choices]
            self.fields["blood_group"].choices = groups  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """An age in the place of a birth date makes the year an estimate."""
        if "is_birth_date_estimated" in self.fields and age_was_given(self, "birth_date"):
            self.cleaned_data["is_birth_date_estimated"] = True
        return self.cleaned_data

    @property
    def sections(self) -> list[dict[str, Any]]:
        """The parts of the page that this person's fields fill."""
        named = [
            {"id": key, "title": title, "is_aside": key == "more", "fields": [
                {"bound": self[name], "is_wide": name in WIDE} for name in names if name in self.fields
            ]}
            for key, (title, names) in SECTIONS.items()
        ]  # fmt: skip
        return [section for section in named if section["fields"]]


def of_request(
    request: HttpRequest,
    action: str,
    *,
    instance: Patient | None = None,
    initial: dict[str, Any] | None = None,
) -> PatientForm:
    """The form as it was sent, begun and left, or first shown: filled in with ``initial``."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    allowed = policy.fields_of(actor, "records.patient", action)
    make = _class_for(allowed)
    options: Any = {"instance": instance, "initial": initial, "writable": allowed}
    if typed := begun.typed(request):
        return make.begun(typed, **options)
    data = request.POST if request.method == "POST" else None
    return make(data, **options)


def _class_for(allowed: frozenset[str] | None) -> type[PatientForm]:
    return _built(tuple(name for name in FIELDS if allowed is None or name in allowed))


@lru_cache
def _built(names: tuple[str, ...]) -> Any:
    return modelform_factory(Patient, form=PatientForm, fields=names)
