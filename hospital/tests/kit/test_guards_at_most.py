"""A number is at most what the row pointed to has room for: the database, and the form before it."""

from copy import copy

import pytest
from django.apps import apps
from django.core.exceptions import ValidationError
from django.core.management.sql import emit_post_migrate_signal, emit_pre_migrate_signal
from django.db import connection, models
from django.db.migrations import Migration
from django.db.migrations.state import ProjectState
from django.db.migrations.writer import MigrationWriter
from django.db.models import F, Q

from hospital.kit import guards
from hospital.kit.guards import AtMost
from hospital.kit.ids import uuid7
from hospital.tests.kit.refusals import refusal_of
from hospital.tests.kitapp.models import Seat, Show, Ticket

pytestmark = pytest.mark.django_db

NAME = "seat_at_most_capacity"
# Each keeps a row out of the condition.
QUIET = [{"is_active": False}, {"weight": 0}, {"weight": None}, {"kind": "don't count 100%"}]


@pytest.fixture
def show():
    return Show.objects.create(capacity=2)


@pytest.fixture
def old(show):
    """A row from before the limit was lowered."""
    seat = Seat.objects.create(show=show, lane=2)
    Show.objects.filter(pk=show.pk).update(capacity=1)
    return seat


def error_of(seat: Seat) -> str:
    try:
        seat.full_clean()
    except ValidationError as refusal:
        [error] = refusal.error_dict["__all__"]
        return error.code
    return ""


def change(seat: Seat, **facts) -> str:
    """What the database says to a change by SQL. The form must say the same."""
    told = refusal_of(lambda: Seat.objects.filter(pk=seat.pk).update(**facts))
    changed = Seat.objects.get(pk=seat.pk)
    for name, value in facts.items():
        setattr(changed, name, value)
    assert bool(error_of(changed)) == bool(told)
    return told


def insert(show: Show, lane: object) -> None:
    key, parent = uuid7(), show.pk
    if connection.vendor == "sqlite":
        key, parent = key.hex, parent.hex
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO kitapp_seat (id, show_id, lane, is_active, weight, kind) "
            "VALUES (%s, %s, %s, %s, 1, 'plain')",
            [key, parent, lane, True],
        )


@pytest.mark.parametrize(("lane", "fits"), [(0, True), (2, True), (3, False), (30, False)])
def test_a_row_fits_up_to_the_limit(show, lane, fits):
    assert (refusal_of(Seat(show=show, lane=lane).save) == "") is fits
    assert error_of(Seat(show=show, lane=lane)) == ("" if fits else "show_full")


def test_no_way_of_adding_goes_past_it(show):
    ways = [
        lambda: Seat.objects.bulk_create([Seat(show=show, lane=lane) for lane in (1, 2, 3)]),
        lambda: Seat.objects.bulk_create([Seat(show=show, lane=3)], ignore_conflicts=True),
        lambda: insert(show, 3),
        lambda: insert(show, "3"),
    ]

    assert [NAME in refusal_of(way) for way in ways] == [True] * len(ways)
    guards.drop(connection, [NAME])
    assert [refusal_of(way) for way in ways] == [""] * len(ways)


def test_no_way_of_changing_goes_past_it(show):
    small = Show.objects.create(capacity=1)
    seat = Seat.objects.create(show=show, lane=2)

    assert NAME in change(seat, lane=3)
    assert NAME in change(seat, show=small)
    assert change(seat, show=small, lane=1) == ""
    assert NAME in refusal_of(lambda: Seat.objects.update(lane=F("lane") + 1))
    seat.lane = 3
    assert NAME in refusal_of(seat.save)
    assert NAME in refusal_of(lambda: Seat.objects.bulk_update([seat], ["lane"]))


def test_what_points_to_nothing_or_has_no_number_is_never_refused(show):
    for seat in (Seat(show=None, lane=99), Seat(show=show, lane=None)):
        seat.full_clean()
        seat.save()

    assert NAME in refusal_of(lambda: Seat.objects.filter(show=None).update(show=show))
    assert NAME in refusal_of(lambda: Seat.objects.filter(lane=None).update(lane=3))


def test_what_does_not_exist_has_no_room():
    assert NAME in refusal_of(Seat(show_id=uuid7(), lane=0).save)


@pytest.mark.parametrize("quiet", QUIET)
def test_only_rows_that_meet_the_condition_are_held(show, quiet):
    seat = Seat(show=show, lane=3, **quiet)

    assert error_of(seat) == ""
    seat.save()
    assert change(seat, lane=4) == ""
    loud = {name: Seat._meta.get_field(name).get_default() for name in quiet}
    assert NAME in change(seat, **loud)


