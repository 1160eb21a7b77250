"""The form of a patient's chart, new or standing: the chart's own facts and its two lists."""

from functools import lru_cache
from typing import Any, ClassVar

from django import forms
from django.forms.models import modelform_factory
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from hospital.kit import policy
from hospital.kit.actors import Actor
from hospital.kit.records import Record
from hospital.kit.web import begun
from hospital.kit.web.forms import Difference, RecordForm
from hospital.web.forms import PartialDateWidget, age_was_given
from records.models import Patient
from records.models.patients import BloodGroup

from .languages import CountryField, LanguageField
from .patient_parts import LISTS, PartList
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


class PatientForm(RecordForm):
    """The chart's facts this person may write, and the lists they may write with it."""

    lists: dict[str, PartList]

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

    def __init__(self, *args: Any, lists: dict[str, PartList] | None = None, **options: Any):
        super().__init__(*args, **options)
        self.lists = lists or {}
        if "blood_group" in self.fields:
            groups = [("", _("Not recorded")), *BloodGroup.choices]
            self.fields["blood_group"].choices = groups  # type: ignore[attr-defined]
        if not self.is_bound:
            self._focus_first()

    def clean(self) -> dict[str, Any]:
        """An age in the place of a birth date makes the year an estimate."""
        if "is_birth_date_estimated" in self.fields and age_was_given(self, "birth_date"):
            self.cleaned_data["is_birth_date_estimated"] = True
        return self.cleaned_data

    def is_valid(self) -> bool:
        lists_are_valid = all(rows.is_valid() for rows in self.lists.values() if rows.is_bound)
        return super().is_valid() and lists_are_valid

    @property
    def is_wrong_below(self) -> bool:
        """Whether only rows of the lists are wrong, so that the page's title must say so itself."""
        wrong = any(rows.is_bound and not rows.is_valid() for rows in self.lists.values())
        return wrong and not self.errors

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

    def changed_lists(self) -> dict[str, list[Any] | None]:
        """What the service takes: each list as a whole, or None for one that stays."""
        return {
            name: None if self._keeps_theirs(name) else rows.rows()
            for name, rows in self.lists.items()
        }

    def differences(self, current: Record) -> list[Difference]:
        """As every form's, with each touched list as one more row."""
        found = super().differences(current)
        for name, form in self.lists.items():
            if (yours := form.rows()) is not None:
                theirs = form.told(getattr(current, name).live())
                if theirs != form.told(yours):
                    found.append(Difference(name, str(form.label), theirs, form.told(yours)))
        return found

    def _focus_first(self) -> None:
        """On the first field; after "another row" on the first one of that row."""
        asked = next((rows for rows in self.lists.values() if rows.is_asked_for), None)
        fields = asked.forms[-1].fields if asked else self.fields
        next(iter(fields.values())).widget.attrs["autofocus"] = True

    def _keeps_theirs(self, name: str) -> bool:
        return self.data.get(f"keep_{name}") == "theirs"


def of_request(
    request: HttpRequest,
    action: str,
    *,
    instance: Patient | None = None,
    initial: dict[str, Any] | None = None,
    rows: dict[str, list[dict[str, Any]]] | None = None,
) -> PatientForm:
    """The form as it was sent, or as it is first shown; ``initial`` and ``rows`` fill it in.

    Sent with "another row", or begun and left, it comes back as it was typed, unchecked, with one more row.
    """
    actor: Actor = request.actor  # type: ignore[attr-defined]
    allowed = policy.fields_of(actor, "records.patient", action)
    form_class = _class_for(allowed)
    standing = {
        name: list(getattr(instance, name).all()) if instance else []
        for name in LISTS
        if allowed is None or name in allowed
    }
    unchecked = request.POST if "more" in request.POST else begun.typed(request)
    if unchecked:
        lists = {name: LISTS[name].with_room(unchecked, rows) for name, rows in standing.items()}
        typed = _values_of(form_class(unchecked))
        return form_class(instance=instance, initial=typed, lists=lists)
    data = request.POST if request.method == "POST" else None
    lists = {name: LISTS[name](data, standing=rows) for name, rows in standing.items()}
    return form_class(data, instance=instance, initial=initial, lists=lists)


def _values_of(form: forms.BaseForm) -> dict[str, Any]:
    """What was typed, as it was typed."""
    return {name: form[name].data for name in form.fields}


def _class_for(allowed: frozenset[str] | None) -> type[PatientForm]:
    return _built(tuple(name for name in FIELDS if allowed is None or name in allowed))


@lru_cache
def _built(names: tuple[str, ...]) -> Any:
    return modelform_factory(Patient, form=PatientForm, fields=names)
