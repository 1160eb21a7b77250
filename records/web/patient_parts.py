"""The lists inside the form of a patient: people to call, and numbers others know the patient by."""

from collections.abc import Iterable, Sequence
from hashlib import sha256
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.forms.models import construct_instance
from django.utils.translation import gettext_lazy as _

from hospital.kit.codes import sentence
from hospital.kit.errors import SAME_CODE
from records.models import PatientContact, PatientIdentifier
from records.models.identifiers import key_of
from records.services.parts import content

from .patient_rows import contact_row, identifier_row
from .phones import SpacedPhoneInput

MOST = 20
CONTACT_FIELDS = ("name", "relationship", "phone", "email")


class PartForm(forms.ModelForm):
    """One row of a list. It holds no rule: the row is checked through its model."""

    def __init__(self, *args: Any, **options: Any):
        super().__init__(*args, **options)
        for field in self.fields.values():
            field.required = False

    def _post_clean(self) -> None:
        row = self.instance = construct_instance(
            self, self.instance, self._meta.fields, self._meta.exclude
        )
        chart = {"patient", "hospital", "value_key"}
        for check in (lambda: row.clean_fields(exclude=chart), row.clean, self._constraints):
            try:
                check()
            except ValidationError as exc:
                self._take(exc)

    def _constraints(self) -> None:
        self.instance.validate_constraints(exclude={"patient", "hospital"})

    def _take(self, exc: ValidationError) -> None:
        by_field = getattr(exc, "error_dict", None) or {NON_FIELD_ERRORS: exc.error_list}
        for name, errors in by_field.items():
            if name not in self.errors:
                self.add_error(
                    name if name in self.fields else None, [_in_words(one) for one in errors]
                )


def _in_words(error: ValidationError) -> ValidationError:
    """One sentence for "nothing was given", whatever noticed it."""
    code = SAME_CODE.get(error.code or "")
    return ValidationError(sentence(code), code) if code else error


class IdentifierForm(PartForm):
    """A number: what it is, who gave it, how it reads."""

    class Meta:
        model = PatientIdentifier
        fields = ("kind", "system", "value")

    def __init__(self, *args: Any, **options: Any):
        super().__init__(*args, **options)
        kinds = [("", _("Choose")), *PatientIdentifier.Kind.choices]
        self.fields["kind"].choices = kinds  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        self.instance.value_key = key_of(self.cleaned_data.get("value", ""))[:60]
        return self.cleaned_data

    def _constraints(self) -> None:
        # Whether somebody else has this number the service says, with the way to that chart:
        # leaving "system" out keeps the unique constraint quiet here.
        left_out = {"patient", "hospital", "system"}
        nothing_typed = set() if self.cleaned_data.get("value") else {"value_key"}
        self.instance.validate_constraints(exclude=left_out | nothing_typed)


class ContactForm(PartForm):
    """Somebody to call."""

    class Meta:
        model = PatientContact
        fields = CONTACT_FIELDS
        widgets: ClassVar = {"phone": SpacedPhoneInput}


class PartList(forms.BaseFormSet):
    """One list as a form: the rows that stand, and room for new ones.

    ``seen`` travels along and tells whether the person touched the list: one that was left as it
    was shown, or was not sent at all, is None to the service, which leaves it.
    """

    label: ClassVar[Any]
    one: ClassVar[Any]
    another: ClassVar[Any]
    many: ClassVar[str]

    def __init__(self, data: Any = None, *, standing: Sequence[Any] = (), **options: Any):
        self.standing = standing
        sent = data if data is not None and f"{self.many}-TOTAL_FORMS" in data else None
        super().__init__(sent, prefix=self.many, **options)
        self.seen = self.data.get(f"{self.many}-SEEN") or _fingerprint(self.standing_rows())
        self.is_draft = False

    @classmethod
    def with_room(cls, data: Any, standing: Sequence[Any] = ()) -> "PartList":
        """What was typed so far, unchecked, with one more row."""
        typed = cls(data, standing=standing)
        if not typed.is_bound:
            return cls(standing=standing)
        firm = typed.initial_form_count()
        rows = [
            form for number, form in enumerate(typed.forms) if number < firm or form.has_changed()
        ]
        draft = cls(standing=standing, initial=[_typed(form) for form in rows])
        draft.firm, draft.extra, draft.seen = firm, len(rows) - firm + 1, typed.seen
        draft.is_draft, draft.is_asked_for = True, data.get("more") == cls.many
        draft._remember(typed)
        return draft

    def initial_form_count(self) -> int:
        """How many rows stand already, so that leaving one empty is a mistake."""
        return (
            self.firm
            if self.firm is not None and not self.is_bound
            else super().initial_form_count()
        )

    firm: int | None = None
    is_asked_for = False

    def rows(self) -> list[Any] | None:
        """The whole list as it shall be, or None when it stays as it is. Ask after ``is_valid()``."""
        if not self.is_bound:
            return None
        rows = self.typed()
        return None if _fingerprint(rows) == self.seen else rows

    def typed(self) -> list[Any]:
        """The rows typed, without the empty ones and those taken off."""
        gone, standing = self.deleted_forms, self.initial_forms
        return [
            form.instance
            for form in self.forms
            if form not in gone and (form in standing or form.has_changed())
        ]

    def standing_rows(self) -> list[Any]:
        """The rows that count today."""
        return [row for row in self.standing if not row.is_retired]

    def told(self, rows: Iterable[Any]) -> str:
        """The list in one line, for comparing two."""
        raise NotImplementedError

    def add_fields(self, form: forms.Form, index: int | None) -> None:
        super().add_fields(form, index)
        if "DELETE" in form.fields:
            form.fields["DELETE"].label = _("Remove")

    def _remember(self, other: "PartList") -> None:
        """Take over what is not in the rows."""


