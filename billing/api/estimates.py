"""The REST door of estimates: made of a treatment, read, and never changed."""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any, ClassVar
from uuid import UUID

import django_filters
from django.db.models import QuerySet
from django.http import HttpResponse
from drf_spectacular.utils import OpenApiParameter
from rest_framework import serializers

from billing.models import Estimate, EstimateLine
from billing.services import costs
from hospital.api.examples import as_shown
from hospital.kit import audit, keyset
from hospital.kit.api.answers import PARAMETERS
from hospital.kit.api.idempotent import once
from hospital.kit.api.renderers import answer
from hospital.kit.api.rows import Rows
from hospital.kit.api.serializers import Checked, PartSerializer, RecordSerializer
from hospital.kit.api.viewsets import ReadViewSet
from hospital.kit.api.writes import PassingViewSet
from hospital.kit.money import rounded
from records.models import Treatment

from .costs import COST_SHOWN, RULE, treatment_of

PATIENT_ID = "019e8f6a-1c1e-7b52-9d0e-3f5a7c2b9d10"
MADE_BY_ID = "019e8f69-77aa-7c31-8a44-52f0d1c3e6b7"


class AlwaysField(serializers.BooleanField):
    """What is true of every row."""

    def __init__(self, **options: Any):
        super().__init__(read_only=True, source="pk", **options)

    def by_parent(self, ids: Iterable[UUID], context: Mapping[str, Any]) -> dict[UUID, bool]:
        return dict.fromkeys(ids, True)

    def to_representation(self, value: Any) -> bool:
        return True


class EstimateLineSerializer(PartSerializer):
    """One thing that costs, with the price it used and how long that was valid."""

    price_valid_from = serializers.DateField(source="valid_from")
    price_valid_to = serializers.DateField(
        source="valid_to", allow_null=True, help_text="The last day; null until further notice."
    )

    class Meta(PartSerializer.Meta):
        model = EstimateLine
        fields = (
            "kind", "item_id", "name", "form", "quantity", "unit", "unit_price", "price_valid_from",
            "price_valid_to", "amount",
        )  # fmt: skip
        extra_kwargs: ClassVar[dict[str, Any]] = {
            "item_id": {"help_text": "The entry of its catalogue."},
            "name": {"help_text": "Of a medication with its strength and its form in words."},
            "form": {"help_text": "The form of a medication; else empty."},
            "unit": {"help_text": "Empty for a procedure."},
            "amount": {"help_text": RULE},
        }


class EstimateSerializer(RecordSerializer):
    """What a treatment would cost, as it was told on a day. It stays when a price changes."""

    treatment_id = serializers.UUIDField(read_only=True)
    patient_id = serializers.UUIDField(read_only=True, source="treatment.patient_id")
    is_estimate = AlwaysField(help_text="Always true, as of a cost that is still to come.")
    lines = EstimateLineSerializer(many=True, read_only=True)
    made_by_id = serializers.UUIDField(
        read_only=True, allow_null=True, source="made_by", help_text="The account that made it."
    )

    class Meta:
        model = Estimate
        fields = (
            "id", "treatment_id", "patient_id", "currency", "priced_on", "is_estimate", "total",
            "lines", "made_by_id", "created_at",
        )  # fmt: skip
        read_only_fields = fields
        extra_kwargs: ClassVar[dict[str, Any]] = {
            "currency": {"help_text": "The hospital's, ISO 4217."},
            "priced_on": {"help_text": "The day whose prices were used."},
            "total": {"help_text": "The sum of the amounts of the lines."},
        }
        shown: ClassVar[dict[str, Any]] = as_shown(
            fields, COST_SHOWN, patient_id=PATIENT_ID, made_by_id=MADE_BY_ID
        )

    @staticmethod
    def finish(row: dict[str, Any]) -> None:
        """Names and amounts as a cost tells them: with the form, with the decimals of the currency."""
        currency = row["currency"]
        row["total"] = _text(row["total"], currency)
        for line in row["lines"]:
            line["name"] = costs.in_words(line["name"], line["form"])
            for name in ("unit_price", "amount"):
                line[name] = _text(line[name], currency)

    def to_representation(self, instance: Estimate) -> dict[str, Any]:
        shown = super().to_representation(instance)
        self.finish(shown)
        return shown


