"""Whole days of which the last one counts: what the database says, and the form before it."""

import datetime as dt
from copy import copy

import pytest
from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import connection, models
from django.db.migrations.state import ProjectState
from django.db.migrations.writer import MigrationWriter

from hospital.kit.guards import NoOverlap
from hospital.tests.kit.refusals import refusal_of
from hospital.tests.kitapp.models import Tariff

NAME = "tariff_no_overlap"
FAR_AWAY = dt.date.max


def day(number: int | None) -> dt.date | None:
    return None if number is None else dt.date(2026, 3, number)


def tariff(first: int, last: int | None, **facts) -> Tariff:
    return Tariff(**({"item": "a", "first_on": day(first), "last_on": day(last)} | facts))


def breach() -> None:
    tariff(10, 12).save()
    tariff(12, 12).save()


# Against a row that has the 10th to the 12th: the other's first and last day, and whether they share one.
CASES = [
    (8, 9, False),
    (13, 14, False),
    (8, 10, True),
    (12, 14, True),
    (11, 11, True),
    (10, 12, True),
    (9, 13, True),
    (8, None, True),
    (12, None, True),
    (13, None, False),
]


@pytest.mark.django_db
@pytest.mark.parametrize(("first", "last", "clashes"), CASES)
def test_days_clash_when_they_share_one(first, last, clashes):
    tariff(10, 12).save()

    assert (NAME in refusal_of(tariff(first, last).save)) is clashes


@pytest.mark.django_db
@pytest.mark.parametrize(("first", "last", "clashes"), CASES)
def test_the_form_finds_what_the_database_refuses(first, last, clashes):
    standing, other = tariff(10, 12), tariff(first, last)
    standing.save()

    [guard] = Tariff._meta.constraints
    assert guard.clashes(standing, other) is guard.clashes(other, standing) is clashes
    if not clashes:
        other.full_clean()
        return
    with pytest.raises(ValidationError) as refusal:
        other.full_clean()
    assert [error.code for error in refusal.value.error_dict["__all__"]] == ["overlap"]


@pytest.mark.django_db
def test_one_day_is_an_interval_and_a_last_day_before_the_first_is_none():
    tariff(10, 10).full_clean()
    tariff(10, 10).save()

    turned = tariff(12, 11)
    assert f"{NAME}_order" in refusal_of(turned.save)
    for exclude in ((), ("item",)):
        with pytest.raises(ValidationError) as refusal:
            turned.validate_constraints(exclude=exclude)
        assert refusal.value.error_dict["__all__"][0].code == "days_reversed"


@pytest.mark.django_db
def test_what_goes_on_until_further_notice_blocks_every_later_day():
    tariff(10, None).save()

    assert NAME in refusal_of(tariff(8, None, first_on=FAR_AWAY).save)
    assert NAME in refusal_of(tariff(8, None, last_on=FAR_AWAY).save)
    tariff(8, 9).save()


@pytest.mark.django_db
@pytest.mark.parametrize("facts", [{"item": "b"}, {"is_active": False}])
def test_other_items_and_rows_outside_the_condition_do_not_clash(facts):
    tariff(10, 12).save()

    tariff(11, 12, **facts).full_clean()
    tariff(11, 12, **facts).save()


@pytest.mark.django_db
@pytest.mark.parametrize("change", [{"last_on": day(10)}, {"is_active": True}, {"item": "a"}])
def test_a_change_that_makes_a_clash_is_refused(change):
    tariff(10, 12).save()
    quiet = {"last_on": day(9), "is_active": False, "item": "b"}
    name = next(iter(change))
    other = tariff(8, 11 if name != "last_on" else 9, **{name: quiet[name]})
    other.save()

    assert NAME in refusal_of(lambda: Tariff.objects.filter(pk=other.pk).update(**change))


@pytest.mark.django_db(transaction=True)
def test_it_holds_after_its_table_was_altered():
    plain = ProjectState.from_apps(apps).apps.get_model("kitapp", "Tariff")
    old = plain._meta.get_field("item")
    new = copy(old)
    new.null = True
    with connection.schema_editor() as editor:
        editor.alter_field(plain, old, new)
        editor.alter_field(plain, new, old)

    assert NAME in refusal_of(breach)
    assert f"{NAME}_order" in refusal_of(tariff(12, 11).save)


def test_a_declaration_survives_the_migration_file():
    [guard] = Tariff._meta.constraints
    text, imports = MigrationWriter.serialize(guard)
    scope = {"models": models}
    exec("\n".join(imports), scope)  # noqa: S102

    assert 'bounds="[]"' in text or "bounds='[]'" in text
    assert eval(text, scope) == guard  # noqa: S307


def test_other_bounds_there_are_none():
    with pytest.raises(TypeError):
        NoOverlap(name="x", same=["a"], start="b", end="c", bounds="(]")
