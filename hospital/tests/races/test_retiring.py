"""One retires a department while the other opens a ward in it: never a live ward in a retired one."""

import pytest

from hospital.kit import clock, facts
from hospital.kit.acts import in_transaction
from hospital.kit.errors import RuleError, problem_of
from hospital.kit.racing import line_up
from hospital.models import Department, Hospital, Membership, Ward
from hospital.services import accounts
from hospital.services.identity import command_actor
from hospital.tests.factories import (
    DepartmentFactory,
    HospitalFactory,
    MembershipFactory,
    WardFactory,
)

from .harness import flat, once

pytestmark = [pytest.mark.race, pytest.mark.timeout(600)]
ROUNDS = 20


def prepare():
    hospital = HospitalFactory()
    return hospital.pk, [DepartmentFactory(hospital=hospital).pk for _ in range(ROUNDS)]


def work(is_retiring, is_naive, hospital_id, departments):
    """Round after round, both start together; returns what came of each: "" for done, or a code."""
    administrator = command_actor(hospital_id, "administrator")
    answers = []
    for pk in departments:
        department = Department.objects.get(pk=pk)
        line_up()
        act = {
            (True, False): _retire, (True, True): _retire_naively,
            (False, False): _open, (False, True): _open_naively,
        }[is_retiring, is_naive]  # fmt: skip
        answers.append(act(administrator, department))
    return answers


def _retire(administrator, department):
    return _code_of(
        lambda: in_transaction(lambda: facts.retire(administrator, department, reason="Moved"))
    )


def _open(administrator, department):
    ward = Ward(
        hospital=department.hospital, department=department, code="W1-" + str(department.code)
    )
    ward.name = "Ward"
    return _code_of(lambda: in_transaction(lambda: facts.create(administrator, ward)))


def _retire_naively(administrator, department):
    """Look, then act: what everybody writes first."""
    is_empty = not Ward.objects.live().filter(department=department).exists()
    line_up()
    if is_empty:
        Department.objects.filter(pk=department.pk).update(retired_at=clock.now())
    return "" if is_empty else "in_use"


def _open_naively(administrator, department):
    is_live = Department.objects.live().filter(pk=department.pk).exists()
    line_up()
    if is_live:
        WardFactory(department=department)
    return "" if is_live else "retired_choice"


def _code_of(act):
    try:
        act()
    except Exception as exc:  # noqa: BLE001  (told to the test)
        problem = problem_of(exc)
        if problem is None:
            return f"{type(exc).__name__}: {exc}"
        return next((code for rows in problem.errors.values() for code, _ in rows), problem.code)
    return ""


def orphans():
    return Ward.objects.live().filter(department__retired_at__isnull=False).count()


def test_no_live_ward_is_left_in_a_retired_department(race, count):
    hospital_id, departments = once(race, prepare)
    retiring, opening = race(
        work, [(True, False, hospital_id, departments), (False, False, hospital_id, departments)]
    )
    assert once(race, orphans) == 0
    outcomes = set(zip(retiring, opening, strict=True))
    assert outcomes <= {("", "retired_choice"), ("in_use", "")}
    count("departments retired while a ward was opened in them", ROUNDS)


def test_the_naive_way_leaves_live_wards_in_retired_departments(race):
    hospital_id, departments = once(race, prepare)
    race(work, [(True, True, hospital_id, departments), (False, True, hospital_id, departments)])
    assert once(race, orphans) > 0


def same_code(hospital_id, departments):
    """Several open a ward of the same code, and try to bring an old one of that code back."""
    administrator = command_actor(hospital_id, "administrator")
    answers = []
    for number, pk in enumerate(departments):
        department = Department.objects.get(pk=pk)
        old = Ward.objects.retired().filter(code=f"SAME{number}").first()
        line_up()
        if old is None:
            ward = Ward(
                hospital=department.hospital, department=department, code=f"SAME{number}", name="W"
            )
            answers.append(
                _code_of(
                    lambda ward=ward: in_transaction(lambda: facts.create(administrator, ward))
                )
            )
        else:
            answers.append(
                _code_of(lambda old=old: in_transaction(lambda: facts.restore(administrator, old)))
            )
    return answers


def make_old_wards(departments):
    for number, pk in enumerate(departments[::2]):
        department = Department.objects.get(pk=pk)
        WardFactory(department=department, code=f"SAME{2 * number}", retired_at=clock.now())


def codes_in_use():
    return sorted(Ward.objects.live().values_list("code", flat=True))


def test_one_code_is_given_once_whoever_creates_or_restores(race):
    hospital_id, departments = once(race, prepare)
    once(race, make_old_wards, departments)
    answers = race(same_code, [(hospital_id, departments)] * 4)
    assert once(race, codes_in_use) == sorted(f"SAME{n}" for n in range(ROUNDS))
    assert flat(answers).count("") == ROUNDS
    assert set(flat(answers)) <= {"", "code_taken", "restore_conflict", "stale", "not_retired"}


def make_administrators():
    """Hospitals with two administrators each, as the ids of their memberships."""
    pairs = []
    for _ in range(ROUNDS):
        hospital = HospitalFactory()
        pairs.append([MembershipFactory(hospital=hospital, role="administrator").pk for _ in "ab"])
    return pairs


def dismiss(place, pairs):
    operator = command_actor(None, "operator")
    answers = []
    for memberships in pairs:
        membership = Membership.objects.get(pk=memberships[place])
        line_up()
        try:
            in_transaction(
                lambda row=membership: accounts.dismiss(operator, membership=row, reason="Left")
            )
            answers.append("")
        except RuleError as refusal:
            answers.append(refusal.code)
    return answers


def hospitals_without_administrator():
    with_one = Membership.objects.in_force().filter(role="administrator").values("hospital_id")
    return Hospital.objects.exclude(pk__in=with_one).count()


def test_two_administrators_dismissed_at_once_do_not_both_go(race):
    pairs = once(race, make_administrators)
    first, second = race(dismiss, [(0, pairs), (1, pairs)])
    assert once(race, hospitals_without_administrator) == 0
    assert {frozenset(pair) for pair in zip(first, second, strict=True)} == {
        frozenset({"", "last_administrator"})
    }
