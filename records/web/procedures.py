"""Pages of the catalogue of procedures."""

from hospital.kit.web.parts import PartsForm
from records.models import Procedure, ProcedurePrice

from .catalogues import PRICE_TODAY, CataloguePages, prices_of


class ProcedureForm(PartsForm):
    part_lists = prices_of(ProcedurePrice)

    class Meta:
        model = Procedure
        fields = ("code", "name", "department", "note")


class ProcedurePages(CataloguePages):
    """Procedures, which one may look at by department."""

    topic = "procedures"
    form_class = ProcedureForm
    columns = ("name", "code", "department", PRICE_TODAY)
    filters = ("department",)
    icon, order = "activity", 51
