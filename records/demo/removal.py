"""Emptying a demo's database: the one place where records are destroyed."""

from django.core.cache import cache
from django.core.management import call_command
from django.db import connection

from hospital.kit.errors import RuleError
from hospital.kit.guards import lifted
from hospital.services import identity


def remove() -> None:
    """Empty every table; RuleError ``installation_not_empty`` unless this is a demo's database."""
    if not identity.is_demo():
        raise RuleError("installation_not_empty")
    with lifted(connection):
        call_command("flush", interactive=False, verbosity=0)
    cache.clear()
