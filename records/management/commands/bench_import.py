"""``manage.py bench_import``: a large file, killed in the middle and begun again. In the mode ``bench`` only."""

import csv
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from uuid import uuid4

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser

from hospital.models import Hospital, ImportBatch
from records.bench import import_files, seeding
from records.models import Registration

State = ImportBatch.State
LEFT_OUT = ("broken", "skipped")
FLAT = 1.3
FIRST_PART = 0.1


class Command(BaseCommand):
    help = (
        "Bring a file of invented people, 5 % of its rows broken, into a new hospital by the command; kill it "
        "with kill -9, begin again, and compare every row with what the file was made of."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--rows", type=int, default=100_000)
        parser.add_argument("--seed", default="K")
        parser.add_argument(
            "--kill-at",
            type=float,
            nargs="*",
            default=[0.45, 0.55],
            help="which parts are in when it is killed",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if settings.MODE != "bench":
            raise CommandError("Measuring has a mode of its own: set OPENWARD_MODE=bench.")
        try:
            seeding.refuse_real()
        except seeding.NotForMeasuring as refused:
            raise CommandError(str(refused)) from None
        call_command("migrate", interactive=False, verbosity=0)
        code = f"{seeding.MARK}{uuid4().hex[:4].upper()}"
        self.here = Hospital.objects.create(code=code, name="Import", country="DE")
        self.rows, self.memory = options["rows"], dict[int, int]()
        with TemporaryDirectory() as folder:
            file, left = Path(folder) / "people.csv", Path(folder) / "left.csv"
            told = import_files.write(file, self.rows, seed=options["seed"])
            started = time.monotonic()
            for part in sorted(options["kill_at"]):
                self._run(file, left, until=int(self.rows * part))
            self._run(file, left)
            seconds = time.monotonic() - started
            self._say(told, seconds)
            wrong = [*self._differences(told), *_left_differs(left, told)]
        if wrong:
            raise CommandError("Not exact: " + "; ".join(wrong))
        self.stdout.write("exact: every row, every chart, and the file of rows that are not in")
        self._judge_memory()

    def _run(self, file: Path, left: Path, until: int = 0) -> None:
        """One process of the command, killed once so many rows are in; its peak memory by the rows it had done."""
        process = _started(self.here, file, left)
        while process.poll() is None:
            at = _position(self.here)
            self.memory[at] = max(_peak(process.pid), self.memory.get(at, 0))
            if until and at >= until:
                process.send_signal(signal.SIGKILL)
                process.wait()
                batch = ImportBatch.objects.get(hospital_id=self.here.pk)
                self.stdout.write(
                    f"killed after row {batch.position}: {batch.created} charts are in"
                )
            else:
                time.sleep(0.5)

    def _say(self, told: import_files.Told, seconds: float) -> None:
        batch = ImportBatch.objects.get(hospital_id=self.here.pk)
        self.stdout.write(
            f"{batch.rows} rows in {seconds:.0f} s, {batch.rows / seconds:.0f} a second"
        )
        self.stdout.write(f"file: {told}")
        self.stdout.write(
            f"found: {batch.created} new, {batch.broken} broken, {batch.skipped} there already"
        )

    def _differences(self, told: import_files.Told) -> list[str]:
        batch = ImportBatch.objects.get(hospital_id=self.here.pk)
        counts = (batch.state, batch.position, batch.created, batch.broken, batch.skipped)
        due = (State.DONE, self.rows, len(told.mrns), len(told.broken), len(told.twice))
        rows = batch.told.filter(outcome="broken").values_list("number", "problems")
        broken = {number: _reason(*problems[0]) for number, problems in rows}
        twice = set(batch.told.filter(outcome="skipped").values_list("number", flat=True))
        charts = Registration.objects.filter(hospital=self.here)
        mrns = sorted(charts.values_list("patient__mrn", flat=True))
        checks = {
            f"counts {counts} instead of {due}": counts == due,
            f"broken rows {_some(broken.items() ^ told.broken.items())}": broken == told.broken,
            f"rows that are there already {_some(twice ^ told.twice)}": twice == told.twice,
            f"{len(mrns)} charts": mrns == sorted(told.mrns),
            "rows told": batch.told.count() == self.rows,
        }
        return [name for name, is_so in checks.items() if not is_so]

    def _judge_memory(self) -> None:
        early = [peak for at, peak in self.memory.items() if at <= self.rows * FIRST_PART]
        first, most = max(early, default=1), max(self.memory.values(), default=1)
        self.stdout.write(
            f"peak memory {first // 1024} MB until row {int(self.rows * FIRST_PART)}, "
            f"{most // 1024} MB in all: {most / first:.2f} times"
        )
        if most > first * FLAT:
            raise CommandError(f"Memory grows: more than {FLAT} times.")


def _left_differs(left: Path, told: import_files.Told) -> list[str]:
    """Whether the file of rows that are not in has as many as it should, each with its reason."""
    with left.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.reader(file))[1:]
    due = len(told.broken) + len(told.twice)
    is_so = len(rows) == due and all(row[-1] for row in rows)
    return [] if is_so else [f"{len(rows)} rows in the file of those left, instead of {due}"]


def _reason(field: str, code: str) -> tuple[str, str]:
    """What is wrong with a row; an MRN of a row above is told as that in its own chunk, and later as a chart's."""
    return field, "mrn_taken" if code == "import_above" else code


def _some(rows: Any) -> list[Any]:
    return sorted(rows)[:5]


def _position(here: Hospital) -> int:
    found = ImportBatch.objects.filter(hospital_id=here.pk).values_list("position", flat=True)
    return found.first() or 0


def _peak(pid: int) -> int:
    """The most memory a process ever had, in KiB; 0 when it is gone."""
    try:
        lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) for line in lines if line.startswith("VmHWM")), 0)


def _started(here: Hospital, file: Path, left: Path) -> "subprocess.Popen[bytes]":
    command = [
        sys.executable, "manage.py", "import_patients", str(file), "--hospital", here.code, "--broken", str(left),
    ]  # fmt: skip
    return subprocess.Popen(
        command,
        cwd=settings.BASE_DIR,
        env=os.environ,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
