"""Races of two hospitals for one patient: both admit at once, or one discharges while the other admits.

Every function here runs in processes of its own (``hospital.kit.racing``).
"""

from functools import partial
from typing import Any
from unittest import mock

from hospital.kit import clock, facts
from hospital.kit.acts import in_transaction
from hospital.models import Ward
from hospital.services.identity import command_actor
from hospital.tests.factories import HospitalFactory, WardFactory
from records.models import InPatient, Task
from records.services import inpatients, stays, tasks
from records.tests.encounter_factories import InPatientFactory
from records.tests.factories import PatientFactory, register

from .controls import nothing, together
from .ward_told import Shared
from .wards import HOUR, played


def rounds(number: int, lies_in_first: bool) -> list[Shared]:
    """So many patients, each known at two hospitals with a ward; perhaps in the first one since an hour."""
    return [in_transaction(partial(_arranged, lies_in_first)) for _ in range(number)]


def _arranged(lies_in_first: bool) -> Shared:
    places = [HospitalFactory() for _ in range(2)]
    wards = [WardFactory(hospital=place) for place in places]
    patient = PatientFactory(at=places[0])
    register(patient, places[1])
    if lies_in_first:
        InPatientFactory(patient=patient, ward=wards[0], starts_at=clock.now() - HOUR)
    return Shared(patient.pk, [ward.pk for ward in wards])


def admit_or_discharge(side: int, told: list[Shared]) -> list[str]:
    """Each hospital admits the patient; the one in which the patient lies discharges."""
    return played(told, lambda round_: partial(act, round_, side))


def without_the_lock(side: int, told: list[Shared]) -> list[str]:
    """The same once nobody holds the patient: both have looked at the other's stays before either is through."""
    seen = together(tasks._elsewhere)
    with (
        mock.patch.object(facts, "hold_parents", nothing),
        mock.patch.object(stays, "lock_rows", nothing),
        mock.patch.object(tasks, "_elsewhere", seen),
    ):
        return admit_or_discharge(side, told)


def act(round_: Shared, side: int) -> Any:
    ward = Ward.objects.get(pk=round_.wards[side])
    stay = InPatient.objects.filter(patient=round_.patient, hospital=ward.hospital_id).first()
    if stay is None:
        stay = InPatient(hospital_id=ward.hospital_id, patient_id=round_.patient)
        return inpatients.admit(command_actor(ward.hospital_id, "nurse"), stay=stay, ward=ward)
    return inpatients.discharge(
        command_actor(ward.hospital_id, "doctor"), stay=stay, disposition="home", override_reason="Asked",
    )  # fmt: skip


def open_tasks(told: list[Shared]) -> list[list[str]]:
    """The kinds of the open tasks of each patient, in which hospital's order; and that each is of a stay of its own."""
    found = []
    for round_ in told:
        rows = list(Task.objects.open().filter(encounter__patient=round_.patient))
        assert len({row.encounter_id for row in rows}) == len(rows)
        found.append(sorted(row.kind for row in rows))
    return found
