"""Two stays at once in two hospitals: both wards are told what to do, and neither who, where and why."""

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction

from hospital.kit.errors import NotVisible, RuleError, StaleError
from hospital.models import AuditEvent
from hospital.tests.factories import WardFactory, actor
from records.models import InPatient, Task
from records.services import inpatient_undo, inpatients, tasks
from records.tests.encounter_factories import InPatientFactory, TaskFactory

from .ground import Side, ago, code_of, known_at

pytestmark = pytest.mark.django_db
OPEN, SETTLED, OVER = "requested", "completed", "cancelled"


@pytest.fixture
def one():
    return Side("Alpha")


@pytest.fixture
def two():
    return Side("Omega")


@pytest.fixture
def patient(one, two):
    return known_at(one, two)


@pytest.fixture
def both(one, two, patient):
    """The patient lies in the one hospital since hours, and has just been admitted to the other."""
    return one.admit(patient, at=ago(5)), two.admit(patient)


# ---- raised


def test_a_stay_elsewhere_stops_no_admission_and_both_wards_are_told(one, two, both):
    assert [stay.status for stay in both] == ["in_progress", "in_progress"]
    assert one.tasks == [("admitted_elsewhere", OPEN)]
    assert two.tasks == [("stay_elsewhere", OPEN)]


def test_who_came_first_is_asked_to_look_even_when_it_is_entered_last(one, two, patient):
    one.admit(patient, at=ago(1))
    two.admit(patient, at=ago(5))
    assert (one.tasks, two.tasks) == (
        [("stay_elsewhere", OPEN)],
        [("admitted_elsewhere", OPEN)],
    )


def test_who_is_on_leave_is_still_counted_in(one, two, patient):
    stay = one.admit(patient, at=ago(5))
    inpatients.leave(one.nurse, stay=stay, at=ago(4))
    two.admit(patient)
    assert (len(one.tasks), len(two.tasks)) == (1, 1)


def test_a_planned_patient_who_comes_is_admitted_like_any_other(one, two, patient):
    one.admit(patient, at=ago(5))
    planned = InPatientFactory(hospital=two.here, patient=patient, status="planned")
    assert Task.objects.count() == 0
    inpatients.admit_planned(two.nurse, stay=planned, ward=two.ward)
    assert (one.tasks, two.tasks) == (
        [("admitted_elsewhere", OPEN)],
        [("stay_elsewhere", OPEN)],
    )


def test_a_stay_that_is_over_or_planned_elsewhere_or_another_patients_raises_nothing(
    one, two, patient
):
    stay = one.admit(patient, at=ago(5))
    one.discharge(stay)
    InPatientFactory(hospital=one.here, patient=patient, status="planned")
    one.admit(known_at(one, two))
    two.admit(patient)
    assert not Task.objects.exists()


def test_of_three_at_once_each_ward_has_one_task_of_a_kind(one, two, both):
    three = Side("Middle")
    patient = known_at(three)
    InPatient.objects.update(patient=patient)
    three.admit(patient)
    assert one.tasks == [("admitted_elsewhere", OPEN)]
    assert two.tasks == [("stay_elsewhere", OPEN), ("admitted_elsewhere", OPEN)]
    assert three.tasks == [("stay_elsewhere", OPEN)]


def test_the_database_keeps_one_open_task_of_a_kind(both):
    task = Task.objects.first()
    again = Task(hospital=task.hospital, encounter=task.encounter, kind=task.kind)
    with pytest.raises(IntegrityError), transaction.atomic():
        again.save()


# ---- called off


def test_a_discharge_there_calls_both_off(one, two, both):
    one.discharge(both[0])
    assert (one.tasks, two.tasks) == ([("admitted_elsewhere", OVER)], [("stay_elsewhere", OVER)])


def test_a_discharge_here_calls_both_off(one, two, both):
    two.discharge(both[1], "exp")
    assert (one.tasks, two.tasks) == ([("admitted_elsewhere", OVER)], [("stay_elsewhere", OVER)])


def test_a_stay_entered_in_error_calls_both_off_and_brought_back_it_raises_them_again(
    one, two, both
):
    stay = InPatient.objects.get(pk=both[1].pk)
    inpatients.retire(two.doctor, stay=stay, reason="Wrong patient")
    assert (one.tasks, two.tasks) == ([("admitted_elsewhere", OVER)], [("stay_elsewhere", OVER)])
    inpatients.restore(actor("administrator", two.here), stay=stay)
    assert one.tasks == [("admitted_elsewhere", OVER), ("admitted_elsewhere", OPEN)]
    assert two.tasks == [("stay_elsewhere", OVER), ("stay_elsewhere", OPEN)]


def test_a_discharge_taken_back_raises_them_again(one, two, both):
    stay = one.discharge(both[0])
    inpatient_undo.undo(one.nurse, stay=stay)
    assert one.tasks == [("admitted_elsewhere", OVER), ("admitted_elsewhere", OPEN)]
    assert two.tasks == [("stay_elsewhere", OVER), ("stay_elsewhere", OPEN)]


def test_other_steps_of_a_stay_leave_tasks_as_they_are(one, two, both):
    stay = InPatient.objects.get(pk=both[0].pk)
    inpatients.transfer(one.nurse, stay=stay, ward=WardFactory(hospital=one.here))
    inpatient_undo.undo(one.nurse, stay=stay)
    inpatients.leave(one.nurse, stay=stay)
    inpatients.come_back(one.nurse, stay=stay)
    assert (one.tasks, two.tasks) == ([("admitted_elsewhere", OPEN)], [("stay_elsewhere", OPEN)])


