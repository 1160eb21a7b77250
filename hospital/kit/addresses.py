"""Addresses of records for rows: Django looks through all patterns of a name for each ``reverse`` (0.2 ms)."""

from functools import lru_cache
from typing import Any
from uuid import UUID

from django.urls import get_script_prefix, get_urlconf, reverse

_SOME = UUID(int=(1 << 128) - 1)


def of(name: str, pk: Any) -> str:
    """What ``reverse(name, args=[pk])`` gives for the id of a record."""
    before, after = _around(name, get_script_prefix(), get_urlconf())
    return f"{before}{pk}{after}"


@lru_cache(maxsize=512)
def _around(name: str, prefix: str, urlconf: str | None) -> tuple[str, str]:
    before, _, after = reverse(name, args=[_SOME]).partition(str(_SOME))
    return before, after
