"""What the modules of a package declare: what is found by its module needs no place in a list."""

import pkgutil
from importlib import import_module
from types import ModuleType
from typing import Any

from django.apps import apps


def modules(package: str) -> list[ModuleType]:
    """Every module of a package, imported, in the order of their names."""
    path = import_module(package).__path__
    return [import_module(f"{package}.{found.name}") for found in pkgutil.iter_modules(path)]


def declared(package: str, base: Any) -> list[Any]:
    """The classes of a ``topic`` under ``base`` in a package, each of a ``model``, in the order of the tables."""
    tables = list(apps.get_models())
    found = {
        each
        for module in modules(package)
        for each in vars(module).values()
        if isinstance(each, type) and issubclass(each, base) and "topic" in vars(each)
    }
    return sorted(found, key=lambda each: tables.index(each.model))
