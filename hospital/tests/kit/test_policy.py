"""The one place that decides: deny by default, never by accident open, and one answer on rows and queries."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db.models import Q

from hospital.kit import clock, policy
from hospital.kit.actors import Actor
from hospital.kit.errors import Denied, NotSignedIn, NotVisible
from hospital.kit.policy import Rule, UnknownPermission, everywhere, nowhere, own_hospital
from hospital.models import Department
from hospital.tests.factories import DepartmentFactory, HospitalFactory

HERE, THERE = uuid4(), uuid4()
DOCTOR = frozenset({"doctor"})
NURSE = frozenset({"nurse"})


class Thing:
    """A row at a hospital."""

    def __init__(self, hospital_id):
        self.hospital_id = hospital_id


def who(*roles, hospital_id=HERE, **facts):
    known = {"user_id": uuid4(), "name": "Somebody"}
    known["auth_at"] = clock.now() - facts.pop("ago", timedelta())
    return Actor(**known | {"hospital_id": hospital_id, "roles": frozenset(roles)} | facts)


@pytest.fixture
def rules(monkeypatch):
    """An empty policy to fill."""
    monkeypatch.setattr(policy, "_rules", {})
    return policy.register


def test_what_nobody_declared_raises_and_never_opens_a_door(rules):
    rules([Rule("x.thing", "read", DOCTOR)])
    for ask in (policy.allows, policy.require, policy.scope_q, policy.rules_for):
        with pytest.raises(UnknownPermission):
            ask(who("doctor"), "x.thing.reed")


def test_an_absent_cell_denies(rules):
    rules([Rule("x.thing", "read", DOCTOR)])
    assert policy.allows(who("doctor"), "x.thing.read")
    for roles in ((), ("nurse",), ("operator",), ("Doctor",)):
        assert not policy.allows(who(*roles), "x.thing.read")
        with pytest.raises(Denied) as refusal:
            policy.require(who(*roles), "x.thing.read")
        assert refusal.value.permission == "x.thing.read"


def test_nobody_is_not_signed_in(rules):
    rules([Rule("x.thing", "read", DOCTOR, everywhere)])
    assert not policy.allows(None, "x.thing.read")
    with pytest.raises(NotSignedIn):
        policy.require(None, "x.thing.read")
    assert policy.scope_q(None, "x.thing.read") == Q(pk__in=[])


def test_what_one_may_not_see_is_not_there_and_what_one_sees_is_forbidden(rules):
    rules([Rule("x.thing", "read", DOCTOR), Rule("x.thing", "update", NURSE)])
    with pytest.raises(NotVisible):
        policy.require(who("doctor"), "x.thing.read", Thing(THERE))
    rules([Rule("x.thing", "update", DOCTOR, nowhere)])
    with pytest.raises(Denied):
        policy.require(who("doctor"), "x.thing.update", Thing(HERE))
    with pytest.raises(NotVisible):
        policy.require(who("doctor"), "x.thing.update", Thing(THERE))


def test_an_actor_without_a_hospital_owns_no_rows_not_even_those_without_one(rules):
    rules([Rule("x.thing", "read", DOCTOR)])
    lost = who("doctor", hospital_id=None)
    assert not policy.allows(lost, "x.thing.read", Thing(None))
    assert policy.scope_q(lost, "x.thing.read") == Q(pk__in=[])


def test_several_roles_join_their_rules(rules):
    rules([
        Rule("x.thing", "read", DOCTOR, fields=frozenset({"a"}), masked=frozenset({"m", "n"})),
        Rule("x.thing", "read", NURSE, everywhere, fields=frozenset({"b"}), masked=frozenset({"n"})),
    ])  # fmt: skip
    both = who("doctor", "nurse")
    assert policy.allows(both, "x.thing.read", Thing(THERE))
    assert policy.fields_of(both, "x.thing", "read") == {"a", "b"}
    assert policy.fields_of(who("doctor"), "x.thing", "read") == {"a"}
    assert policy.fields_of(who("lab"), "x.thing", "read") == frozenset()
    assert policy.masked_of(both, "x.thing") == {"n"}
    assert policy.masked_of(who("lab"), "x.thing") == frozenset()


def test_a_field_out_of_reach_is_named(rules):
    rules([Rule("x.thing", "update", DOCTOR, fields=frozenset({"phone"}))])
    policy.require(who("doctor"), "x.thing.update", Thing(HERE), fields=["phone"])
    with pytest.raises(Denied) as refusal:
        policy.require(
            who("doctor"), "x.thing.update", Thing(HERE), fields=["phone", "name", "sex"]
        )
    assert (refusal.value.code, refusal.value.names) == ("field_forbidden", ("name", "sex"))


def test_the_fields_of_one_rule_do_not_reach_into_the_scope_of_another(rules):
    rules([
        Rule("x.thing", "update", DOCTOR),
        Rule("x.thing", "update", NURSE, everywhere, fields=frozenset({"phone"})),
    ])  # fmt: skip
    both = who("doctor", "nurse")
    policy.require(both, "x.thing.update", Thing(HERE), fields=["name"])
    policy.require(both, "x.thing.update", Thing(THERE), fields=["phone"])
    with pytest.raises(Denied):
        policy.require(both, "x.thing.update", Thing(THERE), fields=["name"])


@pytest.mark.parametrize(
    ("facts", "is_fresh"),
    [
        ({"auth_at": None}, False),
        ({"ago": policy.FRESH + timedelta(seconds=60)}, False),
        ({"ago": policy.FRESH - timedelta(seconds=60)}, True),
        ({"auth_at": None, "scopes": frozenset({"x.thing:read", "x.thing:write"})}, True),
        ({"auth_at": None, "kind": "system"}, True),
    ],
)
def test_some_acts_ask_a_person_for_the_password_again(rules, facts, is_fresh):
    rules([Rule("x.thing", "retire", DOCTOR, step_up=True), Rule("x.thing", "read", DOCTOR)])
    policy.require(who("doctor", **facts), "x.thing.read", Thing(HERE))
    if is_fresh:
        policy.require(who("doctor", **facts), "x.thing.retire", Thing(HERE))
    else:
        with pytest.raises(Denied) as refusal:
            policy.require(who("doctor", **facts), "x.thing.retire", Thing(HERE))
        assert refusal.value.code == "reauth"


def test_a_rule_without_step_up_for_other_rows_does_not_lift_it_for_these(rules):
    rules([
        Rule("x.thing", "retire", DOCTOR, step_up=True),
        Rule("x.thing", "retire", DOCTOR, nowhere),
    ])  # fmt: skip
    with pytest.raises(Denied) as refusal:
        policy.require(who("doctor", auth_at=None), "x.thing.retire", Thing(HERE))
    assert refusal.value.code == "reauth"


@pytest.mark.parametrize("action", ["read", "list", "create", "update", "retire", "merge"])
@pytest.mark.parametrize("scope", ["read", "write"])
def test_a_token_reaches_only_what_its_scopes_name(rules, action, scope):
    rules([Rule("x.thing", "read list create update retire merge", DOCTOR, everywhere)])
    token = who("doctor", scopes=frozenset({f"x.thing:{scope}"}))
    is_reading = action in {"read", "list"}
    assert policy.allows(token, f"x.thing.{action}") == (is_reading == (scope == "read"))
    for strange in (frozenset(), frozenset({"x.things:read", "x:read", "*", "x.thing:*"})):
        assert not policy.allows(who("doctor", scopes=strange), f"x.thing.{action}")


@pytest.mark.django_db
def test_the_query_and_the_row_agree_about_the_own_hospital():
    here, there = HospitalFactory(), HospitalFactory()
    for hospital in (here, here, there):
        DepartmentFactory(hospital=hospital)
    actor = who("doctor", hospital_id=here.pk)
    for row in Department.objects.all():
        asked = Department.objects.filter(own_hospital.q(actor), pk=row.pk).exists()
        assert own_hospital.covers(actor, row) is asked is (row.hospital_id == here.pk)
