"""The door's one transaction: refusals leave nothing, a deadlock is tried again, then Busy."""

import pytest
from django.db import InterfaceError, OperationalError, connection, transaction

from hospital.kit import acts, facts
from hospital.kit.actors import current, current_act
from hospital.kit.acts import act, in_transaction
from hospital.kit.errors import Busy, Denied, NotSignedIn, RuleError, StaleError
from hospital.models import AuditEvent, Department
from hospital.tests.factories import DepartmentFactory, HospitalFactory, actor

pytestmark = pytest.mark.django_db


class Driver(Exception):
    """Stands for the driver's error under Django's."""

    def __init__(self, sqlstate):
        self.sqlstate = sqlstate


def error(sqlstate="", text="", kind=OperationalError):
    raised = kind(text)
    raised.__cause__ = Driver(sqlstate)
    return raised


TRANSIENT = [error("40001"), error("40P01"), error("55P03")]
if connection.vendor == "sqlite":  # which has no codes, only words
    TRANSIENT += [error(text="database is locked")]
LOST = [error("08006"), error("57P01"), error(kind=InterfaceError)]


@pytest.fixture(autouse=True)
def impatient(monkeypatch):
    waits = []
    monkeypatch.setattr(acts.time, "sleep", waits.append)
    monkeypatch.setattr(connection, "close", lambda: None)
    return waits


@pytest.fixture
def department():
    return DepartmentFactory(name="Cardiology")


@pytest.fixture
def administrator(department):
    return actor("administrator", department.hospital)


def failing(times, failure, work=lambda: "done"):
    tries = []

    def run():
        answer = work()
        tries.append(1)
        if len(tries) <= times:
            raise failure
        return answer

    run.tries = tries
    return run


@pytest.mark.parametrize("failure", TRANSIENT)
@pytest.mark.parametrize("times", [1, 2])
def test_a_deadlock_is_tried_again(failure, times, impatient):
    work = failing(times, failure)
    assert in_transaction(work) == "done"
    assert len(work.tries) == times + 1
    assert impatient == [0.02, 0.06][:times]


@pytest.mark.parametrize("failure", TRANSIENT)
def test_after_three_tries_it_is_busy(failure):
    work = failing(9, failure)
    with pytest.raises(Busy) as refusal:
        in_transaction(work)
    assert len(work.tries) == 3
    assert refusal.value.code == "busy"


@pytest.mark.parametrize("failure", LOST)
def test_a_lost_connection_is_not_tried_again_because_the_commit_may_have_happened(failure):
    work = failing(9, failure)
    with pytest.raises(Busy):
        in_transaction(work)
    assert len(work.tries) == 1


@pytest.mark.parametrize(
    "failure", [RuleError("retired"), StaleError(None), Denied("a.b.c"), ValueError("ours")]
)
def test_a_refusal_is_not_tried_again_and_takes_everything_back(failure, administrator, department):
    def rename():
        department.name = "Heart centre"
        facts.change(administrator, department)

    work = failing(9, failure, rename)
    with pytest.raises(type(failure)):
        in_transaction(work)
    assert len(work.tries) == 1
    assert Department.objects.get().name == "Cardiology"
    assert not AuditEvent.objects.exists()


@pytest.mark.parametrize("times", [1, 2])
def test_what_was_typed_is_saved_by_the_try_that_succeeds(administrator, department, times):
    """The record believes the failed try no more: its version and its history are as they were."""
    department.name = "Heart centre"
    work = failing(times, TRANSIENT[0], lambda: facts.change(administrator, department))
    in_transaction(work)
    stored = Department.objects.get()
    assert (stored.name, stored.version) == ("Heart centre", 2)
    assert department.version == 2
    assert AuditEvent.objects.count() == 1
    assert department.history.count() == 2


def test_a_new_record_is_made_once_by_the_try_that_succeeds(administrator, department):
    fresh = Department(hospital=department.hospital, code="MED", name="Medicine")
    in_transaction(failing(2, TRANSIENT[0], lambda: facts.create(administrator, fresh)))
    assert Department.objects.filter(code="MED").count() == 1
    assert AuditEvent.objects.count() == 1


def test_retiring_and_restoring_survive_a_failed_try(administrator, department):
    in_transaction(
        failing(1, TRANSIENT[0], lambda: facts.retire(administrator, department, reason="Moved"))
    )
    assert Department.objects.get().is_retired
    in_transaction(failing(1, TRANSIENT[0], lambda: facts.restore(administrator, department)))
    assert not Department.objects.get().is_retired
    assert department.version == 3


def test_a_form_that_comes_back_shows_the_version_that_is_stored(administrator, department):
    department.name = "Heart centre"

    def work():
        facts.change(administrator, department)
        raise RuleError("in_use")

    with pytest.raises(RuleError):
        in_transaction(work)
    assert department.version == Department.objects.get().version == 1
    assert department.name == "Heart centre", "what was typed is not lost"
    assert department.changed_fields() == {"name"}


@act("hospital.department.update")
def rename(actor, *, department, name):
    assert connection.in_atomic_block
    assert current() is actor
    assert current_act() == "hospital.department.update"
    department.name = name
    facts.save(department)
    return department.name


def test_an_act_runs_in_a_transaction_on_the_actors_account(administrator, department):
    assert rename(administrator, department=department, name="Heart centre") == "Heart centre"
    assert current() is None
    assert current_act() == ""
    assert rename.permission == "hospital.department.update"


def test_an_act_asks_the_policy_before_anything_else(department):
    with pytest.raises(Denied):
        rename(actor("nurse", department.hospital), department=department, name="x")
    with pytest.raises(NotSignedIn):
        rename(None, department=department, name="x")
    assert Department.objects.get().version == 1


def test_an_act_that_fails_leaves_nothing_although_the_caller_goes_on(administrator, department):
    with transaction.atomic():
        with pytest.raises(TypeError):
            rename(administrator, department=department)
        DepartmentFactory(hospital=HospitalFactory())
    assert Department.objects.count() == 2
    assert Department.objects.get(pk=department.pk).version == 1
