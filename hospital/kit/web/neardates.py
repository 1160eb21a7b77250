"""A day around today in one box of text: t, +3, 27 Mar, 27/3/87 or as it is shown."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from hospital.kit import typeddates


class NearDateInput(forms.DateInput):
    """Text, always left to right; a day that stands is shown as on every page: 27-Mar-1987."""

    def __init__(self, attrs: dict[str, Any] | None = None):
        usual = {"dir": "ltr", "autocomplete": "off", "size": 14}
        super().__init__({**usual, **(attrs or {})}, format="%d-%b-%Y")


class NearDateField(forms.DateField):
    """Takes what ``typeddates.near`` understands; anything else is ``invalid`` and stays to be mended."""

    widget = NearDateInput
    default_error_messages = {
        "invalid": _(
            "This is no day. Write it like 27-Mar-2026, t for today or +3 for in three days."
        )
    }

    def __init__(self, **options: Any):
        usual = _("Like 27-Mar-2026; t is today, +3 in three days.")
        options["help_text"] = options.get("help_text") or usual
        super().__init__(**options)

    def to_python(self, value: Any) -> Any:
        if isinstance(value, str) and (day := typeddates.near(value)):
            return day
        return super().to_python(value)
