"""Phone numbers in forms."""

from typing import Any

from hospital.kit import phones
from hospital.web.forms import PhoneInput


class SpacedPhoneInput(PhoneInput):
    """Shows a stored number spaced for reading; what was typed comes back as it was typed."""

    def format_value(self, value: Any) -> str:
        return phones.spaced(str(value)) if value else ""
