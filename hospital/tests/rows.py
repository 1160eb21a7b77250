"""A row of any kind, by the factories that there are."""

from typing import Any

from factory.django import DjangoModelFactory

from billing.tests import factories as billing_factories
from hospital.models import Hospital
from hospital.tests import factories
from records.tests import duplicate_factories, encounter_factories, merge_factories
from records.tests import factories as records_factories

MODULES = (
    factories, records_factories, encounter_factories, duplicate_factories, merge_factories,
    billing_factories,
)  # fmt: skip


def row_of(model: Any, hospital: Hospital, **facts: Any) -> Any:
    """A stored row of ``model`` at a hospital; of hospitals, that one. KeyError without a factory for it."""
    if model is Hospital:
        return hospital
    has_hospital = any(field.name == "hospital" for field in model._meta.fields)
    return _factories()[model](**{"hospital" if has_hospital else "at": hospital}, **facts)


def _factories() -> dict[Any, Any]:
    return {
        each._meta.model: each
        for module in MODULES
        for each in vars(module).values()
        if isinstance(each, type) and issubclass(each, DjangoModelFactory)
    }
