"""The lists inside a record's form: the rows written together with it (``kit.parts``).

class PriceList(PartList):
    label, one, another, many = _("Prices"), _("Price"), _("Another price"), "prices"

class MedicationForm(PartsForm):
    part_lists = {"prices": formset_of(PriceForm, PriceList)}
"""

from collections.abc import Iterable, Sequence
from hashlib import sha256
from typing import Any, ClassVar, Self

from django import forms
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext_lazy as _

from hospital.kit.parts import Part, content, refuse_clash
from hospital.kit.records import Record

from .forms import Difference, RecordForm
from .part_rows import PartForm

MOST = 20


class PartList(forms.BaseFormSet):
    """One list as a form: the rows that stand, and room for new ones.

    ``seen`` travels along and tells whether the person touched the list: one that was left as it
    was shown, or was not sent at all, is None to the service, which leaves it.
    """

    label: ClassVar[Any]
    one: ClassVar[Any]
    another: ClassVar[Any]
    many: ClassVar[str]

    def __init__(
        self,
        data: Any = None,
        *,
        standing: Sequence[Any] = (),
        owner: Record | None = None,
        **options: Any,
    ):
        self.standing, self.owner = standing, owner
        sent = data if data is not None and f"{self.many}-TOTAL_FORMS" in data else None
        if sent is None:
            options.setdefault("initial", [_facts(row) for row in self.shown_rows()])
        super().__init__(sent, prefix=self.many, form_kwargs={"owner": owner}, **options)
        self.seen = self.data.get(f"{self.many}-SEEN") or _fingerprint(self.standing_rows())
        self.is_draft = False

    @classmethod
    def with_room(
        cls, data: Any, standing: Sequence[Any] = (), owner: Record | None = None
    ) -> "PartList":
        """What was typed so far, unchecked, with one more row."""
        typed = cls(data, standing=standing, owner=owner)
        if not typed.is_bound:
            return typed
        firm = typed.initial_form_count()
        rows = [
            form for number, form in enumerate(typed.forms) if number < firm or form.has_changed()
        ]
        draft = cls(standing=standing, owner=owner, initial=[_typed(form) for form in rows])
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
        """The list as it was typed, without the empty rows and those taken off."""
        return [*self.aside(), *(form.instance for form in self._counted())]

    def standing_rows(self) -> list[Any]:
        """The rows that count today."""
        return [row for row in self.standing if not row.is_retired]

    def shown_rows(self) -> list[Any]:
        """Those of them that stand in forms, to be changed."""
        return self.standing_rows()

    @property
    def kept(self) -> Sequence[dict[str, Any]]:
        """Rows that stand as lines of text above the forms, where a class has such."""
        return ()

    def aside(self) -> list[Any]:
        """Those of them that stay although they stand in no form."""
        return []

    def told(self, rows: Iterable[Any]) -> str:
        """The list in one line, for comparing two."""
        raise NotImplementedError

    def clean(self) -> None:
        """Two rows that clash: the later one is told."""
        earlier = self.aside()
        for form in self._counted():
            if not form.errors:
                try:
                    refuse_clash(form.instance, earlier)
                except ValidationError as exc:
                    form.take(exc)
                earlier.append(form.instance)

    def take(self, errors: Iterable[ValidationError]) -> list[ValidationError]:
        """Put what is told of a row ("2: …", see ``parts.numbered``) at that row; returns the others."""
        rows = self._counted() if self.is_bound else []
        first, others = len(self.aside()) + 1, []
        for error in errors:
            number, name, text = getattr(error, "place", (0, "", ""))
            place = number - first
            if number and 0 <= place < len(rows):
                told = ValidationError(text, error.code)
                rows[place].take(ValidationError({name or NON_FIELD_ERRORS: [told]}))
            else:
                others.append(error)
        return others

    def add_fields(self, form: forms.Form, index: int | None) -> None:
        super().add_fields(form, index)
        if "DELETE" in form.fields:
            form.fields["DELETE"].label = _("Remove")

    def _counted(self) -> list[Any]:
        standing = self.initial_forms
        return [
            form
            for form in self.forms
            if not (self.can_delete and self._should_delete_form(form))  # type: ignore[attr-defined]
            and (form in standing or form.has_changed())
        ]

    def _remember(self, other: "PartList") -> None:
        """Take over what is not in the rows."""


