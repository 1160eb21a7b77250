"""Races for files that are brought in. Every function here runs in a process of its own."""

from functools import partial
from pathlib import Path
from typing import Any
from unittest import mock
from uuid import UUID

from django.conf import settings
from django.db.models import F

from hospital.kit.actors import Actor
from hospital.kit.acts import in_transaction
from hospital.kit.errors import RuleError
from hospital.kit.racing import line_up
from hospital.models import Hospital, ImportBatch, ImportRow
from hospital.services import import_running, imports, turns
from hospital.services.identity import command_actor
from hospital.tests.factories import HospitalFactory
from records.models import Patient
from records.services.patient_imports import PatientRun
from records.tests.imports.files import chosen, person, table

from .controls import nothing, together

ROWS = 120


def begun(folder: Path, files: int, has_mrns: bool) -> list[UUID]:
    """So many imports of the same new people, each at its beginning and of a file of its own."""
    boss = _boss(folder)
    mrns = [f"OLD-{number}" if has_mrns and number % 2 else "" for number in range(ROWS)]
    content = table(*(person(number, mrn=mrn) for number, mrn in enumerate(mrns)))
    copies = [content.replace(b"\r\n", b",Copy %d\r\n" % copy, 1) for copy in range(files)]
    batches = [chosen(boss, copy) for copy in copies]
    return [imports.begin(boss, batch=batch, unchecked=True).pk for batch in batches]


def ready(folder: Path, files: int) -> list[UUID]:
    """The very same file handed in so many times, none of them begun."""
    boss = _boss(folder)
    return [chosen(boss, table(person(1))).pk for _ in range(files)]


def begin(folder: Path, pk: UUID) -> str:
    """Begin one of them; all at once."""
    boss = _boss(folder)
    batch = ImportBatch.objects.get(pk=pk)
    line_up()
    try:
        in_transaction(partial(imports.begin, boss, batch=batch, unchecked=True))
    except RuleError as exc:
        return exc.code
    return "begun"


def begin_without_turns(folder: Path, pk: UUID) -> str:
    """The same when none waits for another: all have looked before one begins."""
    with (
        mock.patch.object(turns, "take", nothing),
        mock.patch.object(imports, "_refuse_repeated", together(imports._refuse_repeated)),
    ):
        return begin(folder, pk)


def _boss(folder: Path) -> Actor:
    settings.VAR_DIR = folder
    here = Hospital.objects.first() or HospitalFactory()
    return command_actor(here.pk, "administrator")


def work(folder: Path, pk: UUID) -> str:
    """Bring one in; all begin at once."""
    settings.VAR_DIR = folder
    boss = command_actor(Hospital.objects.get().pk, "administrator")

    def told(done: int, _total: int) -> None:
        if not done:
            line_up()

    try:
        import_running.bring_in(lambda: boss, pk, told)
    except RuleError as exc:
        return exc.code
    return "done"


def work_wherever_it_stands(folder: Path, pk: UUID) -> str:
    """The same by workers who do not ask whether somebody else has moved the position meanwhile."""
    with mock.patch.object(import_running, "_book_chunk", _booked_blindly):
        return work(folder, pk)


def work_without_turns(folder: Path, pk: UUID) -> str:
    """The same when no import waits for another one of the hospital: both have looked before one stores."""
    with (
        mock.patch.object(turns, "take", nothing),
        mock.patch.object(PatientRun, "judge", together(PatientRun.judge)),
    ):
        return work(folder, pk)


def found() -> dict[str, Any]:
    """What is in afterwards."""
    batches = list(ImportBatch.objects.all())
    mrns = list(Patient.objects.values_list("mrn", flat=True))
    return {
        "charts": len(mrns), "mrns": len(set(mrns)), "told": ImportRow.objects.count(),
        "people": Patient.objects.values("family_name", "given_names", "birth_date").distinct().count(),
        **{name: sum(getattr(each, name) for each in batches) for name in ("position", "created", "skipped", "broken")},
    }  # fmt: skip


def _booked_blindly(batch: ImportBatch, chunk: Any, done: int, judged: Any, _telling: Any) -> None:
    created = sum(each.outcome == "created" for each in judged)
    skipped = sum(each.outcome == "skipped" for each in judged)
    ImportBatch.objects.filter(pk=batch.pk).update(
        position=F("position") + len(chunk), created=F("created") + created, skipped=F("skipped") + skipped
    )  # fmt: skip
