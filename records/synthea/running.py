"""One run: file after file, a hundred rows to a transaction, each row on its own."""

from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from itertools import islice
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction

from hospital.kit.actors import Actor
from hospital.kit.acts import in_transaction
from hospital.kit.errors import Refusal, errors_of
from hospital.models import Clinic, Doctor
from records.models import Allergy, Diagnosis, Encounter, Observation, Patient, Treatment

from . import care, people, places
from .known import Known, Unknown
from .reading import Row, Source, key

CHUNK = 100


@dataclass
class Counted:
    """What became of the rows of one file. Errors name file, line and code, and nothing of the patient."""

    added: int = 0
    known: int = 0
    errors: list[str] = field(default_factory=list)

    def __add__(self, other: "Counted") -> "Counted":
        return Counted(
            self.added + other.added, self.known + other.known, self.errors + other.errors
        )


@dataclass(frozen=True)
class Job:
    """One thing to bring in: told as file and line, found again by model and id."""

    where: str
    model: type
    key: str
    run: Callable[[], None]


def run(
    actor: Actor, source: Source, *, is_dry: bool, told: Callable[[str, Counted], None]
) -> dict[str, Counted]:
    """Bring everything in that is not there yet; ``told`` hears of each file once it is through.

    A dry run does the same and takes all of it back.
    """
    if not is_dry:
        return _run(actor, source, told, in_transaction)
    with transaction.atomic():
        counted = _run(actor, source, told, lambda work: work())
        transaction.set_rollback(True)
    return counted


def _run(actor: Actor, source: Source, told: Any, committing: Any) -> dict[str, Counted]:
    known = Known(actor, committing(lambda: places.department(actor)))
    counted: dict[str, Counted] = {}
    for name, jobs in _jobs(known, source):
        counted[name] = Counted()
        while chunk := list(islice(jobs, CHUNK)):
            counted[name] += committing(partial(_do_all, known, chunk))
        told(name, counted[name])
    return counted


def _jobs(known: Known, source: Source) -> Iterator[tuple[str, Iterator[Job]]]:
    def of(name: str, model: type, one: Callable[[Known, Row, str], None]) -> Iterator[Job]:
        for line, row in source.rows(name):
            yield _job(f"{name}.csv:{line}", model, key(row), one, known, row)

    yield "organizations", of("organizations", Clinic, places.organization)
    yield "providers", of("providers", Doctor, places.provider)
    yield "patients", of("patients", Patient, people.patient)
    yield "encounters", of("encounters", Encounter, care.encounter)
    yield "conditions", of("conditions", Diagnosis, people.condition)
    yield "allergies", of("allergies", Allergy, people.allergy)
    yield "observations", of("observations", Observation, care.observation)
    yield "catalogues", _stock(known, source)
    yield "procedures", of("procedures", Treatment, care.procedure)
    yield "medications", _dispensings(known, source)


def _job(where: str, model: type, key: str, one: Any, known: Known, row: Any) -> Job:
    return Job(where, model, key, lambda: one(known, row, key))


def _stock(known: Known, source: Source) -> Iterator[Job]:
    for model, code, row in care.stock(known, source):
        entry = partial(care.catalogue_entry, known, model, code, row)
        yield Job(f"catalogue:{code}", model, code, entry)


def _dispensings(known: Known, source: Source) -> Iterator[Job]:
    """The medications of an encounter were given out together."""
    by_encounter: dict[str, list[Row]] = defaultdict(list)
    first: dict[str, int] = {}
    for line, row in source.rows("medications"):
        by_encounter[row["ENCOUNTER"]].append(row)
        first.setdefault(row["ENCOUNTER"], line)
    for encounter, rows in by_encounter.items():
        where, own = f"medications.csv:{first[encounter]}", f"{encounter}:given"
        yield _job(where, Treatment, own, care.dispensing, known, rows)


def _do_all(known: Known, jobs: list[Job]) -> Counted:
    counted = Counted()
    for job in jobs:
        if known.has(job.model, job.key):
            counted.known += 1
        elif why := _failed(job):
            counted.errors.append(f"{job.where}: {why}")
        else:
            counted.added += 1
    return counted


def _failed(job: Job) -> str:
    """Do one row, all of it or nothing; returns the codes of what is wrong with it."""
    try:
        with transaction.atomic():
            job.run()
    except ValidationError as exc:
        codes = {code for rows in errors_of(exc).values() for code, _ in rows}
        return ", ".join(sorted(codes))
    except Refusal as exc:
        return exc.code
    except Unknown as exc:
        return f"not brought in: {exc}"
    return ""
