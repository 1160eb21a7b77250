"""What every form of ours shares: the renderer, the widgets, and nothing about rules."""

from typing import Any

from django import forms
from django.forms.renderers import DjangoTemplates
from django.template import loader

from hospital.web import birthdates


class Renderer(DjangoTemplates):
    """Draws fields with our components; everything else as Django ships it.

    Set as FORM_RENDERER. `{{ form }}` and `field.as_field_group` come out as our fields too.
    """

    form_template_name = "components/form_fields.html"
    field_template_name = "components/field.html"

    def get_template(self, template_name: str) -> Any:
        if template_name.startswith("components/"):
            return loader.get_template(template_name)
        return super().get_template(template_name)


class PhoneInput(forms.TextInput):
    """A telephone number in any form, always left to right, never reformatted while typing."""

    input_type = "tel"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__({"dir": "ltr", "autocomplete": "off", **(attrs or {})})


class PartialDateWidget(forms.Widget):
    """Day, month and year in three boxes, or an age instead; see birthdates.read.

    The value is a `birthdates.Typed` string; `form["birth_date"].data.is_age` tells that only an
    age was given. With takes_age=False the age box is left out.
    """

    template_name = "components/widgets/partial_date.html"
    use_fieldset = True

    def __init__(self, attrs: dict[str, Any] | None = None, *, takes_age: bool = True) -> None:
        super().__init__(attrs)
        self.takes_age = takes_age

    def value_from_datadict(self, data: Any, files: Any, name: str) -> birthdates.Typed | None:
        boxes = {box: data.get(f"{name}_{box}", "") for box in birthdates.BOXES}
        if not any(f"{name}_{box}" in data for box in birthdates.BOXES):
            return data.get(name)
        return birthdates.read(boxes)

    def value_omitted_from_data(self, data: Any, files: Any, name: str) -> bool:
        return name not in data and all(f"{name}_{box}" not in data for box in birthdates.BOXES)

    def format_value(self, value: Any) -> Any:
        return value

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        boxes = birthdates.boxes_of(value)
        context["widget"] |= {"boxes": boxes, "takes_age": self.takes_age}
        return context

    def id_for_label(self, id_: str | None, index: Any = None) -> str:
        return f"{id_}_day" if id_ else ""


def age_was_given(form: forms.BaseForm, name: str) -> bool:
    """True when the partial date of that name came from the age box, so its year is an estimate."""
    typed = form[name].data
    return isinstance(typed, birthdates.Typed) and typed.is_age
