"""What must be true before anybody is served: the schema, its guards, and whose database it is."""

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor

from hospital.kit import guards
from hospital.models import Installation

WRONG_MODE = {
    "production": "This is the demo's database: production must start on one of its own; name it in "
    "DATABASE_URL",
    "demo": "This database belongs to a real hospital, and the demo must stay away from it; give "
    "production its .env, or unset DATABASE_URL",
}


class NotReady(ImproperlyConfigured):
    """Serving would be unsafe; ``problems`` says why and what to do."""

    def __init__(self, problem: str) -> None:
        super().__init__(problem)
        self.problems = [problem]


@dataclass(frozen=True)
class Schema:
    """The schema in the database against the one this code knows."""

    executor: Any
    pending: tuple[str, ...]
    unknown: tuple[str, ...]


def schema() -> Schema:
    """Compare applied migrations with the code's. ``unknown`` ones are of a newer version."""
    executor = MigrationExecutor(connection)
    loader = executor.loader
    plan = executor.migration_plan(loader.graph.leaf_nodes())
    known = set(loader.disk_migrations)
    for migration in loader.disk_migrations.values():
        known |= {(migration.app_label, name) for _, name in migration.replaces}
    return Schema(
        executor,
        tuple(f"{step.app_label}.{step.name}" for step, _ in plan),
        tuple(sorted(f"{app}.{name}" for app, name in set(loader.applied_migrations) - known)),
    )


def too_new(found: Schema) -> str:
    """A sentence when the database was made by newer code, else the empty string."""
    if not found.unknown:
        return ""
    return (
        f"This code is older than the database, which already has {found.unknown[-1]}; "
        "start the newer version, or restore the backup made before it"
    )


def missing_guards() -> str:
    """A sentence naming the guards that the database lacks, else the empty string."""
    missing = guards.missing(connection)
    if not missing:
        return ""
    return (
        f"The database lacks {len(missing)} of its guards ({', '.join(missing[:3])}), which keep "
        "records from being overwritten or double-booked; put them back with: ./run doctor "
        "--reinstall-guards"
    )


def is_demo() -> bool | None:
    """Whether the database is a demo's; None while it is nobody's yet."""
    try:
        return Installation.objects.values_list("is_demo", flat=True).first()
    except DatabaseError:  # the table is not there before the first migration
        return None


def wrong_mode() -> str:
    """A sentence when a demo and a real hospital's database would meet, else the empty string."""
    found = is_demo()
    if found is None or settings.MODE not in WRONG_MODE or found is settings.IS_DEMO:
        return ""
    return WRONG_MODE[settings.MODE]


def verify() -> None:
    """Raise ``NotReady`` when a server on this database would be unsafe; leave no connection open.

    For every way to serve, also those that go round ``./run``.
    """
    try:
        found = schema()
        problem = too_new(found) or wrong_mode()
        if not problem and found.pending:
            problem = f"{len(found.pending)} migrations are pending; apply them with: ./run manage migrate"
        problem = problem or missing_guards()
    finally:
        _let_go()
    if problem:
        raise NotReady(problem)


def _let_go() -> None:
    """Processes forked later must not share this one's connection or its pool's threads."""
    connection.close()
    if connection.vendor == "postgresql":
        connection.close_pool()  # type: ignore[attr-defined]
