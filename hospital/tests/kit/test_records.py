"""The base of every editable row: no blind overwrite, a history that names actor and act, no deletion."""

import pytest
from django.db import models, transaction

from hospital.kit import facts
from hospital.kit.actors import acting
from hospital.kit.errors import StaleError
from hospital.models import Department
from hospital.tests.factories import DepartmentFactory, HospitalFactory, actor

pytestmark = pytest.mark.django_db


@pytest.fixture
def department():
    return DepartmentFactory(name="Cardiology")


@pytest.fixture
def administrator(department):
    return actor("administrator", department.hospital)


def again(record):
    return type(record).objects.get(pk=record.pk)


WAYS_TO_SAVE = {
    "save": lambda record: record.save(),
    "save of some fields": lambda record: record.save(update_fields=["name"]),
    "forced save": lambda record: record.save(force_update=True),
    "save below the override": models.Model.save,
    "save_base": lambda record: record.save_base(),
    "update_or_create": lambda record: Department.objects.update_or_create(
        pk=record.pk, defaults={"name": record.name}
    ),
}


@pytest.mark.parametrize("way", WAYS_TO_SAVE)
def test_every_way_of_saving_moves_the_version(department, way):
    department.name = "Heart centre"
    WAYS_TO_SAVE[way](department)
    assert again(department).version == 2
    assert again(department).name == "Heart centre"
    assert again(department).updated_at > department.created_at


@pytest.mark.parametrize("way", sorted(WAYS_TO_SAVE.keys() - {"update_or_create"}))
def test_whoever_saves_second_is_refused_and_nothing_is_overwritten(department, way):
    stale = again(department)
    department.name = "Heart centre"
    department.save()
    stale.name = "Heart clinic"
    with pytest.raises(StaleError) as refusal, transaction.atomic():
        WAYS_TO_SAVE[way](stale)
    assert refusal.value.current.name == "Heart centre"
    assert again(department).name == "Heart centre"
    assert again(department).version == 2
    assert department.history.count() == 2


def test_saving_a_record_that_is_gone_is_stale_and_does_not_bring_it_back(department):
    stale = again(department)
    Department.objects.filter(pk=department.pk).delete()
    stale.name = "Ghost"
    with pytest.raises(StaleError) as refusal, transaction.atomic():
        stale.save()
    assert refusal.value.current is None
    assert not Department.objects.exists()


def test_the_naive_way_would_have_lost_the_first_change(department):
    """The control: what Django does without our base."""
    first, second = again(department), again(department)
    first.name, second.phone = "Heart centre", "+493023125100"
    for record in (first, second):
        row = {name: getattr(record, name) for name in ("name", "phone")}
        Department.objects.filter(pk=record.pk).update(**row)
    assert again(department).name == "Cardiology", "nothing was lost: the control controls nothing"


def test_a_version_set_by_hand_does_not_open_the_row(department):
    department.save()
    stale = again(department)
    stale.version = 1
    with pytest.raises(StaleError), transaction.atomic():
        stale.save()
    stale.version = 7
    with pytest.raises(StaleError), transaction.atomic():
        stale.save()
    assert again(department).version == 2


def test_history_names_the_actor_and_the_act_and_keeps_every_version(department, administrator):
    department.name = "Heart centre"
    facts.change(administrator, department)
    facts.retire(administrator, department, reason="Moved")
    facts.restore(administrator, department)
    rows = list(department.history.order_by("history_id"))
    assert [row.version for row in rows] == [1, 2, 3, 4]
    assert [row.name for row in rows] == ["Cardiology", *["Heart centre"] * 3]
    assert [row.history_change_reason for row in rows[1:]] == [
        "hospital.department.update",
        "hospital.department.retire",
        "hospital.department.restore",
    ]
    assert {row.history_user_id for row in rows[1:]} == {administrator.user_id}
    assert rows[2].retired_by == administrator.user_id
    assert rows[2].retired_reason == "Moved"
    assert rows[3].retired_at is None
    assert rows[3].retired_reason == ""


def test_an_act_inside_an_act_is_booked_under_the_inner_name(department, administrator):
    with acting(administrator, "outer.act.run"):
        department.name = "Heart centre"
        facts.change(administrator, department)
        other = DepartmentFactory(hospital=department.hospital)
    assert department.history.first().history_change_reason == "hospital.department.update"
    assert other.history.first().history_change_reason == "outer.act.run"


def test_history_ids_are_made_in_order_and_survive_the_account(department, administrator):
    from hospital.models import Membership, User

    department.name = "Heart centre"
    facts.change(administrator, department)
    Membership.objects.all().delete()
    User.objects.filter(pk=administrator.user_id).delete()
    assert department.history.first().history_user_id == administrator.user_id


def test_changed_fields_tell_what_was_typed_not_how(department):
    assert department.changed_fields() == set()
    department.name = "Heart centre"
    department.phone = "+493023125100"
    assert department.changed_fields() == {"name", "phone"}
    department.refresh_from_db()
    assert department.changed_fields() == set()
    fresh = Department(hospital=department.hospital, code="X1", name="X")
    assert fresh.changed_fields() == {"hospital", "code", "name"}


def test_live_and_retired_part_the_rows(department, administrator):
    other = DepartmentFactory(hospital=department.hospital)
    facts.retire(administrator, department, reason="Moved")
    assert list(Department.objects.live()) == [other]
    assert list(Department.objects.retired()) == [department]


def test_visible_rows_are_those_of_the_own_hospital(department, administrator):
    DepartmentFactory(hospital=HospitalFactory())
    assert list(Department.objects.visible_to(administrator)) == [department]
    assert not Department.objects.visible_to(None).exists()
