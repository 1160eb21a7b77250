"""Pages of the catalogue of medications."""

from typing import Any, ClassVar

from django.utils.translation import gettext_lazy as _

from hospital.kit.web.parts import PartsForm
from records.models import Medication, MedicationPrice

from .catalogues import PRICE_TODAY, CataloguePages, prices_of


class MedicationForm(PartsForm):
    part_lists = prices_of(MedicationPrice)

    class Meta:
        model = Medication
        fields = ("name", "generic_name", "form", "strength", "unit", "atc_code")
        help_texts: ClassVar[Any] = {
            "generic_name": _("The substance by its international name."),
            "strength": _("As it stands on the package, such as 500 mg."),
            "unit": _("What is counted when it is given out, and what has the price."),
            "atc_code": _("The WHO’s code of the substance, such as N02BE01."),
        }


class MedicationPages(CataloguePages):
    """Medications, by name."""

    topic = "medications"
    form_class = MedicationForm
    columns = ("name", "strength", "generic_name", "form", PRICE_TODAY)
    filters = ("form", "unit")
    icon, order = "pill", 50