def test_a_row_from_before_the_limit_was_lowered_can_be_changed(old):
    """Also in what the condition reads, as long as the row was held before."""
    old.full_clean()
    old.save()

    assert change(old, kind="other", weight=5) == ""
    assert change(old, lane=1) == ""
    assert change(old, is_active=False) == ""


def test_but_not_in_what_the_limit_is_asked_for(old):
    assert NAME in change(old, lane=3)
    assert NAME in change(old, show=Show.objects.create(capacity=1))
    assert NAME in refusal_of(Seat(show=old.show, lane=2).save)
    Seat.objects.update(is_active=False)
    assert NAME in change(old, is_active=True)


def test_it_holds_without_a_condition(show):
    Ticket.objects.create(show=show, number=2)
    Show.objects.update(capacity=1)
    ticket = Ticket.objects.get()
    ticket.full_clean()

    Ticket.objects.update(note="kept")
    assert "ticket_at_most" in refusal_of(lambda: Ticket.objects.update(number=3))
    assert "ticket_at_most" in refusal_of(Ticket(show=show, number=2).save)


def test_the_form_says_it_in_the_words_of_the_code(show):
    with pytest.raises(ValidationError) as refusal:
        Ticket(show=show, number=3).full_clean()

    [error] = refusal.value.error_dict["__all__"]
    assert (error.code, error.message) == ("at_most", "There is no room left for this.")


@pytest.mark.parametrize("name", ["show", "lane", "weight"])
def test_fields_that_are_not_checked_are_not_judged(show, name):
    with pytest.raises(ValidationError):
        Seat(show=show, lane=3).validate_constraints(exclude=["id"])
    Seat(show=show, lane=3).validate_constraints(exclude=[name])


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("label", "name"), [("Seat", "lane"), ("Seat", "kind"), ("Show", "capacity"), ("Show", "title")]
)
def test_it_holds_after_either_table_was_altered(label, name):
    plain = ProjectState.from_apps(apps).apps.get_model("kitapp", label)
    before = plain._meta.get_field(name)
    after = copy(before)
    after.null = not before.null
    emit_pre_migrate_signal(
        0, False, connection.alias, plan=[(Migration("0001_something", "kitapp"), False)]
    )
    with connection.schema_editor() as editor:
        editor.alter_field(plain, before, after)
        editor.alter_field(plain, after, before)
    emit_post_migrate_signal(0, False, connection.alias)

    show = Show.objects.create(capacity=2)
    seat = Seat.objects.create(show=show, lane=2)
    assert NAME in refusal_of(lambda: insert(show, 3))
    assert NAME in change(seat, lane=3)


@pytest.mark.django_db(transaction=True)
def test_migrations_take_it_away_and_add_it_over_rows_past_it_on_postgresql():
    if connection.vendor != "postgresql":
        return
    [guard] = Seat._meta.constraints
    show = Show.objects.create(capacity=2)
    with connection.schema_editor() as editor:
        editor.remove_constraint(Seat, guard)
    assert guards.missing(connection) == [NAME]
    seat = Seat.objects.create(show=show, lane=3)

    with connection.schema_editor() as editor:
        editor.add_constraint(Seat, guard)
    assert guards.missing(connection) == []
    assert change(seat, weight=2) == ""
    assert NAME in change(seat, lane=4)


def test_it_follows_renames_on_postgresql(show):
    if connection.vendor != "postgresql":
        return
    names = [
        ("kitapp_show RENAME TO x", "x RENAME TO kitapp_show"),
        ("kitapp_show RENAME capacity TO x", "kitapp_show RENAME x TO capacity"),
        ("kitapp_seat RENAME lane TO x", "kitapp_seat RENAME x TO lane"),
        ("kitapp_seat RENAME weight TO x", "kitapp_seat RENAME x TO weight"),
    ]
    with connection.cursor() as cursor:
        for there, back in names:
            cursor.execute(f"ALTER TABLE {there}")
            cursor.execute(f"ALTER TABLE {back}")
    assert NAME in refusal_of(Seat(show=show, lane=3).save)


def test_a_declaration_survives_the_migration_file():
    for model in (Seat, Ticket):
        [guard] = model._meta.constraints
        text, imports = MigrationWriter.serialize(guard)
        scope = {"models": models}
        exec("\n".join(imports), scope)  # noqa: S102

        assert eval(text, scope) == guard == guard.clone()  # noqa: S307
        assert text.startswith("hospital.kit.guards.AtMost(")
        assert ("condition" in text) is (model is Seat)
    assert AtMost(name="x", field="a", column="b", limit="c", condition=Q()).condition is None
    with pytest.raises(TypeError):
        AtMost(name="x", field="a", column="b", limit="c", condition="d")
    assert guard != AtMost(
        name="ticket_at_most",
        field="show",
        column="number",
        limit="capacity",
        condition=Q(number=1),
    )
