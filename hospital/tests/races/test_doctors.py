"""One retires a clinic while the other makes, changes or brings back a doctor who sees people at it: never a
live doctor at a retired clinic."""

import pytest

from hospital.kit import clock, facts
from hospital.kit.acts import in_transaction
from hospital.kit.errors import problem_of
from hospital.kit.racing import line_up
from hospital.models import Clinic, Doctor, DoctorClinic
from hospital.services import doctors
from hospital.services.identity import command_actor
from hospital.tests.factories import ClinicFactory, DoctorFactory, HospitalFactory

from .harness import once

pytestmark = [pytest.mark.race, pytest.mark.timeout(600)]
ROUNDS = 15
ACTS = ["add", "update", "restore"]


def prepare(act):
    """Clinics, and for each a doctor: not made yet, at no clinic, or retired with this one."""
    hospital = HospitalFactory()
    pairs = []
    for number in range(ROUNDS):
        clinic = ClinicFactory(hospital=hospital)
        doctor = None
        if act != "add":
            doctor = DoctorFactory(
                department=clinic.department, licence_number=f"L-{number}",
                clinics=[clinic] if act == "restore" else [],
                retired_at=clock.now() if act == "restore" else None,
            )  # fmt: skip
        pairs.append((clinic.pk, doctor and doctor.pk))
    return hospital.pk, pairs


def retire(is_naive, hospital_id, pairs):
    """Clinic after clinic; returns what came of each: "" for done, or a code."""
    administrator = command_actor(hospital_id, "administrator")
    answers = []
    for pk, _doctor in pairs:
        clinic = Clinic.objects.get(pk=pk)
        line_up()
        if not is_naive:
            answers.append(
                code_of(lambda clinic=clinic: facts.retire(administrator, clinic, reason="Closed"))
            )
            continue
        is_free = not DoctorClinic.objects.filter(clinic=pk, doctor__retired_at=None).exists()
        line_up()
        if is_free:
            Clinic.objects.filter(pk=pk).update(retired_at=clock.now())
        answers.append("" if is_free else "in_use")
    return answers


def work(act, is_naive, hospital_id, pairs):
    """The other side, in the same rounds."""
    administrator = command_actor(hospital_id, "administrator")
    answers = []
    for number, (pk, doctor_id) in enumerate(pairs):
        clinic = Clinic.objects.get(pk=pk)
        doctor = Doctor.objects.filter(pk=doctor_id).first() or Doctor(
            hospital_id=hospital_id, department=clinic.department, family_name="Vogel",
            licence_number=f"L-{number}",
        )  # fmt: skip
        line_up()
        if not is_naive:
            answers.append(
                code_of(
                    lambda doctor=doctor, clinic=clinic: _ACTS[act](administrator, doctor, clinic)
                )
            )
            continue
        is_live = Clinic.objects.live().filter(pk=pk).exists()
        line_up()
        if is_live:
            _naively(act, doctor, clinic)
        answers.append("" if is_live else "retired_choice")
    return answers


_ACTS = {
    "add": lambda actor, doctor, clinic: doctors.add(actor, doctor=doctor, clinics=[clinic]),
    "update": lambda actor, doctor, clinic: doctors.update(actor, doctor=doctor, clinics=[clinic]),
    "restore": lambda actor, doctor, _clinic: facts.restore(actor, doctor),
}


def _naively(act, doctor, clinic):
    """Look, then act: what everybody writes first."""
    if act == "restore":
        Doctor.objects.filter(pk=doctor.pk).update(retired_at=None)
        return
    doctor.save()
    DoctorClinic.objects.create(hospital_id=doctor.hospital_id, doctor=doctor, clinic=clinic)


def code_of(act):
    try:
        in_transaction(act)
    except Exception as exc:  # noqa: BLE001  (told to the test)
        problem = problem_of(exc)
        if problem is None:
            return f"{type(exc).__name__}: {exc}"
        return next((code for rows in problem.errors.values() for code, _ in rows), problem.code)
    return ""


def orphans():
    rows = DoctorClinic.objects.live().filter(doctor__retired_at=None)
    return rows.filter(clinic__retired_at__isnull=False).count()


@pytest.mark.parametrize("act", ACTS)
def test_no_live_doctor_is_left_at_a_retired_clinic(race, count, act):
    hospital_id, pairs = once(race, prepare, act)
    closing, working = _both(race, act, False, hospital_id, pairs)
    assert once(race, orphans) == 0
    refusal = "restore_conflict" if act == "restore" else "retired_choice"
    assert set(zip(closing, working, strict=True)) <= {("", refusal), ("in_use", "")}
    count(f"clinics retired against a doctor's {act}", ROUNDS)


@pytest.mark.parametrize("act", ACTS)
def test_the_naive_way_leaves_live_doctors_at_retired_clinics(race, act):
    hospital_id, pairs = once(race, prepare, act)
    _both(race, act, True, hospital_id, pairs)
    assert once(race, orphans) > 0


def _both(race, act, is_naive, hospital_id, pairs):
    """Both sides at once, by one worker: ``race`` starts the same one for all."""
    return race(side, [("", is_naive, hospital_id, pairs), (act, is_naive, hospital_id, pairs)])


def side(act, is_naive, hospital_id, pairs):
    if act:
        return work(act, is_naive, hospital_id, pairs)
    return retire(is_naive, hospital_id, pairs)
