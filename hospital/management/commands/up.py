"""``manage.py up``: everything between a checkout and a server that may be started."""

import contextlib
import io
from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import connection

from hospital.kit import collected, database
from hospital.launch import steps
from hospital.models import Hospital
from hospital.services import preflight

ADVISORY_LOCK = 7_203_114_042  # any number that nobody else takes: "openward up"


class Command(BaseCommand):
    help = "Bring database and static files up to date, or say why that cannot be done."
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        steps.speak_utf8()
        if connection.vendor == "sqlite" and (warning := database.sqlite_warning()):
            steps.warn(warning)
        self._reach()
        with _alone():
            self._migrate()
        self._refuse_if(preflight.missing_guards())
        if settings.IS_DEMO:
            self._demo()
        if not collected.is_current():
            with steps.step("Collecting static files"):
                collected.collect()
        if not settings.IS_DEMO and not Hospital.objects.exists():
            steps.warn("There is no hospital yet; make the first with: ./run setup")

    def _reach(self) -> None:
        if reason := database.unreachable(connection):
            where = connection.settings_dict
            raise CommandError(
                f"The database at {where.get('HOST') or where['NAME']} cannot be reached ({reason}); "
                "check DATABASE_URL, and that the server runs."
            )

    def _migrate(self) -> None:
        found = preflight.schema()
        self._refuse_if(preflight.too_new(found))
        self._refuse_if(preflight.wrong_mode())
        if found.pending:
            with steps.step(f"Bringing the database up to date ({len(found.pending)} migrations)"):
                call_command("migrate", interactive=False, verbosity=0)

    def _demo(self) -> None:
        if not Hospital.objects.exists():
            with steps.step("Making a demo of two hospitals"):
                call_command("demo", create=True, verbosity=0, stdout=io.StringIO())
        elif not (settings.VAR_DIR / "demo.json").exists():
            steps.warn("The list of sign-ins is gone; begin the demo anew with: ./run demo --reset")

    def _refuse_if(self, problem: str) -> None:
        if problem:
            raise CommandError(f"{problem}.")


@contextlib.contextmanager
def _alone() -> Iterator[None]:
    """Keep a start on another machine from migrating the same PostgreSQL at the same time."""
    if connection.vendor != "postgresql":
        yield
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [ADVISORY_LOCK])
        try:
            yield
        finally:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [ADVISORY_LOCK])
