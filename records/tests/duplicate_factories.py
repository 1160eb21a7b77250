"""Two charts that may be of one person, for tests."""

from typing import Any

import factory

from records.models import DuplicatePair
from records.tests.factories import PatientFactory


class DuplicatePairFactory(factory.django.DjangoModelFactory):
    """An open pair of two charts registered ``at`` a hospital, or of the ``charts`` that are given."""

    class Meta:
        model = DuplicatePair

    score = 200
    agrees = factory.LazyFunction(lambda: ["name", "birth_date"])

    @classmethod
    def _generate(cls, strategy: str, params: dict[str, Any]) -> DuplicatePair:
        hospital = params.pop("at", None)
        charts = params.pop("charts", None) or PatientFactory.create_batch(
            2, **({"at": hospital} if hospital else {})
        )
        params["first"], params["second"] = sorted(charts, key=lambda chart: chart.pk)
        made: DuplicatePair = super()._generate(strategy, params)
        return made
