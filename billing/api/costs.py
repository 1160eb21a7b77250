"""The REST door of what a treatment costs."""

from decimal import Decimal
from typing import Any, ClassVar
from uuid import UUID

from django.db.models import QuerySet
from django.http import HttpResponse
from rest_framework import serializers

from billing.models import EstimateLine
from billing.services import costs
from billing.services.costs import Cost, Line
from hospital.kit import audit, policy
from hospital.kit.actors import Actor
from hospital.kit.api import parameters
from hospital.kit.api.renderers import answer
from hospital.kit.api.views import ApiView
from hospital.kit.errors import NotVisible
from hospital.kit.quantities import plain
from records.models import Treatment

TREATMENT_ID = "019e8f71-4d5e-7f60-9b72-8d9e0f1a2b3c"
RULE = (
    "Each line is the price of one unit times the quantity, rounded half up to the currency's minor "
    "unit; the total is the sum of the lines."
)
LINES: list[dict[str, Any]] = [
    {
        "kind": "procedure",
        "item_id": "019e8f70-1a2b-7c3d-8e4f-5a6b7c8d9e0f",
        "name": "Joint injection",
        "form": "",
        "quantity": "1",
        "unit": "",
        "unit_price": "80.00",
        "price_valid_from": "2026-01-01",
        "price_valid_to": None,
        "amount": "80.00",
    },
    {
        "kind": "medication",
        "item_id": "019e8f70-2b3c-7d4e-9f50-6b7c8d9e0f1a",
        "name": "Doliprane 500 mg Tablet",
        "form": "tablet",
        "quantity": "2.5",
        "unit": "tablet",
        "unit_price": "1.25",
        "price_valid_from": "2026-01-01",
        "price_valid_to": "2026-06-30",
        "amount": "3.13",
    },
]
COST_SHOWN: dict[str, Any] = {
    "treatment_id": TREATMENT_ID,
    "currency": "EUR",
    "priced_on": "2026-03-16",
    "is_estimate": True,
    "total": "83.13",
    "lines": LINES,
}


class CostLineSerializer(serializers.Serializer):
    """One thing that costs, with the price it uses and how long that is valid."""

    kind = serializers.ChoiceField(choices=EstimateLine.Kind.choices)
    item_id = serializers.UUIDField(help_text="The entry of its catalogue.")
    name = serializers.CharField(
        help_text="Of a medication with its strength and its form in words."
    )
    form = serializers.CharField(help_text="The form of a medication; else empty.")
    quantity = serializers.CharField()
    unit = serializers.CharField(help_text="Empty for a procedure.")
    unit_price = serializers.CharField()
    price_valid_from = serializers.DateField()
    price_valid_to = serializers.DateField(
        allow_null=True, help_text="The last day; null until further notice."
    )
    amount = serializers.CharField(help_text=RULE)


class CostSerializer(serializers.Serializer):
    """What a treatment costs. Amounts are text, with the decimals of the currency."""

    treatment_id = serializers.UUIDField()
    currency = serializers.CharField(help_text="The hospital's, ISO 4217.")
    priced_on = serializers.DateField(
        help_text="The day whose prices count: when it was done, or is planned for, else today."
    )
    is_estimate = serializers.BooleanField(help_text="true while it is still to be done.")
    total = serializers.CharField(help_text="The sum of the amounts of the lines.")
    lines = CostLineSerializer(many=True)

    class Meta:
        model = Treatment
        shown: ClassVar[dict[str, Any]] = COST_SHOWN


class CostView(ApiView):
    """What a treatment costs, line by line."""

    permission = "billing.cost.read"
    # Which rows the id in the address is of; what is permitted is named after the cost.
    row_resource = Treatment.resource
    serializer_class = CostSerializer
    statuses: ClassVar[dict[str, tuple[int, ...]]] = {"get": (200, 400, 403, 404, 409)}
    object_id: UUID | None = None

    def initial(self, request: Any, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        policy.require(self.actor, self.permission)
        parameters.refuse_unknown(request, ())
        self.object_id = id_of(kwargs["pk"])

    def get(self, request: Any, pk: str) -> HttpResponse:
        """What the treatment costs by the prices of the day it was done on or is planned for, or of today.

        409 `price_missing` names everything that has no price on that day: nothing is left out.
        """
        treatment = treatment_of(self.actor, self.permission, self.object_id)
        audit.looked(
            self.actor, self.permission,
            object_id=treatment.pk, patient_ids=[treatment.patient_id],
        )  # fmt: skip
        return answer(_told(treatment, costs.of(self.actor, treatment)))

    def get_queryset(self) -> QuerySet:
        """What the id is of, for the schema alone."""
        return Treatment.objects.all()


def treatment_of(actor: Actor, permission: str, pk: UUID | None) -> Treatment:
    """The treatment, when it is in reach with ``permission``, with its hospital; else NotVisible.

    Who may see what it costs need not be who may see what was done.
    """
    within: Any = Treatment.objects.filter(policy.scope_q(actor, permission)).live()
    found = within.filter(pk=pk).select_related("hospital").first()
    if found is None:
        raise NotVisible
    return found


def id_of(text: str) -> UUID:
    """The id in an address; NotVisible when it is none."""
    try:
        return UUID(text)
    except ValueError:
        raise NotVisible from None


def _told(treatment: Treatment, cost: Cost) -> dict[str, Any]:
    return {
        "treatment_id": treatment.pk,
        "currency": cost.currency,
        "priced_on": cost.priced_on,
        "is_estimate": treatment.is_planned,
        "total": _text(cost.total),
        "lines": [_line(line) for line in cost.lines],
    }


def _line(line: Line) -> dict[str, Any]:
    return {
        "kind": line.kind,
        "item_id": line.item_id,
        "name": costs.in_words(line.name, line.form),
        "form": line.form,
        "quantity": plain(line.quantity),
        "unit": line.unit,
        "unit_price": _text(line.unit_price),
        "price_valid_from": line.valid_from,
        "price_valid_to": line.valid_to,
        "amount": _text(line.amount),
    }


def _text(amount: Decimal) -> str:
    return f"{amount:f}"
