"""Tasks by the API: listed, filtered, read and settled."""

import pytest

from hospital.kit import clock
from hospital.models import AuditEvent
from hospital.tests.factories import BedFactory, HospitalFactory, WardFactory, api
from records.models import Task
from records.tests.encounter_factories import BedPeriodFactory, InPatientFactory, TaskFactory

pytestmark = pytest.mark.django_db
LIST = "/api/v1/tasks"


@pytest.fixture
def here():
    return HospitalFactory()


@pytest.fixture
def program(here):
    return api("integrator", here)


@pytest.fixture
def ward(here):
    return WardFactory(hospital=here)


@pytest.fixture
def task(here, ward):
    return TaskFactory(encounter=InPatientFactory(ward=ward))


def status_and_code(answer):
    return answer.status_code, answer.json()["code"]


def ids(answer):
    return [row["id"] for row in answer.json()["results"]]


def test_it_is_listed_and_read_and_tells_where_the_patient_is_now(program, task, here, ward):
    shown = program.get(f"{LIST}/{task.pk}").json()
    assert shown == program.get(LIST).json()["results"][0]
    assert (shown["kind"], shown["status"]) == ("admitted_elsewhere", "requested")
    assert shown["encounter_id"] == str(task.encounter_id)
    assert shown["patient_id"] == str(task.encounter.patient_id)
    assert shown["ward_id"] == str(ward.pk)
    look = AuditEvent.objects.get(act="records.task.read")
    assert look.patient_id == task.encounter.patient_id
    task.encounter.periods.update(ends_at=clock.now())
    bed = BedFactory(hospital=here)
    BedPeriodFactory(bed=bed, encounter=task.encounter, starts_at=clock.now())
    assert program.get(f"{LIST}/{task.pk}").json()["ward_id"] == str(bed.ward_id)


def test_it_is_settled_once_whatever_is_sent_again(program, task):
    at = f"{LIST}/{task.pk}/complete"
    first, again = (program.post(at, {}, headers={"Idempotency-Key": "k"}) for _ in range(2))
    assert (first.status_code, first.json()["status"]) == (200, "completed")
    assert (first.json(), again["Idempotent-Replay"]) == (again.json(), "true")
    assert first.json()["completed_at"] is not None
    assert status_and_code(program.post(at, {})) == (409, "task_step")
    task.refresh_from_db()
    assert task.version == 2


def test_a_version_that_was_seen_before_is_412(program, task):
    at = f"{LIST}/{task.pk}/complete"
    assert status_and_code(program.post(at, {"version": 7})) == (412, "stale")
    assert program.post(at, {"version": 1}).status_code == 200


def test_it_is_filtered_by_where_whose_and_how_far(program, task, here, ward):
    other = TaskFactory(
        hospital=here, kind="stay_elsewhere", status="completed", completed_at=clock.now()
    )
    TaskFactory()
    assert set(ids(program.get(LIST))) == {str(task.pk), str(other.pk)}
    for asked in (
        f"ward_id={ward.pk}", f"encounter_id={task.encounter_id}", "status=requested",
        f"patient_id={task.encounter.patient_id}", "kind=admitted_elsewhere",
    ):  # fmt: skip
        assert ids(program.get(f"{LIST}?{asked}")) == [str(task.pk)], asked
    assert status_and_code(program.get(f"{LIST}?status=done")) == (400, "invalid_input")
    assert status_and_code(program.get(f"{LIST}?wards=1")) == (400, "invalid_input")


def test_pages_and_changes_since_are_those_of_every_list(program, here):
    made = [str(TaskFactory(hospital=here).pk) for _ in range(3)]
    first = program.get(f"{LIST}?limit=2").json()
    assert [row["id"] for row in first["results"]] == made[:2]
    assert ids(program.get(first["next"])) == made[2:]
    moment = clock.now().isoformat().replace("+00:00", "Z")
    Task.objects.get(pk=made[1]).save()
    assert ids(program.get(f"{LIST}?updated_since={moment}")) == [made[1]]


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
def test_tasks_are_made_and_taken_away_by_what_happens_to_stays_alone(program, task, method):
    address = LIST if method == "post" else f"{LIST}/{task.pk}"
    assert getattr(program, method)(address, {}).status_code == 405
    assert Task.objects.open().count() == 1


def test_a_token_that_may_only_read_settles_nothing(here, task):
    reader = api("integrator", here, scopes=["records.task:read"])
    assert reader.get(f"{LIST}/{task.pk}").status_code == 200
    assert reader.post(f"{LIST}/{task.pk}/complete", {}).status_code == 403
    assert Task.objects.open().count() == 1
