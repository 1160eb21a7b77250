"""Medications from a file."""

from django.utils.translation import gettext_lazy as _

from hospital.services.import_records import RecordKind
from records.models import Medication


def medications() -> RecordKind:
    """The catalogue of medications; what they cost is entered on their pages."""
    return RecordKind(
        "medications", _("Medications"), Medication,
        {"name": ("product", "brand", "drug"), "generic_name": ("generic", "substance", "active_ingredient"),
         "form": ("dosage_form",), "strength": ("dose",), "unit": (), "atc_code": ("atc",)},
        ["name", "form", "strength"],
    )  # fmt: skip
