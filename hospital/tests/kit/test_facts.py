"""Create, change, retire, restore: what each refuses, and that a refusal leaves nothing behind."""

import pytest
from django.core.exceptions import ValidationError

from hospital.kit import facts
from hospital.kit.actors import acting
from hospital.kit.errors import Denied, NotVisible, RuleError, StaleError, problem_of
from hospital.models import AuditEvent, Department, ExternalId, Ward
from hospital.tests.factories import DepartmentFactory, HospitalFactory, WardFactory, actor

pytestmark = pytest.mark.django_db


@pytest.fixture
def hospital():
    return HospitalFactory()


@pytest.fixture
def administrator(hospital):
    return actor("administrator", hospital)


@pytest.fixture
def department(hospital):
    return DepartmentFactory(hospital=hospital, code="CARD", name="Cardiology")


@pytest.fixture
def untouched(django_assert_num_queries):
    """Everything that a refused act must leave as it was."""

    def state():
        return {
            "departments": sorted(
                Department.objects.values_list("pk", "version", "name", "retired_at")
            ),
            "wards": sorted(Ward.objects.values_list("pk", "version", "name", "retired_at")),
            "histories": Department.history.count() + Ward.history.count(),
            "audit": AuditEvent.objects.count(),
            "external": ExternalId.objects.count(),
        }

    return state


def test_creating_books_the_names_of_what_was_chosen_and_no_values(administrator, hospital):
    record = facts.create(administrator, Department(hospital=hospital, code="MED", name="Medicine"))
    event = AuditEvent.objects.get()
    assert event.act == "hospital.department.create"
    assert (event.object_id, event.version, event.user_id) == (record.pk, 1, administrator.user_id)
    assert event.changed == ["code", "name"]
    assert "Medicine" not in str(vars(event))


def test_a_change_of_nothing_writes_nothing(administrator, department, untouched):
    before = untouched()
    fresh = Department.objects.get(pk=department.pk)
    fresh.name = str(fresh.name)
    facts.change(administrator, fresh, expected_version=1)
    assert untouched() == before
    assert fresh.version == 1


def test_a_change_that_cleans_to_what_was_there_writes_nothing(
    administrator, department, untouched
):
    department.phone = "+49 30 23125 100"
    facts.change(administrator, department)
    before = untouched()
    fresh = Department.objects.get(pk=department.pk)
    fresh.phone = "+49 (30) 23125-100"
    facts.change(administrator, fresh)
    assert untouched() == before


def test_a_stale_change_is_refused_with_the_record_as_it_is(administrator, department, untouched):
    stale = Department.objects.get(pk=department.pk)
    department.name = "Heart centre"
    facts.change(administrator, department)
    before = untouched()
    stale.name = "Heart clinic"
    with pytest.raises(StaleError) as refusal:
        facts.change(administrator, stale)
    assert refusal.value.current.name == "Heart centre"
    fresh = Department.objects.get(pk=department.pk)
    fresh.name = "Third"
    with pytest.raises(StaleError):
        facts.change(administrator, fresh, expected_version=1)
    assert untouched() == before


@pytest.mark.parametrize(
    ("field", "value", "code"),
    [
        ("name", "", "required"),
        ("name", "x" * 121, "max_length"),
        ("name", "a\x00b", "nul_character"),
        ("description", "half a letter \ud83d", "invalid"),
        ("code", "lower", "code_invalid"),
        ("code", "TAKEN", "code_taken"),
        ("phone", "12", "phone_invalid"),
    ],
)
def test_a_broken_fact_is_refused_beside_its_field(
    administrator, department, untouched, field, value, code
):
    DepartmentFactory(hospital=department.hospital, code="TAKEN")
    before = untouched()
    setattr(department, field, value)
    with pytest.raises(ValidationError) as refusal:
        facts.change(administrator, department)
    problem = problem_of(refusal.value)
    assert (problem.status, problem.code) == (400, "invalid_input")
    assert [found for found, _ in problem.errors[field]] == [code]
    assert untouched() == before


def test_a_retired_record_cannot_be_changed_and_tells_so(administrator, department, untouched):
    facts.retire(administrator, department, reason="Moved")
    before = untouched()
    department.name = "Elsewhere"
    for refused in (
        lambda: facts.change(administrator, department),
        lambda: facts.retire(administrator, department, reason="Again"),
    ):
        with pytest.raises(RuleError) as refusal:
            refused()
        assert refusal.value.code == "retired"
    assert untouched() == before


