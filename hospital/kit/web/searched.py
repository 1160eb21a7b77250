"""A picker of many: one types a part of the name and chooses from what fits. It needs no script.

Django's own search for pickers (Select2) costs 55 KB, compressed, and opened it has two critical
violations of axe's rules (``label`` and ``aria-required-attr``).
"""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from hospital.kit.codes import sentence


class SearchedInput(forms.TextInput):
    """Text with a list of what may be chosen, which the browser narrows while one types."""

    template_name = "components/widgets/searched.html"
    choices: Any = ()

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        context["widget"]["options"] = [label for chosen, label in self.choices if chosen]
        return context


class SearchedChoiceField(forms.ModelChoiceField):
    """One record by what it is called, with its code, username or what else tells it from others of the
    same name (``told_apart``); its name alone, when it is the only one, and its id are understood as well."""

    widget = SearchedInput

    def __init__(self, queryset: Any, **options: Any):
        options["help_text"] = options.get("help_text") or _("Type part of the name and choose.")
        super().__init__(queryset, **options)

    def label_from_instance(self, obj: Any) -> str:
        names = ("code", "username", "told_apart")
        distinct = next((told for name in names if (told := getattr(obj, name, ""))), "")
        return f"{obj} ({distinct})" if distinct else str(obj)

    def prepare_value(self, value: Any) -> Any:
        """What stands in the box: the record's label, or what was typed instead."""
        if not value or hasattr(value, "_meta"):
            return super().prepare_value(value)  # one of those offered
        rows: Any = self.queryset
        try:
            found = rows.filter(pk=value).first()
        except (ValidationError, ValueError):
            return value
        return self.label_from_instance(found) if found else value

    def to_python(self, value: Any) -> Any:
        """The record. ValidationError ``retired_choice`` or ``invalid_choice``."""
        if value in self.empty_values:
            return None
        if named := self._called(str(value), self.queryset):
            return named
        visible: Any = getattr(self, "visible", None)
        if visible is not None and self._called(str(value), visible.retired()):
            raise ValidationError(sentence("retired_choice"), "retired_choice")
        try:
            return super().to_python(value)
        except ValidationError as exc:  # among them that this is no id
            raise ValidationError(sentence("invalid_choice"), "invalid_choice") from exc

    def _called(self, text: str, rows: Any) -> Any:
        """The only one of the rows with this label, or else with this name, or None."""
        wanted, every = text.strip().casefold(), list(rows)
        for told in (self.label_from_instance, str):
            found = [row for row in every if told(row).casefold() == wanted]
            if len(found) == 1:
                return found[0]
        return None
