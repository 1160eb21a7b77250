"""``manage.py bench_import``: a large file, killed in the middle and begun again. In the mode ``bench`` only."""

import os
import resource
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


class Command(BaseCommand):
    help = (
        "Bring a file of invented people, 5 % of its rows broken, into a new hospital by the command; kill it "
        "in the middle, begin again, and compare the figures with those of the file."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--rows", type=int, default=100_000)
        parser.add_argument(
            "--kill-at",
            type=float,
            default=0.5,
            help="which part is in when it is killed; 0: never",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if settings.MODE != "bench":
            raise CommandError("Measuring has a mode of its own: set OPENWARD_MODE=bench.")
        try:
            seeding.refuse_real()
        except seeding.NotForMeasuring as refused:
            raise CommandError(str(refused)) from None
        call_command("migrate", interactive=False, verbosity=0)
        here = Hospital.objects.create(
            code=f"{seeding.MARK}{uuid4().hex[:4].upper()}", name="Import", country="DE"
        )
        with TemporaryDirectory() as folder:
            file = Path(folder) / "people.csv"
            told = import_files.write(file, options["rows"], prefix=here.code)
            started = time.monotonic()
            if options["kill_at"]:
                self._kill(here, file, int(options["rows"] * options["kill_at"]))
            _started(here, file).wait()
            seconds = time.monotonic() - started
        self._compare(here, told, seconds)

    def _kill(self, here: Hospital, file: Path, after: int) -> None:
        process = _started(here, file)
        batches = ImportBatch.objects.filter(hospital_id=here.pk, position__gte=after)
        while not batches.exists() and process.poll() is None:
            time.sleep(0.5)
        process.send_signal(signal.SIGKILL)
        process.wait()
        batch = ImportBatch.objects.get(hospital_id=here.pk)
        self.stdout.write(f"killed after row {batch.position}: {batch.created} charts are in")

    def _compare(self, here: Hospital, told: dict[str, int], seconds: float) -> None:
        batch = ImportBatch.objects.get(hospital_id=here.pk)
        charts = Registration.objects.filter(hospital=here).count()
        peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024
        self.stdout.write(
            f"{batch.rows} rows in {seconds:.0f} s, {batch.rows / seconds:.0f} a second, peak memory {peak} MB"
        )
        self.stdout.write(f"file: {told}")
        self.stdout.write(
            f"found: {batch.created} new, {batch.broken} broken, {batch.skipped} likely; {charts} charts"
        )
        exact = (
            batch.state == State.DONE and batch.broken == told["broken"] and charts == batch.created
        )
        if not exact or batch.created + batch.skipped + batch.broken != batch.rows:
            raise CommandError("The figures do not agree.")


def _started(here: Hospital, file: Path) -> "subprocess.Popen[bytes]":
    command = [sys.executable, "manage.py", "import_patients", str(file), "--hospital", here.code]
    return subprocess.Popen(
        command,
        cwd=settings.BASE_DIR,
        env=os.environ,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
