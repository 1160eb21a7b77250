"""The base of every form on a record: server facts first, the model's rules, both sides of a conflict."""

from collections.abc import Callable, Sequence
from copy import deepcopy
from dataclasses import dataclass
from typing import Any, Self
from uuid import UUID

from django import forms
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.forms.models import construct_instance
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.html import format_html

from hospital.kit import phones
from hospital.kit.actors import Actor
from hospital.kit.codes import sentence
from hospital.kit.errors import RuleError, StaleError, problem_of
from hospital.kit.fields import PhoneField
from hospital.kit.records import Record

from . import histories, refusals
from .begun import unchecked
from .refusals import Refusable
from .submitting import NOT_CONTENT, pairs, sent_before, submit
from .values import shown


@dataclass(frozen=True, slots=True)
class Difference:
    """One field on which the record and the form disagree, both as a person reads them.

    ``keep`` is what is chosen to begin with: "theirs" where this person changed nothing.
    """

    name: str
    label: str
    theirs: str
    yours: str
    keep: str = "yours"


class ListField(forms.ModelMultipleChoiceField):
    """Records that belong to a record, as a list of boxes; the record has a queryset of that name.

    What the page showed travels along: a list that nobody touched stays as it is.
    """

    def __init__(self, queryset: Any, **options: Any):
        boxes = {"required": False, "widget": forms.CheckboxSelectMultiple}
        super().__init__(queryset, show_hidden_initial=True, **boxes, **options)

    def label_from_instance(self, obj: Any) -> str:
        return format_html("<bdi>{}</bdi>", obj)


class RecordForm(Refusable, forms.ModelForm):
    """A form on a record. It holds no rule: the whole record is checked through its model.

    ``server`` are facts the server sets (the hospital) before anything is checked. The version seen
    travels along; a field marked ``keep_<name>=theirs`` on the conflict page keeps the stored value.
    """

    version = forms.IntegerField(required=False, widget=forms.HiddenInput)
    use_required_attribute = False

    def __init__(
        self,
        *args: Any,
        server: dict[str, Any] | None = None,
        actor: Actor | None = None,
        **options: Any,
    ):
        super().__init__(*args, **options)
        self.actor = actor
        for name, value in (server or {}).items():
            setattr(self.instance, name, value)
        if not self.instance._state.adding:
            self.initial.setdefault("version", self.instance.version)
            for name in self._lists():
                standing = getattr(self.instance, name).values_list("pk", flat=True)
                self.initial.setdefault(name, list(standing))
        for name in self.fields:
            if self.initial.get(name) and isinstance(self._model_field(name), PhoneField):
                self.initial[name] = phones.spaced(self.initial[name])
        if actor:
            self._offer_visible(actor)
        self._keep_theirs()
        for field in self.fields.values():
            field.required = field.required and not _has_default(field)

    @classmethod
    def begun(cls, typed: Any, **options: Any) -> Self:
        """The form as somebody left it: what was typed is shown, and nothing is said about it."""
        return unchecked(cls(typed, **options))

    @property
    def expected_version(self) -> int:
        """The version the person was looking at; 0, which is never current, when the form does not say."""
        return self.cleaned_data.get("version") or 0

    def chosen(self, name: str) -> Any:
        """The records chosen in a list, or None when the person did not touch it."""
        return self.cleaned_data.get(name) if name in self.changed_data else None

    def record(self) -> Any:
        """The checked record, a copy for each try: a try that was rolled back leaves nothing on it."""
        return deepcopy(self.instance)

    def _model_field(self, name: str) -> Any:
        fields = {field.name: field for field in self._meta.model._meta.concrete_fields}
        return fields.get(name)

    def _lists(self) -> list[str]:
        return [name for name, field in self.fields.items() if isinstance(field, ListField)]

    def _offer_visible(self, actor: Actor) -> None:
        """Pickers offer what the person may see and what is not retired."""
        for field in self.fields.values():
            if isinstance(field, forms.ModelChoiceField):
                rows: Any = field.queryset
                field.visible = rows.visible_to(actor, "list")  # type: ignore[attr-defined]
                field.queryset = field.visible.live()  # type: ignore[attr-defined]

    def _keep_theirs(self) -> None:
        """Put the stored value in the place of what was typed, where the person chose it."""
        for name, field in self.fields.items():
            if self.data.get(self.add_prefix(f"keep_{name}")) != "theirs":
                continue
            data: Any = self.data.copy()  # type: ignore[attr-defined]
            self.data = data
            sent = self.add_prefix(name)
            boxes = [
                key for key in self.data if key.startswith(f"{sent}_") and key not in self.fields
            ]
            for key in (sent, *boxes):
                data.pop(key, None)
            stored = field.prepare_value(self.initial.get(name))
            if isinstance(field, ListField):
                data.setlist(sent, stored or [])
            elif stored:
                data[sent] = stored

    def _clean_fields(self) -> None:
        """What is required the model says; the fields keep the mark only to be shown with it."""
        marked = [field for field in self.fields.values() if field.required]
        for field in marked:
            field.required = False
        super()._clean_fields()  # type: ignore[misc]
        for field in marked:
            field.required = True
        self._tell_retired()

    def _tell_retired(self) -> None:
        """A choice that was retired after the page was drawn is told as such, as at every door."""
        for name in [name for name in self.errors if hasattr(self.fields.get(name), "visible")]:
            if self._has_retired_choice(name):
                error = ValidationError(sentence("retired_choice"), "retired_choice")
                self._errors[name] = self.error_class([error])  # type: ignore[attr-defined]

    def _has_retired_choice(self, name: str) -> bool:
        field, value = self.fields[name], self[name].value()
        chosen = value if isinstance(field, ListField) else [value]
        try:
            return field.visible.retired().filter(pk__in=chosen).exists()  # type: ignore[attr-defined]
        except (ValidationError, ValueError):
            return False

    def _post_clean(self) -> None:
        self.instance = construct_instance(
            self, self.instance, self._meta.fields, self._meta.exclude
        )
        try:
            self.instance.full_clean()
        except ValidationError as exc:
            self.take(exc)

    def take(self, exc: ValidationError) -> None:
        """Put a model's or service's errors beside the fields they are about, the others on top."""
        by_field = (
            exc.error_dict if hasattr(exc, "error_dict") else {NON_FIELD_ERRORS: exc.error_list}
        )
        for name, errors in by_field.items():
            if name in self.instance.SERVER_FIELDS:
                continue
            known = self._coded(name, errors)
            if known:
                self.add_error(name if name in self.fields else None, known)

    def _coded(self, name: str, errors: list[ValidationError]) -> list[ValidationError]:
        """The errors that the field does not show already, what is missing in one sentence."""
        for error in errors:
            if error.code in {"null", "blank"}:
                error.message = sentence("required")
        if name not in self.errors:
            return errors
        # A value that could not be read did not reach the record, which then misses it.
        shown = {error.code for error in self.errors.as_data()[name]} | {"null", "blank"}
        return [error for error in errors if error.code not in shown]

    def differences(self, current: Record) -> list[Difference]:
        """The fields on which the record as it is now and what was typed disagree."""
        rows = []
        seen = current.history.filter(version=self.expected_version).first()
        for name in self.fields:
            if name == "version" or self._model_field(name) is None:
                continue
            theirs, yours = shown(current, name), shown(self.instance, name)
            if theirs != yours:
                keep = "theirs" if seen and shown(seen, name) == yours else "yours"
                rows.append(Difference(name, str(self.fields[name].label), theirs, yours, keep))
        return rows + [self._list_difference(name, current) for name in self._touched()]

    def _touched(self) -> list[str]:
        return [name for name in self._lists() if self.chosen(name) is not None]

    def _list_difference(self, name: str, current: Record) -> Difference:
        told = [
            ", ".join(str(row) for row in rows)
            for rows in (getattr(current, name), self.chosen(name))
        ]
        return Difference(name, str(self.fields[name].label), *told)


