"""Eight processes count one number up together. Ours loses none; the naive way is seen losing."""

import pytest
from django.db.models import F

from hospital.kit import facts
from hospital.kit.acts import in_transaction
from hospital.kit.errors import StaleError
from hospital.kit.racing import line_up
from hospital.models import AuditEvent, Department
from hospital.services.identity import command_actor
from hospital.tests.factories import DepartmentFactory

from .harness import PROCESSES, once

pytestmark = [pytest.mark.race, pytest.mark.timeout(600)]
EACH = 12


def prepare():
    return str(DepartmentFactory(description="0").pk)


def count_up(pk, is_naive):
    """Read the number, add one, save; whoever is refused as stale looks again. Returns the refusals."""
    refusals = 0
    line_up()
    for _ in range(EACH):
        if is_naive:
            row = Department.objects.get(pk=pk)
            Department.objects.filter(pk=pk).update(
                description=str(int(row.description) + 1), version=F("version") + 1
            )
            continue
        while not _is_counted(pk):
            refusals += 1
    return refusals


def _is_counted(pk):
    department = Department.objects.get(pk=pk)
    administrator = command_actor(department.hospital_id, "administrator")
    department.description = str(int(department.description) + 1)
    try:
        in_transaction(lambda: facts.change(administrator, department))
    except StaleError:
        return False
    return True


def look(pk):
    department = Department.objects.get(pk=pk)
    versions = list(department.history.order_by("version").values_list("version", "description"))
    return int(department.description), department.version, versions, AuditEvent.objects.count()


def test_no_edit_is_lost(race, count):
    pk = once(race, prepare)
    refusals = race(count_up, [(pk, False)] * PROCESSES)
    total = PROCESSES * EACH
    number, version, history, events = once(race, look, pk)
    assert number == total
    assert version == total + 1
    assert history == [(n + 1, str(n)) for n in range(total + 1)]
    assert events == total
    assert sum(refusals) > 0, "nobody ever met anybody: this was no race"
    count("edits of one record by eight processes, none lost", total)


def test_the_naive_way_loses_edits(race):
    pk = once(race, prepare)
    race(count_up, [(pk, True)] * PROCESSES)
    number, *_ = once(race, look, pk)
    assert number < PROCESSES * EACH
