"""``manage.py bench``: fill a database for measuring, then measure. In the mode ``bench`` only."""

import sys
import time
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection

from records.bench import calendars, seeding


class Command(BaseCommand):
    help = (
        "Measure speed, on a database of its own: OPENWARD_MODE=bench DATABASE_URL=… "
        "./run manage bench seed 100000, then … bench run."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        words = parser.add_subparsers(dest="word", required=True, metavar="COMMAND")
        seed = words.add_parser("seed", help="add invented patients, fast")
        seed.add_argument("count", type=_count, help="how many")
        seed.add_argument("--seed", type=int, default=1, help="other people for another number (1)")
        run = words.add_parser("run", help="one interleaved run of everything there is to compare")
        run.add_argument("--rounds", type=_count, default=9, help="how often each has its turn (9)")
        run.add_argument("--turn", type=float, default=0.15, help="seconds of a turn (0.15)")
        run.add_argument("--workers", type=_count, default=2, help="processes of each server (2)")

    def handle(self, *args: Any, **options: Any) -> None:
        if settings.MODE != "bench":
            raise CommandError("Measuring has a mode of its own: set OPENWARD_MODE=bench.")
        try:
            seeding.refuse_real()
            {"seed": self._seed, "run": self._run}[options["word"]](options)
        except seeding.NotForMeasuring as refused:
            raise CommandError(str(refused)) from None

    def _seed(self, options: dict[str, Any]) -> None:
        call_command("migrate", interactive=False, verbosity=0)
        count, started = options["count"], time.monotonic()

        def tell(done: int) -> None:
            spent = time.monotonic() - started
            end = "\n" if done == count else "\r"
            self.stdout.write(f"{done:,} of {count:,} patients, {spent:.0f} s", ending=end)
            self.stdout.flush()

        seeding.fill(count, seed=options["seed"], progress=tell if sys.stdout.isatty() else None)
        calendars.fill(seeding.largest())
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute("VACUUM ANALYZE")
        self.stdout.write(f"{count:,} patients in {time.monotonic() - started:.1f} s.")

    def _run(self, options: dict[str, Any]) -> None:
        from records.bench import running

        running.run(
            rounds=options["rounds"], turn=options["turn"], workers=options["workers"],
            out=self.stdout.write,
        )  # fmt: skip


def _count(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise ValueError
    return int(text)