def _has_default(field: forms.Field) -> bool:
    """Whether something is chosen from the start, so that nobody need be told to choose."""
    choices = getattr(field, "choices", None)
    is_one = isinstance(field, forms.ChoiceField) and not isinstance(
        field, forms.MultipleChoiceField
    )
    return is_one and all(value for value, _ in choices or ())


def answer(
    request: HttpRequest,
    form: RecordForm,
    *,
    template: str | Sequence[str],
    act: Callable[[], Record | None],
    to: Callable[[UUID | None], str],
    context: dict[str, Any] | None = None,
) -> HttpResponse:
    """Show a form, or when it was sent run ``act`` once and go on; nothing typed is ever lost.

    Bad input gives the form again (400), a rule the form with the way on (409), a stale version
    theirs and yours field by field (412).
    """
    page = {"form": form, **(context or {})}
    if request.method != "POST" or not form.is_bound:  # opened, or sent for one more row in a list
        return render(request, template, page)
    if not form.is_valid():
        if again := sent_before(request, to=to):
            return again
        status = _status_of(ValidationError(form.errors.as_data()))
    else:
        try:
            return submit(request, act, to=to)
        except ValidationError as exc:
            form.take(exc)
            status = _status_of(exc)
        except RuleError as exc:
            form.refuse(exc)
            status = problem_of(exc).status  # type: ignore[union-attr]
        except StaleError as exc:
            return conflict(request, form, exc, page)
    return render(request, template, page, status=status)


def _status_of(exc: ValidationError) -> int:
    """409 where something else stands in the way, 400 for bad input."""
    problem = problem_of(exc)
    return problem.status if problem else 400


def conflict(
    request: HttpRequest, form: RecordForm, exc: StaleError, page: dict[str, Any] | None = None
) -> HttpResponse:
    """Theirs and yours, field by field, to choose from and send again."""
    # What would come of it has to be looked at again.
    typed = pairs(request.POST, without={*NOT_CONTENT, "version", refusals.NAME})
    sent = [(name, value) for name, value in typed if not name.startswith("keep_")]
    context = {"form": form, **(page or {}), **histories.last_change(exc.current)}
    context |= {"current": exc.current, "differences": form.differences(exc.current), "sent": sent}
    return render(request, "conflict.html", context, status=412)
