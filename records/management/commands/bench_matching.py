"""``manage.py bench_matching FOLDER``: how well people are found again. In the mode ``bench`` only."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser

from hospital.models import Role
from hospital.services.identity import command_actor
from records.bench import matching, seeding


class Command(BaseCommand):
    help = (
        "Register the FEBRL sets of FOLDER in a database for measuring, and print how many of their true "
        "pairs searching and the check for duplicates find."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", type=Path, help="with dataset1.csv, dataset1_truth.csv, …")
        parser.add_argument("--sets", type=int, nargs="*", default=[1, 3], help="which (1 3)")
        parser.add_argument("--every", type=int, default=1, help="search for each so-manieth (1)")
        parser.add_argument(
            "--strangers", type=int, default=0, help="how many invented people to try"
        )
        parser.add_argument(
            "--round", action="store_true", help="time a whole round for the list of duplicates"
        )

    def _tell(self, told: matching.Listed, found: str = "") -> None:
        self.stdout.write(
            f"  list of duplicates: {told.charts:,} charts in {told.seconds:.1f} s, "
            f"{told.grown:.1f} MiB more memory{found}"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if settings.MODE != "bench":
            raise CommandError("Measuring has a mode of its own: set OPENWARD_MODE=bench.")
        try:
            seeding.refuse_real()
        except seeding.NotForMeasuring as refused:
            raise CommandError(str(refused)) from None
        call_command("migrate", interactive=False, verbosity=0)
        for number in options["sets"]:
            found = matching.measure(options["folder"], number, every=options["every"])
            self.stdout.write(f"Set {number}: {found.people:,} people, {found.pairs:,} true pairs")
            self.stdout.write(
                f"  duplicates: recall {found.recall:.3f}, precision {found.precision:.3f}"
            )
            for label, recall in found.searched.items():
                self.stdout.write(f"  search by {label}: recall at 5 {recall:.3f}")
            self._tell(
                found.listed,
                f", recall {found.listed.recall:.3f}, precision {found.listed.precision:.3f}",
            )
        count = options["strangers"]
        if not (count or options["round"]):
            return
        actor = command_actor(seeding.largest().pk, Role.INTEGRATOR, name="bench")
        if options["round"]:
            self._tell(matching.whole_round(actor))
        if count:
            share = matching.warned(actor, of=count)
            self.stdout.write(f"Warned of {share:.2%} of {count:,} people who are none")
