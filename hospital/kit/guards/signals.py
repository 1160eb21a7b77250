"""Keeping guards whole where the database does not do it by itself: SQLite.

A table that is built again breaks every trigger elsewhere that names it, and the migration stops
with "error in trigger …: no such table". So the guards over two tables are dropped before
migrations and put back after them. On PostgreSQL guards change in migrations alone.
"""

from typing import Any

from django.db import connections
from django.db.backends.signals import connection_created
from django.db.models.signals import post_migrate, pre_migrate
from django.dispatch import receiver

from . import cross_table
from .declarations import declared
from .registry import switch_on_replace_triggers


@receiver(connection_created, dispatch_uid="kit.guards.connection")
def _prepare_connection(connection: Any, **_kwargs: Any) -> None:
    switch_on_replace_triggers(connection)


@receiver(pre_migrate, dispatch_uid="kit.guards.before")
def _before_migrations(using: str, plan: Any = None, **_kwargs: Any) -> None:
    if plan:
        cross_table.drop_all(connections[using])


@receiver(post_migrate, dispatch_uid="kit.guards.after")
def _after_migrations(app_config: Any, using: str, **_kwargs: Any) -> None:
    cross_table.install(connections[using], declared([app_config]))
