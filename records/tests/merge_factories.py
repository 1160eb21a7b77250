"""Merges of two charts, for tests."""

from typing import Any

import factory

from hospital.kit.ids import uuid7
from records.models import MergeEvent
from records.tests.factories import PatientFactory


class MergeEventFactory(factory.django.DjangoModelFactory):
    """A merge that somebody proposed, of two charts registered at its hospital."""

    class Meta:
        model = MergeEvent

    reason = "Registered twice"
    proposed_by = factory.LazyFunction(uuid7)

    @classmethod
    def _generate(cls, strategy: str, params: dict[str, Any]) -> MergeEvent:
        survivor, merged = PatientFactory.create_batch(2, at=params["hospital"])
        made: MergeEvent = super()._generate(
            strategy, {"survivor": survivor, "merged": merged, **params}
        )
        return made
