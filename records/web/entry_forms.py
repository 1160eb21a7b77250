"""Fields that the forms of a chart's entries share."""

from collections.abc import Collection
from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from hospital.kit.web.forms import RecordForm
from records import codings


class CodeSystemField(forms.ChoiceField):
    """The system of a code, by name; one that a program sent under an address of its own stays."""

    def __init__(self, *, max_length: int | None = None, **options: Any):
        super().__init__(**options)

    def offer(self, *systems: str) -> None:
        """Say which systems there are to choose from."""
        self.choices = [("", _("None")), *((each, codings.NAMES[each]) for each in systems)]  # type: ignore[assignment]

    def prepare_value(self, value: Any) -> Any:
        """Offers what is shown too, whatever it is."""
        if value and value not in dict(self.choices):  # type: ignore[arg-type]
            self.choices = [*self.choices, (value, codings.NAMES.get(value, value))]  # type: ignore[misc]
        return value

    def valid_value(self, value: Any) -> bool:
        # Any system may be kept: what makes a valid code, the model says.
        return True


class EntryForm(RecordForm):
    """The form of an entry. ``wide`` fields stand over the whole width, in ``unsaid`` nothing may be chosen,
    ``systems`` are the code systems to choose from."""

    wide: ClassVar[Collection[str]] = ()
    unsaid: ClassVar[Collection[str]] = ()
    systems: ClassVar[Collection[str]] = ()

    class Meta:
        field_classes: ClassVar[Any] = {"code_system": CodeSystemField}
        widgets: ClassVar[Any] = {"note": forms.Textarea({"rows": 3})}

    def __init__(self, *args: Any, **options: Any):
        super().__init__(*args, **options)
        for name in self.unsaid:
            field: Any = self.fields[name]
            field.choices = [("", _("Not recorded")), *(row for row in field.choices if row[0])]
        self.fields["code_system"].offer(*self.systems)  # type: ignore[attr-defined]