def formset_of(form: type[PartForm], rows: type[PartList], **options: Any) -> Any:
    """The list class of a form and its ``PartList``: one empty row, at most ``MOST`` of them."""
    how = {"extra": 1, "max_num": MOST, "validate_max": True}
    return forms.formset_factory(form, formset=rows, **how | options)


class PartsForm(RecordForm):
    """A form on a record and on the lists written with it; ``writable`` names those a person may write.

    Sent with "another row" (``more``), or begun and left, it comes back unbound, as it was typed, with
    one row more.
    """

    part_lists: ClassVar[dict[str, Any]] = {}

    def __init__(
        self,
        data: Any = None,
        *args: Any,
        writable: Iterable[str] | None = None,
        is_begun: bool = False,
        **options: Any,
    ):
        super().__init__(data, *args, **options)
        names = self.part_lists if writable is None else set(writable) & self.part_lists.keys()
        make = {name: self.part_lists[name] for name in self.part_lists if name in names}
        standing = {name: self._standing(name) for name in make}
        if data is not None and (is_begun or "more" in data):
            self.lists = {
                name: kind.with_room(data, standing[name], self.instance)
                for name, kind in make.items()
            }
            self._unbind()
        else:
            self.lists = {
                name: kind(data, standing=standing[name], owner=self.instance)
                for name, kind in make.items()
            }
        if not self.is_bound:
            self._focus_first()

    was_typed: Any = None

    @classmethod
    def begun(cls, typed: Any, **options: Any) -> Self:
        return cls(typed, is_begun=True, **options)

    def as_if_sent(self) -> Self | None:
        """A form that opens filled in, checked as if it were sent just so; None for one that opens empty."""
        shown = MultiValueDict({name: [value] for name, value in self.initial.items() if value})
        if not (typed := self.was_typed or shown):
            return None
        form = type(self)(typed, writable=self.lists)
        form.is_valid()
        return form

    def is_valid(self) -> bool:
        lists_are_valid = all(rows.is_valid() for rows in self.lists.values() if rows.is_bound)
        return super().is_valid() and lists_are_valid

    def take(self, exc: ValidationError) -> None:
        """As every form's; what a service tells of a list's row stands at that row."""
        wrong = dict(getattr(exc, "error_dict", None) or {NON_FIELD_ERRORS: exc.error_list})
        for name in wrong.keys() & getattr(self, "lists", {}).keys():
            wrong[name] = self.lists[name].take(wrong[name])
        if wrong := {name: errors for name, errors in wrong.items() if errors}:
            super().take(ValidationError(wrong))

    @property
    def is_wrong_below(self) -> bool:
        """Whether only rows of the lists are wrong, so that the page's title must say so itself."""
        wrong = any(rows.is_bound and not rows.is_valid() for rows in self.lists.values())
        return wrong and not self.errors

    def changed_lists(self) -> dict[str, list[Any] | None]:
        """What the service takes: each list as a whole, or None for one that stays."""
        return {
            name: None if self.data.get(f"keep_{name}") == "theirs" else rows.rows()
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

    def _standing(self, name: str) -> list[Part]:
        return [] if self.instance._state.adding else list(getattr(self.instance, name).all())

    def _unbind(self) -> None:
        """Take what was typed for what is shown first: nothing of it is judged."""
        self.initial.update({name: self[name].data for name in self.fields})
        self._bound_fields_cache.clear()  # type: ignore[attr-defined]
        self.was_typed, self.data, self.is_bound = self.data, MultiValueDict(), False

    def _focus_first(self) -> None:
        """On the first field; after "another row" on the first one of that row."""
        asked = next((rows for rows in self.lists.values() if rows.is_asked_for), None)
        fields = asked.forms[-1].fields if asked else self.fields
        next(iter(fields.values())).widget.attrs["autofocus"] = True


def _facts(row: Part) -> dict[str, Any]:
    return {name: getattr(row, name) for name in row.CONTENT}


def _typed(form: forms.BaseForm) -> dict[str, Any]:
    return {name: form[name].value() for name in form.fields}


def _fingerprint(rows: Iterable[Part]) -> str:
    return sha256(repr(sorted(content(row) for row in rows)).encode()).hexdigest()