def _text(amount: str, currency: str) -> str:
    return f"{rounded(Decimal(amount), currency):f}"


class EstimateFilters(django_filters.FilterSet):
    """Estimates by what they are of."""

    treatment_id = django_filters.UUIDFilter(help_text="Estimates of this treatment.")
    patient_id = django_filters.UUIDFilter(
        field_name="treatment__patient_id", help_text="Of treatments of this patient."
    )

    class Meta:
        model = Estimate
        fields = ("treatment_id", "patient_id")


class EstimatesView(ReadViewSet):
    """What every address of estimates shows, the latest first."""

    serializer_class: Any = EstimateSerializer
    patient_field = "patient_id"
    # Nothing about an estimate changes: it was last changed when it was made.
    orderings: ClassVar[dict[str, Any]] = {
        **ReadViewSet.orderings,
        "updated_at": ("created_at", "id"),
        "-updated_at": ("-created_at", "-id"),
    }
    default_ordering = "-id"

    def version_of(self, row: dict[str, Any]) -> int | None:
        return Estimate.version

    def changed_since(self, queryset: QuerySet, since: Any) -> QuerySet:
        return queryset.filter(created_at__gte=since)


class EstimateViewSet(EstimatesView):
    """The estimates made at the token's hospital."""

    topic = "estimates"
    filterset_class = EstimateFilters


class EstimatesOfTreatment(EstimatesView):
    """The estimates of one treatment."""

    row_resource = Treatment.resource
    actions_of_policy: ClassVar[dict[str, str]] = {"estimates": "list"}
    lists = ("estimates",)
    statuses: ClassVar[dict[str, tuple[int, ...]]] = {"estimates": (200, 400, 403, 404)}
    documented = tuple(
        OpenApiParameter(name, PARAMETERS[name][0], "query", description=PARAMETERS[name][1])
        for name in ("limit", "cursor")
    )

    def parameters(self) -> tuple[str, ...]:
        return ("limit", "cursor")

    def estimates(self, request: Any, pk: str) -> HttpResponse:
        """What it was estimated at, the latest first."""
        treatment = treatment_of(self.actor, self.permission, self.object_id)
        order, asked = self.orderings[self.default_ordering], request.query_params
        reader = Rows(self.serializer_class, self.context())
        found = keyset.page(
            reader.values(self.visible().filter(treatment=treatment)), order=order,
            limit=keyset.limit_of(asked.get("limit")), cursor=asked.get("cursor"),
            bound_to=(self.actor.hospital_id, treatment.pk),
        )  # fmt: skip
        audit.looked(
            self.actor, self.permission,
            object_id=treatment.pk, patient_ids=[treatment.patient_id],
        )  # fmt: skip
        return answer({"results": reader.shown(found.rows), "next": self._next(found.next)})


class NothingSerializer(Checked):
    """Nothing needs to be said."""

    class Meta:
        sent: ClassVar[dict[str, Any]] = {}


class EstimateOfTreatment(EstimatesView, PassingViewSet):
    """An estimate is made of a treatment that is still to be done."""

    row_resource = Treatment.resource
    actions_of_policy: ClassVar[dict[str, str]] = {"estimate": "create"}
    bodies: ClassVar[dict[str, Any]] = {"estimate": NothingSerializer}
    statuses: ClassVar[dict[str, tuple[int, ...]]] = {
        "estimate": (201, 400, 403, 404, 409, 413, 415, 422)
    }

    def estimate(self, request: Any, pk: str) -> HttpResponse:
        """Write down what the treatment would cost by the prices of now; it stays when they change.

        409 `price_missing` names everything that has no price on that day.
        """
        return self.posted(once(request, status=201, work=self._made))

    def _made(self) -> Estimate:
        treatment = treatment_of(self.actor, self.permission, self.object_id)
        NothingSerializer(data=self.request.data).is_valid(raise_exception=True)
        return costs.estimate(self.actor, treatment=treatment)
