"""The lists inside the form of a patient: people to call, and numbers others know the patient by."""

from collections.abc import Iterable
from typing import Any, ClassVar

from django.utils.translation import gettext_lazy as _

from hospital.kit.web.parts import PartForm, PartList, formset_of
from records.models import PatientContact, PatientIdentifier
from records.models.identifiers import key_of

from .patient_rows import contact_row, identifier_row
from .phones import SpacedPhoneInput


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
        fields = ("name", "relationship", "phone", "email")
        widgets: ClassVar = {"phone": SpacedPhoneInput}


class BaseContactList(PartList):
    """The people to call; each standing one can be changed or taken off."""

    label, one, many = _("People to call"), _("Person"), "contacts"
    another = _("Another person")

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

    def __init__(self, *args: Any, **options: Any):
        super().__init__(*args, **options)
        self.listed, self.marked = self._sent("SHOWN"), self._sent("REMOVE")

    @property
    def kept(self) -> list[dict[str, Any]]:
        """The standing numbers this page shows, each with whether it is marked to be taken off."""
        return [
            {**identifier_row(row, is_revealed=False), "id": row.pk, "is_marked": str(row.pk) in self.marked}
            for row in self._shown()
        ]  # fmt: skip

    def shown_rows(self) -> list[Any]:
        return []

    def aside(self) -> list[Any]:
        kept = [row for row in self._shown() if str(row.pk) not in self.marked]
        return [
            PatientIdentifier(kind=row.kind, system=row.system, value=row.value) for row in kept
        ]

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


LISTS: dict[str, Any] = {
    "contacts": formset_of(ContactForm, BaseContactList, can_delete=True, can_delete_extra=False),
    "identifiers": formset_of(IdentifierForm, BaseIdentifierList),
}
