"""The REST door of the catalogue of procedures."""

import django_filters

from hospital.api.examples import PARENT_ID, PART_HELP, as_shown
from hospital.kit.api.fields import MoneyText, ReferenceField
from hospital.models import Department
from records.models import Procedure, ProcedurePrice

from .catalogues import (
    FIRST,
    LAST,
    CatalogueSerializer,
    CodedFilters,
    CodedViewSet,
    EntryPriceSerializer,
    prices_field,
    prices_sent,
)


class ProcedurePriceSerializer(EntryPriceSerializer):
    """What it costs to do a procedure once, from a day to a day."""

    class Meta(EntryPriceSerializer.Meta):
        model = ProcedurePrice


class ProcedureSerializer(CatalogueSerializer):
    """A procedure of the token's hospital: something that is done for a patient."""

    department_id = ReferenceField(
        Department, source="department", required=False, allow_null=True,
        help_text="The department that does it; null when all of them do.",
    )  # fmt: skip
    prices = prices_field(ProcedurePriceSerializer)
    price_today = MoneyText(
        read_only=True, allow_null=True,
        help_text="What doing it once costs on this day of the hospital's zone; null when no price is valid.",
    )  # fmt: skip

    class Meta:
        model = Procedure
        fields = (*FIRST, "code", "name", "department_id", "note", *LAST)
        extra_kwargs = PART_HELP
        sent = {
            "code": "ECG12",
            "name": "Electrocardiogram, 12 leads",
            "department_id": PARENT_ID,
            "note": "At rest",
            "prices": prices_sent("31.00", "32.50"),
            "external_id": "HIS-7",
        }
        shown = as_shown(fields, sent, price_today="31.00", currency="EUR")


class ProcedureFilters(CodedFilters):
    """Procedures by code, name and department."""

    department_id = django_filters.UUIDFilter(help_text="Procedures of this department alone.")

    class Meta:
        model = Procedure
        fields = ("code", "name", "department_id")


class ProcedureViewSet(CodedViewSet):
    """The procedures of the token's hospital, by code."""

    topic = "procedures"
    serializer_class = ProcedureSerializer
    filterset_class = ProcedureFilters
