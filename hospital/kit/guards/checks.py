"""System checks: a guard that cannot hold is an error before anything runs."""

from typing import Any

from django.core import checks

from .registry import declared


@checks.register(checks.Tags.models)
def check_declarations(app_configs: Any = None, **_kwargs: Any) -> list[checks.CheckMessage]:
    """Ask every declared guard what is wrong with its declaration."""
    return [
        error
        for entry in declared(app_configs)
        for error in entry.guard.check_declaration(entry.model)
    ]
