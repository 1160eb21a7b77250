"""Promises that the database itself keeps, on PostgreSQL and on SQLite alike.

A guard is declared in ``Meta.constraints``; a row that breaks it is an ``IntegrityError`` naming
the guard, whichever door or tool wrote it, and ``full_clean()`` finds it beforehand with a code and
a sentence. ``missing(connection)`` names the declared guards that a database lacks.
"""

from . import checks, signals  # noqa: F401 (registers the system checks and the receivers)
from .append_only import AppendOnly
from .at_most import AtMost
from .base import Guard
from .declarations import declared
from .no_chain import NoChain
from .no_overlap import NoOverlap
from .registry import drop, lifted, missing, reinstall
from .same_tenant import SameTenant

__all__ = [
    "AppendOnly",
    "AtMost",
    "Guard",
    "NoChain",
    "NoOverlap",
    "SameTenant",
    "declared",
    "drop",
    "lifted",
    "missing",
    "reinstall",
]
