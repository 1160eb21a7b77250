"""Which guards are declared."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.db.models import Model

from .base import Guard
from .parts import Part


@dataclass(frozen=True, slots=True)
class Declared:
    """A guard and the model that declares it."""

    model: type[Model]
    guard: Guard

    def parts(self, connection: Any) -> list[Part]:
        return self.guard.parts(self.model, connection.schema_editor())


def declared(app_configs: Iterable[Any] | None = None) -> list[Declared]:
    """Return every guard declared in these apps (all by default), in the order of the models."""
    configs = apps.get_app_configs() if app_configs is None else app_configs
    return [
        Declared(model, constraint)
        for config in configs
        for model in config.get_models(include_auto_created=True)
        if model._meta.managed and not model._meta.proxy
        for constraint in model._meta.constraints
        if isinstance(constraint, Guard)
    ]