@pytest.mark.parametrize(
    ("reason", "code"),
    [("", "reason_required"), ("  ", "reason_required"), ("x" * 201, "reason_too_long")],
)
def test_retiring_needs_a_reason_that_fits(administrator, department, untouched, reason, code):
    before = untouched()
    with pytest.raises(ValidationError) as refusal:
        facts.retire(administrator, department, reason=reason)
    assert problem_of(refusal.value).errors["reason"][0][0] == code
    assert untouched() == before


def test_what_is_in_use_cannot_be_retired_and_the_use_is_named(
    administrator, department, untouched
):
    ward = WardFactory(department=department)
    before = untouched()
    with pytest.raises(RuleError) as refusal:
        facts.retire(administrator, department, reason="Moved")
    assert refusal.value.code == "in_use"
    assert [link.id for link in refusal.value.links] == [ward.pk]
    assert untouched() == before
    facts.retire(administrator, ward, reason="Moved")
    facts.retire(administrator, department, reason="Moved")
    assert department.is_retired


def test_a_code_is_free_again_after_retiring_and_its_old_holder_cannot_come_back(
    administrator, department, untouched
):
    facts.retire(administrator, department, reason="Moved")
    facts.create(administrator, Department(hospital=department.hospital, code="CARD", name="New"))
    before = untouched()
    with pytest.raises(RuleError) as refusal:
        facts.restore(administrator, department)
    assert (refusal.value.code, problem_of(refusal.value).status) == ("restore_conflict", 409)
    assert untouched() == before


def test_nothing_live_can_lean_on_something_retired(administrator, department, untouched):
    ward = WardFactory(department=department)
    facts.retire(administrator, ward, reason="Moved")
    facts.retire(administrator, department, reason="Moved")
    before = untouched()
    with pytest.raises(RuleError) as refusal:
        facts.restore(administrator, ward)
    assert refusal.value.code == "restore_conflict"
    new = Ward(hospital=department.hospital, department=department, code="W1", name="Ward 1")
    with pytest.raises(ValidationError) as invalid:
        facts.create(administrator, new)
    assert problem_of(invalid.value).errors["department"][0][0] == "retired_choice"
    assert untouched() == before


def test_an_external_id_is_taken_once_and_names_its_holder(administrator, hospital, untouched):
    first = facts.create(
        administrator, Department(hospital=hospital, code="A1", name="A"), external_id="lab-7"
    )
    before = untouched()
    with pytest.raises(RuleError) as refusal:
        facts.create(
            administrator, Department(hospital=hospital, code="A2", name="B"), external_id="lab-7"
        )
    assert refusal.value.code == "external_id_taken"
    assert refusal.value.links[0].id == first.pk
    assert untouched() == before


def test_an_external_id_of_another_system_is_another(administrator, hospital):
    facts.create(administrator, Department(hospital=hospital, code="A1", name="A"), external_id="7")
    other = actor("administrator", hospital)
    facts.create(other, Department(hospital=hospital, code="A2", name="B"), external_id="7")
    facts.create(administrator, Ward(
        hospital=hospital, department=Department.objects.get(code="A1"), code="W1", name="W",
    ), external_id="7")  # fmt: skip
    assert ExternalId.objects.count() == 3


def test_strangers_see_nothing_and_colleagues_are_told_what_they_lack(department, untouched):
    stranger = actor("administrator", HospitalFactory())
    nurse = actor("nurse", department.hospital)
    department.name = "Mine now"
    before = untouched()
    for act in (
        lambda who: facts.change(who, department),
        lambda who: facts.retire(who, department, reason="x"),
        lambda who: facts.restore(who, department),
    ):
        with pytest.raises(NotVisible):
            act(stranger)
        with pytest.raises(Denied):
            act(nurse)
    with pytest.raises((Denied, NotVisible)):
        facts.create(stranger, Department(hospital=department.hospital, code="X1", name="X"))
    assert untouched() == before


def test_a_write_outside_of_an_act_has_nobody_to_book_it_on(department):
    from hospital.kit import audit

    with pytest.raises(RuntimeError):
        audit.wrote(department)


def test_a_failure_after_the_write_takes_the_write_back(
    administrator, department, untouched, monkeypatch
):
    def fail(*args, **kwargs):
        raise OSError("audit down")

    before = untouched()
    monkeypatch.setattr("hospital.kit.audit.wrote", fail)
    department.name = "Heart centre"
    with pytest.raises(OSError, match="audit down"):
        facts.change(administrator, department)
    with pytest.raises(OSError, match="audit down"), acting(administrator, "x.y.z"):
        facts.create(administrator, Department(hospital=department.hospital, code="Q1", name="Q"))
    assert untouched() == before
