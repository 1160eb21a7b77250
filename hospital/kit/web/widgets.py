"""Controls that the browser draws itself."""

from typing import Any

from django import forms


class DateInput(forms.DateInput):
    """A day, by the browser's own picker; one control with one label."""

    input_type = "date"

    def __init__(self, attrs: dict[str, Any] | None = None):
        super().__init__(attrs, format="%Y-%m-%d")


class DateTimeInput(forms.DateTimeInput):
    """A moment in the hospital's zone, in the same way."""

    input_type = "datetime-local"

    def __init__(self, attrs: dict[str, Any] | None = None):
        super().__init__(attrs, format="%Y-%m-%dT%H:%M")
