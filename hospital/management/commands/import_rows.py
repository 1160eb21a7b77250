"""``manage.py import_rows KIND FILE``: a table of one's own, brought in."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from hospital.kit import phones
from hospital.kit.actors import Actor
from hospital.kit.acts import in_transaction
from hospital.kit.errors import Refusal, errors_of
from hospital.models import Hospital, ImportBatch
from hospital.services import import_files, import_kinds, import_running, imports
from hospital.services.identity import command_actor

State = ImportBatch.State
SHOWN = 20


class Command(BaseCommand):
    help = (
        "Bring a CSV or XLSX file into a hospital: good rows in, broken rows told. Killed and started again with "
        "the same file it goes on where it was."
    )
    kind = ""

    def add_arguments(self, parser: ArgumentParser) -> None:
        if not self.kind:
            parser.add_argument("kind", choices=[kind.name for kind in import_kinds.every()])
        parser.add_argument("file", type=Path)
        parser.add_argument("--hospital", required=True, help="the code of the hospital")
        parser.add_argument(
            "--map", nargs="*", default=[], metavar="COLUMN=FIELD",
            help="which field a column holds where its heading does not say so; COLUMN= leaves it out",
        )  # fmt: skip
        parser.add_argument(
            "--likely",
            choices=import_kinds.EVERY_WAY,
            default="",
            help="what to do with likely duplicates (skip)",
        )
        parser.add_argument(
            "--dates",
            choices=import_kinds.DATE_ORDERS,
            default="",
            help="how dates are written (told by the file)",
        )
        parser.add_argument(
            "--encoding",
            choices=["cp1252"],
            default="",
            help="of a CSV file that is neither UTF-8 nor UTF-16",
        )
        parser.add_argument("--broken", type=Path, help="where to write the rows that are not in")
        parser.add_argument("--dry-run", action="store_true", help="say what would be done")

    def handle(self, *args: Any, **options: Any) -> None:
        here = Hospital.objects.live().filter(code=options["hospital"]).first()
        if here is None:
            raise CommandError(f"There is no hospital {options['hospital']}.")
        actor = command_actor(here.pk, "administrator", name="import")
        try:
            with timezone.override(here.zone), phones.activated(here.country):
                self._done(actor, self._brought_in(actor, options), options)
        except (Refusal, OSError) as exc:
            raise CommandError(str(getattr(exc, "detail", exc))) from exc
        except ValidationError as exc:
            raise CommandError(
                " ".join(text for rows in errors_of(exc).values() for _, text in rows)
            ) from exc

    def _brought_in(self, actor: Actor, options: dict[str, Any]) -> ImportBatch:
        kind = import_kinds.get(self.kind or options["kind"])
        with options["file"].open("rb") as file:
            received = imports.receive(file, options["encoding"])
        if begun := _begun(actor, kind, received):
            imports.forget(received)
            self.stdout.write(f"Going on after row {begun.position} of {begun.rows}.")
            return import_running.bring_in(lambda: actor, begun.pk, self._tell)
        try:
            chosen = _chosen(kind, received, options)
            batch = in_transaction(lambda: _begin(actor, kind, received, chosen, options))
        except BaseException:
            imports.forget(received)
            raise
        run = import_running.check if options["dry_run"] else import_running.bring_in
        return run(lambda: actor, batch.pk, self._tell)

    def _done(self, actor: Actor, batch: ImportBatch, options: dict[str, Any]) -> None:
        self.stdout.write(
            f"{batch.rows} rows: {batch.created} new, {batch.linked} linked, {batch.skipped} left out, "
            f"{batch.broken} broken; {batch.likely} are likely there already."
        )
        for row in import_files.to_look_at(batch, SHOWN):
            for column, code, said in import_files.told(batch, row):
                self.stderr.write(f"row {row.number}: {column}: {said} ({code})")
        if options["broken"]:
            with options["broken"].open("w+b") as file:
                import_files.write_left(actor, batch=batch, file=file)
        if options["dry_run"]:
            self.stdout.write("Nothing was stored: this was a dry run.")
        if batch.broken:
            raise CommandError(f"{batch.broken} rows are broken; --broken FILE writes them out.")

    def _tell(self, done: int, total: int) -> None:
        if done % 1000 == 0 or done == total:
            self.stdout.write(f"{done} of {total}", ending="\n")


def _begun(actor: Actor, kind: Any, received: imports.Received) -> ImportBatch | None:
    """The import of this very file that a command began and that did not end."""
    rows = ImportBatch.objects.filter(hospital_id=actor.here, kind=kind.name, user_id=None)
    return rows.filter(digest=received.digest, state=State.IMPORTING).exclude(file="").first()


def _begin(
    actor: Actor, kind: Any, received: imports.Received, chosen: list[str], options: dict[str, Any]
) -> ImportBatch:
    batch = imports.create(actor, kind=kind.name, received=received, file_name=options["file"].name)
    how = {
        "likely": options["likely"],
        "dates": options["dates"] or imports.dates_in(batch, kind, chosen),
    }
    batch = imports.choose(actor, batch=batch, fields=chosen, **how)
    return batch if options["dry_run"] else imports.begin(actor, batch=batch, unchecked=True)


def _chosen(kind: Any, received: imports.Received, options: dict[str, Any]) -> list[str]:
    headings = received.table.headings
    fields = dict(zip(headings, import_kinds.guessed(kind, headings), strict=True))
    for pair in options["map"]:
        heading, sign, name = pair.partition("=")
        if not sign or heading not in fields:
            raise CommandError(f"There is no column {heading!r}; there are: {', '.join(headings)}.")
        fields[heading] = name
    return [fields[heading] for heading in headings]
