"""Many rows changed by one statement keep what saving each of them keeps."""

import pytest

from hospital.kit import bulk
from hospital.kit.actors import acting
from hospital.kit.errors import StaleError
from hospital.models import Department
from hospital.tests.factories import DepartmentFactory, HospitalFactory, actor

pytestmark = pytest.mark.django_db


@pytest.fixture
def rows():
    here = HospitalFactory()
    return DepartmentFactory.create_batch(3, hospital=here)


def test_each_row_has_its_next_version_and_its_history(rows):
    who = actor("administrator", rows[0].hospital)
    with acting(who, "hospital.department.update"):
        bulk.change(rows, description="Moved")
    for row in rows:
        stored, told = Department.objects.get(pk=row.pk), row.history.first()
        assert (stored.description, stored.version, row.version) == ("Moved", 2, 2)
        assert (told.description, told.version, told.history_user_id) == ("Moved", 2, who.user_id)
        assert told.history_change_reason == "hospital.department.update"
        row.save()  # what was loaded is what is stored


def test_one_that_was_changed_since_refuses_all_of_them(rows):
    other = Department.objects.get(pk=rows[1].pk)
    other.description = "Theirs"
    other.save()
    with pytest.raises(StaleError):
        bulk.change(rows, description="Moved")
    assert not Department.objects.filter(description="Moved").exists()


def test_nothing_to_change_is_nothing_written(rows, django_assert_num_queries):
    with django_assert_num_queries(0):
        bulk.change([], description="Moved")
