"""What commands that measure have in common: the mode, the database of its own, the rounds."""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser


class Measuring(BaseCommand):
    """Measures with ``measure(rounds=…, out=…)`` on a migrated database that is no demo and no hospital's."""

    # Whether it looks at pages, which need the static files collected.
    looks_at_pages = False

    def measure(self, *, rounds: int, out: Callable[[str], None]) -> None:
        """Measure and print."""
        raise NotImplementedError

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--rounds", type=int, default=9, help="how often each has its turn (9)")

    def handle(self, *args: Any, **options: Any) -> None:
        from . import seeding

        if settings.MODE != "bench":
            raise CommandError("Measuring has a mode of its own: set OPENWARD_MODE=bench.")
        try:
            seeding.refuse_real()
        except seeding.NotForMeasuring as refused:
            raise CommandError(str(refused)) from None
        call_command("migrate", interactive=False, verbosity=0)
        if self.looks_at_pages:
            call_command("collectstatic", interactive=False, verbosity=0)
        self.measure(rounds=max(1, options["rounds"]), out=self.stdout.write)
