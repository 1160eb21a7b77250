"""The policy is the permission matrix, cell by cell and in both directions; every mutant of it is noticed."""

from dataclasses import replace

import pytest

from hospital.kit import policy
from hospital.kit.policy import everywhere, nowhere

from . import oracle
from .comparing import cases, differences
from .samples import world

pytestmark = pytest.mark.django_db


@pytest.fixture
def place():
    return world()


def test_every_permission_stands_in_the_matrix_and_every_row_of_the_matrix_in_the_policy():
    assert set(policy.permissions()) == oracle.permissions()


def test_the_policy_does_what_the_matrix_says(place, count):
    assert list(differences(place)) == []
    looked_at = list(cases(place, None, oracle.COLUMNS))
    count("cells of the matrix (act x role)", len(oracle.cells()))
    count("cells of the matrix (act x role x row)", len(looked_at))
    assert len(looked_at) > 1500


def mutants():
    """(what was changed, the permissions it touches, the column it touches, the rules after it)."""
    for permission, rules in policy._rules.items():
        for number, rule in enumerate(rules):
            for role in oracle.COLUMNS[:-1]:
                if _has_as_much_already(role, rule, rules, permission):
                    continue
                turned = replace(rule, roles=rule.roles ^ {role})
                gave = "gives it to" if role in turned.roles else "takes it from"
                yield f"{gave} {role}", permission, [role], number, turned
            for name, changes in _changes(rule).items():
                yield name, permission, sorted(rule.roles), number, replace(rule, **changes)


def _has_as_much_already(role, rule, rules, permission):
    """Whether the role's other rules give everything this one would give it: then nothing changes."""
    others = [other for other in rules if role in other.roles and other is not rule]
    if others and rule.scope.name in NO_ROWS_FOR.get(role, NO_ROWS_AT_A_HOSPITAL):
        return True
    return any(_is_at_least(other, rule, permission) for other in others)


# Somebody without a hospital meets no rows of one, and somebody with one none of the installation.
NO_ROWS_FOR = {"operator": {"own_hospital", "colleagues", "subordinates", "roles_to_grant"}}
NO_ROWS_AT_A_HOSPITAL = {"platform_tokens"}
INSIDE = {
    ("own_doctor", "own_hospital"), ("own_account", "colleagues"), ("shown_here", "patients_here"),
    ("own_appointments", "own_hospital"), ("own_feeds", "own_hospital"),
}  # fmt: skip


def _is_at_least(other, rule, permission):
    names = (rule.scope.name, other.scope.name)
    is_new = permission.endswith("user.create")  # every account being made is in reach
    return (
        (
            other.scope in {rule.scope, everywhere}
            or rule.scope is nowhere
            or names in INSIDE
            or is_new
        )
        and other.step_up <= rule.step_up
        and (other.fields is None or (rule.fields is not None and rule.fields <= other.fields))
        and (other.masked <= rule.masked or not permission.endswith(".read"))
    )


def _changes(rule):
    return {
        f"reaches {scope.name}": {"scope": scope}
        for scope in (everywhere, nowhere)
        if scope is not rule.scope
    } | {
        "asks for the password or not": {"step_up": not rule.step_up},
        "asks a second person or not": {"second_person": not rule.second_person},
        "touches other fields": {"fields": frozenset({"phone"}) if rule.fields is None else None},
        "shows the masked": {
            "masked": frozenset() if rule.masked else frozenset(oracle.SEEN_IN_PART)
        },
    }


ROWLESS = {
    "hospital.home", "hospital.search", "hospital.account", "hospital.styleguide", "hospital.me", "hospital.admin",
}  # fmt: skip


def is_same(name, permission, rule):
    """Whether the change cannot be told from outside, so that no test could notice it."""
    resource, action = permission.rsplit(".", 1)
    if name == "reaches everywhere" and permission in {
        "hospital.user.create",
        "records.patient.create",
    }:
        return True  # what is being made belongs to nobody yet
    if name.startswith("reaches"):
        return resource in ROWLESS
    if name == "touches other fields":
        return resource not in oracle.FIELDS or rule.scope is nowhere
    if name == "shows the masked":  # an own account is never masked, and masks are told by role
        return action != "read" or (resource == "hospital.user" and "operator" in rule.roles)
    if name == "asks a second person or not":  # one is asked for when all of one's rules ask
        others = [other for other in policy._rules[permission] if other is not rule]
        alone = {role for other in others if not other.second_person for role in other.roles}
        return rule.roles <= alone
    return name == "asks for the password or not" and rule.scope is nowhere


def test_every_mutant_of_the_policy_is_noticed(place, monkeypatch, count):
    """Each rule with a role more or less, another reach, step-up, fields, masks: the matrix must object."""
    survivors, killed = [], 0
    for name, permission, columns, number, turned in list(mutants()):
        rules = policy._rules[permission]
        if is_same(name, permission, rules[number]):
            continue
        mutated = [*rules[:number], turned, *rules[number + 1 :]]
        monkeypatch.setitem(policy._rules, permission, mutated)
        if next(differences(place, [permission], columns), None):
            killed += 1
        else:
            survivors.append(f"{permission} rule {number}: {name}")
        monkeypatch.setitem(policy._rules, permission, rules)
    count("mutants of the policy killed", killed)
    assert survivors == []
    assert killed > 500
