"""``manage.py import_synthea``: a population that Synthea made, to try the product on."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from hospital.models import Hospital, Membership, Role, User
from hospital.services import identity
from hospital.services.identity import Workplace
from records.synthea import running
from records.synthea.reading import Source

SHOWN = 20


class Command(BaseCommand):
    help = (
        "Bring a population that Synthea made (a folder of its CSV files) into a hospital. What was brought "
        "in before is left alone, so it is safe to run again."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("folder", type=Path, help="where the CSV files are")
        parser.add_argument("--hospital", required=True, help="the code of the hospital")
        parser.add_argument(
            "--account", required=True, help="an integrator's account at it: the source"
        )
        parser.add_argument("--dry-run", action="store_true", help="say what would be done")

    def handle(self, *args: Any, **options: Any) -> None:
        source = Source(options["folder"])
        if missing := source.missing():
            raise CommandError(f"Missing in {source.folder}: {', '.join(missing)}.")
        actor = _integrator(options["account"], options["hospital"])
        counted = running.run(actor, source, is_dry=options["dry_run"], told=self._tell)
        errors = [error for each in counted.values() for error in each.errors]
        for error in errors[:SHOWN]:
            self.stderr.write(error)
        if options["dry_run"]:
            self.stdout.write("Nothing was stored: this was a dry run.")
        if errors:
            raise CommandError(f"{len(errors)} rows could not be brought in; all others are there.")

    def _tell(self, name: str, counted: running.Counted) -> None:
        self.stdout.write(
            f"{name}: {counted.added} added, {counted.known} known, {len(counted.errors)} refused"
        )


def _integrator(username: str, code: str) -> Any:
    hospital = Hospital.objects.live().filter(code=code).first()
    user = User.objects.live().filter(username=username).first()
    held = Membership.objects.filter(user=user, hospital=hospital, role=Role.INTEGRATOR)
    if hospital is None or user is None or not held.live().exists():
        raise CommandError(f"{username} is no integrator at a hospital {code}.")
    place = Workplace(hospital, frozenset({str(Role.INTEGRATOR)}))
    return identity.actor_of(user, place, door="command")