def test_with_two_stays_left_their_tasks_stay_open(one, two, both):
    three = Side("Middle")
    patient = known_at(three)
    InPatient.objects.update(patient=patient)
    last = three.admit(patient)
    one.discharge(both[0])
    assert one.tasks == [("admitted_elsewhere", OVER)]
    assert {status for _kind, status in (*two.tasks, *three.tasks)} == {OPEN}
    three.discharge(last)
    assert {status for _kind, status in (*two.tasks, *three.tasks)} == {OVER}


def test_what_was_settled_stays_settled_when_the_stay_ends(one, two, both):
    tasks.complete(two.nurse, task=Task.objects.get(hospital=two.here))
    one.discharge(both[0])
    assert (one.tasks, two.tasks) == (
        [("admitted_elsewhere", OVER)],
        [("stay_elsewhere", SETTLED)],
    )


def test_a_discharge_that_is_refused_calls_nothing_off(one, both):
    with pytest.raises(RuleError) as refused:
        inpatients.discharge(one.nurse, stay=both[0], disposition="home")
    assert code_of(refused) == "discharge_blocked"
    assert one.tasks == [("admitted_elsewhere", OPEN)]


# ---- settled


def test_a_nurse_settles_her_own_wards_task_and_the_others_stays(one, two, both):
    task = Task.objects.get(hospital=one.here)
    tasks.complete(one.nurse, task=task)
    assert (task.status, task.version, task.completed_at is None) == (SETTLED, 2, False)
    assert two.tasks == [("stay_elsewhere", OPEN)]
    event = AuditEvent.objects.get(act="records.task.complete")
    assert (event.user_id, event.object_id) == (one.nurse.user_id, task.pk)
    assert event.changed == ["completed_at", "status"]
    assert task.history.count() == 2


def test_what_is_settled_or_over_is_not_settled_again(one, two, both):
    task = Task.objects.get(hospital=one.here)
    tasks.complete(one.nurse, task=task)
    with pytest.raises(RuleError) as refused:
        tasks.complete(one.nurse, task=task)
    assert (code_of(refused), "Settled" in refused.value.detail) == ("task_step", True)
    one.discharge(both[0])
    with pytest.raises(RuleError) as refused:
        tasks.complete(two.nurse, task=Task.objects.get(hospital=two.here))
    assert code_of(refused) == "task_step"


def test_a_version_seen_before_is_stale(one, both):
    task = Task.objects.get(hospital=one.here)
    with pytest.raises(StaleError):
        tasks.complete(one.nurse, task=task, expected_version=2)
    assert one.tasks == [("admitted_elsewhere", OPEN)]


@pytest.mark.parametrize("role", ["receptionist", "administrator", "cashier", "pharmacist"])
def test_who_does_not_care_for_patients_settles_nothing(one, role):
    task = TaskFactory(hospital=one.here)
    with pytest.raises(PermissionDenied):
        tasks.complete(actor(role, one.here), task=task)


def test_of_another_hospital_there_is_nothing_to_settle(one, two, both):
    with pytest.raises(NotVisible):
        tasks.complete(two.nurse, task=Task.objects.get(hospital=one.here))
    assert one.tasks == [("admitted_elsewhere", OPEN)]


def test_a_task_goes_with_its_patient(one, two, both):
    elsewhere = WardFactory(hospital=one.here)
    assert Task.objects.in_ward(one.ward).count() == 1
    inpatients.transfer(one.nurse, stay=InPatient.objects.get(pk=both[0].pk), ward=elsewhere)
    assert [Task.objects.in_ward(ward).count() for ward in (one.ward, elsewhere)] == [0, 1]
    assert Task.objects.in_ward(two.ward).count() == 1


# ---- on record, and nothing told


def test_each_hospitals_record_says_nothing_of_the_other(one, two, patient):
    """Raised, called off, raised again: what is written where nobody of that hospital acted is the system's."""
    one.admit(patient, at=ago(5))
    two.admit(patient)
    one.discharge(InPatient.objects.get(hospital=one.here))
    for side, other in ((one, two), (two, one)):
        told = [
            *AuditEvent.objects.filter(hospital_id=side.here.pk).values_list(),
            *Task.objects.filter(hospital=side.here).values_list(),
            *Task.history.filter(hospital=side.here).values_list(),
        ]
        assert told
        found = [word for word in other.words if word in repr(told)]
        assert not found, f"{side.here.name} is told {found}"
    there = AuditEvent.objects.filter(hospital_id=one.here.pk, act="records.task.raise").get()
    assert (there.user_id, there.actor_kind, there.roles, there.ip, there.door) == (
        None, "system", "", None, "job",
    )  # fmt: skip
    assert there.patient_id == patient.pk
    assert there.hospital_id == one.here.pk
    here = AuditEvent.objects.filter(hospital_id=two.here.pk, resource="records.task")
    assert list(here.order_by("id").values_list("act", "user_id")) == [
        ("records.inpatient.create", two.nurse.user_id),
        ("records.task.cancel", None),
    ]


def test_the_others_stay_is_not_touched(one, both):
    seen = InPatient.objects.get(pk=both[0].pk)
    assert (seen.version, seen.updated_at) == (both[0].version, both[0].updated_at)
