"""Races for two charts: administrators merge them while others write in both of them.

Every function here runs in processes of its own (``hospital.kit.racing``).
"""

from functools import partial
from typing import Any
from unittest import mock
from uuid import UUID

from django.core.exceptions import ValidationError

from hospital.kit import facts
from hospital.kit.acts import in_transaction
from hospital.kit.errors import NotVisible, RuleError, StaleError
from hospital.kit.racing import line_up
from hospital.services.identity import command_actor
from hospital.tests.factories import HospitalFactory
from records.models import MedicalHistory, MergeEvent, Patient
from records.services import merge_plans, merges, patients
from records.tests.factories import MedicalHistoryFactory, MergeFactory, PatientFactory

from .merging_told import Told

DONE = "done"
REFUSED = (RuleError, ValidationError, StaleError, NotVisible)


def rounds(number: int) -> list[Told]:
    """So many proposals, each of two charts of which the one that goes holds something."""
    return [in_transaction(_arranged) for _ in range(number)]


def _arranged() -> Told:
    event = MergeFactory(hospital=HospitalFactory())
    row = MedicalHistoryFactory(patient=event.merged, hospital=event.hospital)
    return Told(event.pk, event.hospital_id, event.survivor_id, event.merged_id, row.pk)


def play(side: int, told: list[Told]) -> list[str]:
    """Two approve; the others add to the chart that goes and to the one that stays, and change facts in both."""
    answers = []
    for each in told:
        work = [_approve, _approve, _add_there, _add_here, _edit_row, _edit_chart][side % 6](
            each, side
        )
        line_up()
        answers.append(_outcome(work))
        line_up()
    return answers


def without_the_lock(side: int, told: list[Told]) -> list[str]:
    """The same of one who approves and one who adds, once nobody holds the patients: the merge has moved what it
    saw, and waits until the other is through."""
    if side:
        return [_meanwhile(_add_there(each, side)) for each in told]
    filled = merge_plans.filled

    def late(*charts: Any) -> Any:
        line_up()
        line_up()  # meanwhile the other one adds
        return filled(*charts)

    with (
        mock.patch.object(merges, "lock_rows"),
        mock.patch.object(merge_plans, "filled", late),
    ):
        return [_outcome(_approve(each, side)) for each in told]


def _meanwhile(work: Any) -> str:
    line_up()
    answer = _outcome(work)
    line_up()
    return answer


def twos(number: int) -> list[tuple[UUID, ...]]:
    """So many pairs of charts of which nothing is proposed, each with its hospital."""
    return [in_transaction(_two) for _ in range(number)]


def _two() -> tuple[UUID, ...]:
    here = HospitalFactory()
    return here.pk, *(patient.pk for patient in PatientFactory.create_batch(2, at=here))


def propose(side: int, told: list[tuple[UUID, ...]]) -> list[str]:
    """All propose at once that the two are merged, every second one the other way round."""
    answers = []
    for here, *two in told:
        charts = Patient.objects.in_bulk(two)
        survivor, merged = (charts[pk] for pk in (reversed(two) if side % 2 else two))
        line_up()
        answers.append(_outcome(partial(
            merges.propose, command_actor(here, "receptionist"),
            survivor=survivor, merged=merged, reason="Registered twice",
        )))  # fmt: skip
        line_up()
    return answers


def waiting(told: list[tuple[UUID, ...]]) -> list[int]:
    """How many merges of each two wait."""
    return [MergeEvent.objects.between(*two).count() for _here, *two in told]


def left(told: list[Told]) -> list[tuple[str, int, int, str, str]]:
    """Of each: how far it is, how many rows are in the one chart and in the other, what the row and the chart say."""
    found = []
    for each in told:
        rows = MedicalHistory.objects
        found.append((
            MergeEvent.objects.get(pk=each.event).status,
            rows.filter(patient=each.survivor).count(),
            rows.filter(patient=each.merged).count(),
            rows.get(pk=each.row).note,
            Patient.objects.get(pk=each.survivor).city,
        ))  # fmt: skip
    return found


def _outcome(work: Any) -> str:
    try:
        in_transaction(work)
    except REFUSED as exc:
        return type(exc).__name__
    return DONE


def _approve(each: Told, side: int) -> Any:
    event = MergeEvent.objects.get(pk=each.event)
    return lambda: merges.approve(command_actor(each.hospital, "administrator"), event=event)


def _add_there(each: Told, side: int) -> Any:
    return partial(_add, each, each.merged)


def _add_here(each: Told, side: int) -> Any:
    return partial(_add, each, each.survivor)


def _add(each: Told, patient: UUID) -> None:
    row = MedicalHistory(
        patient_id=patient, hospital_id=each.hospital, category="condition", description="Added"
    )
    facts.create(command_actor(each.hospital, "nurse"), row)


def _edit_row(each: Told, side: int) -> Any:
    row = MedicalHistory.objects.get(pk=each.row)
    row.note = "Edited"
    return lambda: facts.change(command_actor(each.hospital, "nurse"), row)


def _edit_chart(each: Told, side: int) -> Any:
    actor = command_actor(each.hospital, "receptionist")
    chart = Patient.objects.visible_to(actor).get(pk=each.survivor)
    chart.city = "Bonn"
    return lambda: patients.update(actor, patient=chart)
