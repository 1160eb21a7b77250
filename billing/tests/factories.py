"""How tests make what is money's. Nothing is audited."""

import factory

from billing.models import Estimate, EstimateLine
from records.tests.encounter_factories import TreatmentFactory


class EstimateFactory(factory.django.DjangoModelFactory):
    """What a treatment would have cost: its procedure alone, 80 euros."""

    class Meta:
        model = Estimate
        skip_postgeneration_save = True  # it is append-only

    treatment = factory.SubFactory(TreatmentFactory)
    hospital = factory.LazyAttribute(lambda row: row.treatment.hospital)
    priced_on = "2026-03-01"
    currency = "EUR"
    total = "80"

    @classmethod
    def _generate(cls, strategy, params):
        """Where and whose it is, when that is told, is where and whose the treatment is."""
        told = {name: params[name] for name in ("hospital", "patient") if name in params}
        params = {name: value for name, value in params.items() if name != "patient"}
        if told and "treatment" not in params:
            params["treatment"] = TreatmentFactory(**told)
        return super()._generate(strategy, params)

    @factory.post_generation
    def lines(self, create, extracted, **more):
        procedure = self.treatment.procedure
        EstimateLine.objects.create(
            estimate=self, position=1, kind="procedure", item_id=procedure.pk, name=procedure.name,
            quantity=1, unit_price="80", valid_from="2026-01-01", amount="80",
        )  # fmt: skip
