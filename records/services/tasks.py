"""Tasks for wards: raised and called off by what happens to stays, settled by who has seen to them.

Of a patient who has open stays in two hospitals each ward is told, and neither learns more than that. What
is written in the other hospital is booked there on the system, not on the person: who admits or
discharges whom is on record in their own hospital. The request's id alone stands in both audits; only
who keeps the whole installation can follow it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from hospital.kit import audit, clock, facts, policy
from hospital.kit.actors import Actor, acting
from hospital.kit.acts import act
from hospital.kit.errors import RuleError
from records.models import Encounter, InPatient, Patient, Task

from .placing import lock_rows
from .stays import IN

S = Task.Status


@act("records.task.complete")
def complete(actor: Actor, *, task: Task, expected_version: int | None = None) -> Task:
    """It has been seen to. RuleError ``task_step`` when it is not open any more."""
    policy.require(actor, "records.task.complete", task)
    lock_rows(Patient, [task.encounter.patient_id])
    facts.lock(task)
    task.refresh_from_db()
    facts.refuse_stale(task, expected_version)
    facts.refuse_retired(task)
    if not task.is_open:
        raise RuleError("task_step", status=task.get_status_display())
    task.status, task.completed_at = S.COMPLETED, clock.now()
    return _save(task, {"status", "completed_at"})


def stay_began(actor: Actor, stay: Encounter) -> None:
    """Within an act that holds the patient: tell both wards of each stay that is open in another hospital."""
    for other in _elsewhere(stay):
        before, after = sorted((stay, other), key=lambda each: (each.starts_at, each.pk))
        _raise(actor, after, Task.Kind.STAY_ELSEWHERE)
        _raise(actor, before, Task.Kind.ADMITTED_ELSEWHERE)


def stay_ended(actor: Actor, stay: Encounter) -> None:
    """Within an act that holds the patient: nobody has to see to it any more, here or where one stay is left."""
    left = _elsewhere(stay)
    over = [stay, *left] if len(left) == 1 else [stay]
    rows = Task.objects.open().filter(encounter__in=over, kind__in=Task.ELSEWHERE)
    for task in rows.select_related("encounter").order_by("pk"):
        with _booked_at(actor, task, "cancel"):
            task.status = S.CANCELLED
            _save(task, {"status"})


def _elsewhere(stay: Encounter) -> list[Encounter]:
    """The patient's open stays in other hospitals: one in each."""
    rows: Iterable[Encounter] = (
        InPatient.objects.live()
        .filter(patient=stay.patient_id, status__in=IN)
        .exclude(hospital=stay.hospital_id)
        .order_by("pk")
    )
    return list(rows)


def _raise(actor: Actor, stay: Encounter, kind: Task.Kind) -> None:
    if Task.objects.open().filter(encounter=stay.pk, kind=kind).exists():
        return
    task = Task(hospital_id=stay.hospital_id, encounter=stay, kind=kind)
    with _booked_at(actor, task, "raise"):
        _save(task, {"kind", "status"})


@contextmanager
def _booked_at(actor: Actor, task: Task, word: str) -> Iterator[None]:
    """In the actor's own hospital on the actor; in another on the system, which tells nobody who and where."""
    if task.hospital_id == actor.hospital_id:
        yield
        return
    system = Actor(
        user_id=None, name="", kind="system", hospital_id=task.hospital_id, door="job",
        request_id=actor.request_id,
    )  # fmt: skip
    with acting(system, f"records.task.{word}"):
        yield


def _save(task: Any, changed: set[str]) -> Any:
    task.full_clean()
    facts.save(task)
    audit.wrote(task, changed=changed)
    return task
