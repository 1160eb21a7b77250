"""A row of any kind, by the factories that there are."""

from typing import Any

from factory.django import DjangoModelFactory

from hospital.models import Hospital
from hospital.tests import factories
from records.tests import factories as records_factories


def row_of(model: Any, hospital: Hospital, **facts: Any) -> Any:
    """A stored row of ``model`` at a hospital; of hospitals, that one. KeyError without a factory for it."""
    if model is Hospital:
        return hospital
    has_hospital = any(field.name == "hospital" for field in model._meta.fields)
    return _factories()[model](**{"hospital" if has_hospital else "at": hospital}, **facts)


def _factories() -> dict[Any, Any]:
    return {
        each._meta.model: each
        for module in (factories, records_factories)
        for each in vars(module).values()
        if isinstance(each, type) and issubclass(each, DjangoModelFactory)
    }