class BaseContactList(PartList):
    """The people to call; each standing one can be changed or taken off."""

    label, one, many = _("People to call"), _("Person"), "contacts"
    another = _("Another person")

    def __init__(self, data: Any = None, *, standing: Sequence[Any] = (), **options: Any):
        if data is None:
            shown = [row for row in standing if not row.is_retired]
            options.setdefault("initial", [_facts(row) for row in shown])
        super().__init__(data, standing=standing, **options)

    def told(self, rows: Iterable[Any]) -> str:
        shown = [contact_row(row, frozenset()) for row in rows]
        return "; ".join(
            " ".join(filter(None, (row["name"], f"({row['relationship']})", row["phone"], row["email"])))
            for row in shown
        )  # fmt: skip


class BaseIdentifierList(PartList):
    """New numbers are typed; standing ones show their last characters and can be taken off."""

    label, one, many = _("Identifiers"), _("Identifier"), "identifiers"
    another = _("Another identifier")

    def __init__(self, data: Any = None, *, standing: Sequence[Any] = (), **options: Any):
        super().__init__(data, standing=standing, **options)
        self.listed, self.marked = self._sent("SHOWN"), self._sent("REMOVE")

    @property
    def kept(self) -> list[dict[str, Any]]:
        """The standing numbers this page shows, each with whether it is marked to be taken off."""
        return [
            {**identifier_row(row, is_revealed=False), "id": row.pk, "is_marked": str(row.pk) in self.marked}
            for row in self._shown()
        ]  # fmt: skip

    def typed(self) -> list[Any]:
        kept = [row for row in self._shown() if str(row.pk) not in self.marked]
        fresh = [
            PatientIdentifier(kind=row.kind, system=row.system, value=row.value) for row in kept
        ]
        return [*fresh, *super().typed()]

    def told(self, rows: Iterable[Any]) -> str:
        shown = [identifier_row(row, is_revealed=False) for row in rows]
        return "; ".join(f"{row['kind']} {row['value']}" for row in shown)

    def _shown(self) -> list[Any]:
        """What stood on the page as it was opened: what others did since then is for the conflict page."""
        if not self.is_bound and not self.is_draft:
            return self.standing_rows()
        return [row for row in self.standing if str(row.pk) in self.listed]

    def _sent(self, name: str) -> list[str]:
        return self.data.getlist(f"{self.many}-{name}") if self.is_bound else []  # type: ignore[attr-defined]

    def _remember(self, other: Any) -> None:
        self.listed, self.marked = other.listed, other.marked


_HOW: dict[str, Any] = {"extra": 1, "max_num": MOST, "validate_max": True}
ContactList = forms.formset_factory(
    ContactForm, formset=BaseContactList, can_delete=True, can_delete_extra=False, **_HOW
)
IdentifierList = forms.formset_factory(IdentifierForm, formset=BaseIdentifierList, **_HOW)
LISTS: dict[str, Any] = {"contacts": ContactList, "identifiers": IdentifierList}


def _facts(row: PatientContact) -> dict[str, Any]:
    return {name: getattr(row, name) for name in CONTACT_FIELDS}


def _typed(form: forms.BaseForm) -> dict[str, Any]:
    return {name: form[name].value() for name in form.fields}


def _fingerprint(rows: Iterable[Any]) -> str:
    return sha256(repr(sorted(content(row) for row in rows)).encode()).hexdigest()
