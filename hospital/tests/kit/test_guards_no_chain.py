"""What leads on to another row is led to by none, whoever writes it."""

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction

from hospital.kit import guards
from hospital.kit.racing import line_up
from hospital.tests.kit.refusals import refusal_of
from hospital.tests.kitapp.models import Alias

NAME = "alias_no_chain"
ROUNDS = 20


@pytest.fixture
def three(db):
    return [Alias.objects.create() for _ in range(3)]


def lead(one: Alias, to: Alias) -> str:
    """What the database says when one is made to lead to the other. The form must say the same."""
    told = refusal_of(lambda: Alias.objects.filter(pk=one.pk).update(stands_for=to))
    fresh = Alias.objects.get(pk=one.pk)
    fresh.stands_for = to
    assert error_of(fresh) == ("chain" if told else "")
    return told


def error_of(row: Alias) -> str:
    try:
        row.full_clean()
    except ValidationError as refusal:
        [error] = refusal.error_dict["__all__"]
        return error.code
    return ""


def test_several_may_lead_to_one(three):
    first, second, third = three
    for each in (first, second):
        assert lead(each, third) == ""
        Alias.objects.filter(pk=each.pk).update(stands_for=third)
    Alias.objects.create(stands_for=third)


def test_no_way_leads_further_than_one_step(three):
    first, second, third = three
    Alias.objects.filter(pk=first.pk).update(stands_for=second)
    assert NAME in lead(third, first)
    assert NAME in lead(second, third)
    assert NAME in lead(second, first)
    ways = [
        lambda: Alias.objects.create(stands_for=first),
        lambda: Alias.objects.bulk_create([Alias(stands_for=first)]),
        lambda: Alias.objects.update(stands_for=third),
    ]
    assert [NAME in refusal_of(way) for way in ways] == [True] * len(ways)
    guards.drop(connection, [NAME])
    assert [refusal_of(way) for way in ways] == [""] * len(ways)


def test_nothing_leads_to_itself(three):
    first, second, _third = three
    assert NAME in lead(first, first)
    Alias.objects.filter(pk=first.pk).update(stands_for=second)
    assert NAME in lead(first, first)


def test_what_leads_nowhere_again_may_be_led_to(three):
    first, second, third = three
    Alias.objects.filter(pk=first.pk).update(stands_for=second)
    Alias.objects.filter(pk=first.pk).update(stands_for=None)
    assert lead(second, first) == lead(third, first) == ""


def test_a_form_without_the_field_is_not_held_to_it(three):
    first, second, third = three
    Alias.objects.filter(pk=first.pk).update(stands_for=second)
    third.stands_for = first
    third.validate_constraints(exclude=["stands_for"])


def prepare(is_guarded: bool) -> list[list[str]]:
    if not is_guarded:
        guards.drop(connection, [NAME])
    assert guards.missing(connection) == ([] if is_guarded else [NAME])
    return [[str(Alias.objects.create().pk) for _ in range(3)] for _ in range(ROUNDS)]


def link(rows: list[list[str]], at: int) -> int:
    """Make one of the two links of each chain, with the other process: look first, then write. How many went in."""
    made = 0
    for three in rows:
        one, to = three[at : at + 2]
        leads_on = Alias.objects.filter(pk=to, stands_for__isnull=False).exists()
        assert not leads_on
        assert not Alias.objects.filter(stands_for=one).exists()
        line_up()
        made += is_made(one, to)
        line_up()
    return made


def is_made(one: str, to: str) -> bool:
    try:
        with transaction.atomic():
            Alias.objects.filter(pk=one).update(stands_for=to)
    except IntegrityError as error:
        if NAME not in str(error):
            raise
        return False
    return True


def chains() -> int:
    return Alias.objects.filter(stands_for__stands_for__isnull=False).count()


@pytest.mark.race
@pytest.mark.parametrize("is_guarded", [True, False])
def test_of_two_links_made_at_once_one_is_refused_and_without_the_guard_none(race, is_guarded):
    [rows] = race(prepare, [(is_guarded,)])
    made = race(link, [(rows, 0), (rows, 1)])
    assert sum(made) == (ROUNDS if is_guarded else 2 * ROUNDS)
    assert race(chains, [()]) == [0 if is_guarded else ROUNDS]


@pytest.fixture(autouse=True)
def guard_is_back(request):
    """The control leaves a shared PostgreSQL database without its guard."""
    if "race" not in request.fixturenames:
        yield
        return
    request.getfixturevalue("transactional_db")
    yield
    if connection.vendor == "postgresql":
        Alias.objects.update(stands_for=None)
        Alias.objects.all().delete()
        guards.reinstall(connection)
