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
from hospital.services import (
    import_dates,
    import_files,
    import_kinds,
    import_results,
    import_running,
    imports,
)
from hospital.services.identity import command_actor

State = ImportBatch.State
SHOWN = 20
# How dates are read, and how to have them read otherwise.
READ = {
    "dmy": "Dates are read day, month, year; --dates mdy reads them month first.",
    "mdy": "Dates are read month, day, year; --dates dmy reads them day first.",
    "ymd": "Dates are read year, month, day; --dates dmy reads them day first.",
}


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
        parser.add_argument(
            "--broken", type=Path, help="where to write the rows that are not in (.csv or .xlsx)"
        )
        parser.add_argument(
            "--result", type=Path, help="where to write what became of every row, likewise"
        )
        parser.add_argument("--dry-run", action="store_true", help="say what would be done")

    def handle(self, *args: Any, **options: Any) -> None:
        here = Hospital.objects.live().filter(code__iexact=options["hospital"]).first()
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
        _refuse_way(kind, options["likely"])
        received = _received(options["file"], options["encoding"])
        if received.table.sheets:
            read, *others = received.table.sheets
            self.stdout.write(
                f"Only the first sheet is read: {read}. Not read: {', '.join(others)}."
            )
        if begun := _begun(actor, kind, received):
            imports.forget(received)
            if options["dry_run"]:
                raise CommandError(
                    f"This file is being brought in: {begun.position} of {begun.rows} rows are done. Without --dry-run "
                    "it goes on behind them."
                )
            self._tell_left_out(begun.headings, begun.options["fields"])
            self.stdout.write(f"Going on after row {begun.position} of {begun.rows}.")
            return import_running.bring_in(lambda: actor, begun.pk, self._tell)
        try:
            chosen = _chosen(kind, received, options)
            self._tell_left_out(received.table.headings, chosen)
            batch = in_transaction(lambda: self._begin(actor, kind, received, chosen, options))
        except BaseException:
            imports.forget(received)
            raise
        run = import_running.check if options["dry_run"] else import_running.bring_in
        return run(lambda: actor, batch.pk, self._tell)

    def _begin(
        self, actor: Actor, kind: Any, received: imports.Received, chosen: list[str], options: dict[str, Any]
    ) -> ImportBatch:  # fmt: skip
        name = options["file"].name
        batch = imports.create(actor, kind=kind.name, received=received, file_name=name)
        dates = self._dates(batch, kind, chosen, options["dates"])
        how = {"likely": options["likely"], "dates": dates}
        batch = imports.choose(actor, batch=batch, fields=chosen, **how)
        return batch if options["dry_run"] else imports.begin(actor, batch=batch, unchecked=True)

    def _dates(self, batch: ImportBatch, kind: Any, fields: list[str], told: str) -> str:
        """The order in which dates are read, told before it begins."""
        seen = import_dates.Seen(told) if told else import_dates.seen(batch, kind, fields)
        if any(each.is_date and each.name in fields for each in kind.fields):
            words = (READ[seen.order], import_dates.doubt(seen))
            self.stdout.write(" ".join(filter(None, words)))
        return seen.order

    def _done(self, actor: Actor, batch: ImportBatch, options: dict[str, Any]) -> None:
        self.stdout.write(
            f"{batch.rows} rows: {batch.created} new, {batch.linked} linked, {batch.skipped} left out, "
            f"{batch.broken} broken; {batch.likely} are likely there already."
        )
        for row in import_files.to_look_at(batch, SHOWN):
            for column, code, said in import_files.told(batch, row):
                where = ": ".join(filter(None, (f"row {row.number}", column)))
                self.stderr.write(f"{where}: {said} ({code})")
        _written(options["broken"], import_files.write_left, actor, batch)
        if not options["dry_run"]:
            _written(options["result"], import_results.write, actor, batch)
        if options["dry_run"]:
            self.stdout.write("Nothing was stored: this was a dry run.")
        if batch.broken:
            raise CommandError(f"{batch.broken} rows are broken; --broken FILE writes them out.")

    def _tell_left_out(self, headings: list[str], fields: list[str]) -> None:
        left = [name for name, field in zip(headings, fields, strict=True) if not field]
        if left:
            self.stdout.write(
                f"Columns left out: {', '.join(left)}. --map COLUMN=FIELD brings one in."
            )

    def _tell(self, done: int, total: int) -> None:
        if done % 1000 == 0 or done == total:
            self.stdout.write(f"{done} of {total}", ending="\n")


def _refuse_way(kind: Any, likely: str) -> None:
    if likely and likely not in kind.likely_ways:
        ways = " or ".join(kind.likely_ways)
        raise CommandError(f"--likely is {ways} for {kind.name}, not {likely}.")


def _received(path: Path, encoding: str) -> imports.Received:
    try:
        with path.open("rb") as file:
            return imports.receive(file, encoding)
    except FileNotFoundError as exc:
        if exc.filename != str(path):
            raise
        raise CommandError(f"There is no file {path}.") from exc


def _begun(actor: Actor, kind: Any, received: imports.Received) -> ImportBatch | None:
    """The import of this very file that a command began and that did not end."""
    rows = ImportBatch.objects.filter(hospital_id=actor.here, kind=kind.name, user_id=None)
    return rows.filter(digest=received.digest, state=State.IMPORTING).exclude(file="").first()


def _written(to: Path | None, write: Any, actor: Actor, batch: ImportBatch) -> None:
    """Write a file about the batch where it is wanted: a workbook when it is called one."""
    if to:
        form = "xlsx" if to.suffix.lower() == ".xlsx" else "csv"
        with to.open("w+b") as file:
            write(actor, batch=batch, file=file, form=form)


def _chosen(kind: Any, received: imports.Received, options: dict[str, Any]) -> list[str]:
    headings = received.table.headings
    fields = dict(zip(headings, import_kinds.guessed(kind, headings), strict=True))
    for pair in options["map"]:
        heading, sign, name = pair.partition("=")
        if not sign or heading not in fields:
            raise CommandError(f"There is no column {heading!r}; there are: {', '.join(headings)}.")
        fields[heading] = _known(kind, name)
    if not any(fields.values()):
        raise CommandError(
            f"No column is recognised: {', '.join(headings)}. The first line must be the headings; --map COLUMN=FIELD "
            "says what a column holds."
        )
    return [fields[heading] for heading in headings]


def _known(kind: Any, name: str) -> str:
    names = [each.name for each in kind.fields]
    if name and name not in names:
        raise CommandError(f"There is no field {name!r}; there are: {', '.join(names)}.")
    return name
