"""Guards live on when their tables are altered: by real migrations, on a table made for that."""

import datetime as dt
from copy import copy
from importlib import import_module

import pytest
from django.apps import apps
from django.core.management.sql import emit_post_migrate_signal, emit_pre_migrate_signal
from django.db import IntegrityError, connection, models
from django.db.migrations import Migration
from django.db.migrations.autodetector import MigrationAutodetector
from django.db.migrations.questioner import MigrationQuestioner
from django.db.migrations.state import ModelState, ProjectState
from django.db.migrations.writer import MigrationWriter
from django.db.models import Q

from hospital.kit import guards
from hospital.kit.guards import AppendOnly, NoOverlap
from hospital.kit.guards.parts import present
from hospital.tests.kit.refusals import refusal_of

pytestmark = pytest.mark.django_db(transaction=True)

START = dt.datetime(2026, 3, 14, tzinfo=dt.UTC)
HOUR = dt.timedelta(hours=1)
APP = "guardtrial"
PLAN = [(Migration("0001_something", APP), False)]


class Yes(MigrationQuestioner):
    """Every change of a name is a renaming, and every default is "x"."""

    def ask_rename(self, *_args):
        return True

    def ask_rename_model(self, *_args):
        return True

    def ask_not_null_addition(self, *_args):
        return "x"


def stay(*, name="Stay", extra=(), guarded=True, start="starts_at", room="room", note_length=20):
    """The state of a table with both kinds of guards that live in one table."""
    fields = [
        ("id", models.BigAutoField(primary_key=True)),
        (room, models.IntegerField()),
        (start, models.DateTimeField()),
        ("ends_at", models.DateTimeField(null=True)),
        ("note", models.CharField(max_length=note_length)),
        ("is_active", models.BooleanField(default=True)),
        *extra,
    ]
    overlap = NoOverlap(
        name="trial_no_overlap",
        same=[room],
        start=start,
        end="ends_at",
        condition=Q(is_active=True),
    )
    line_fields = [
        ("id", models.BigAutoField(primary_key=True)),
        ("note", models.CharField(max_length=note_length)),
        *extra,
    ]
    kept = AppendOnly(name="trial_append_only")
    return [
        ModelState(APP, name, fields, {"constraints": [overlap] if guarded else [], "indexes": []}),
        ModelState(
            APP,
            f"{name}Line",
            line_fields,
            {"constraints": [kept] if guarded else [], "indexes": []},
        ),
    ]


def state_of(model_states) -> ProjectState:
    state = ProjectState()
    for model_state in model_states:
        state.add_model(model_state.clone())  # The autodetector empties what it is given.
    return state


def changes(state: ProjectState, model_states) -> list[Migration]:
    """The migrations that makemigrations would write."""
    return (
        MigrationAutodetector(state, state_of(model_states), Yes())._detect_changes().get(APP, [])
    )


class Trial:
    """Tables that exist only here, migrated by migrations written to text and read back."""

    def __init__(self):
        self.state = ProjectState()

    def become(self, model_states) -> None:
        for number, migration in enumerate(self.changes(model_states)):
            self.state = self.apply(read_back(migration, number))
        assert self.changes(model_states) == []

    def changes(self, model_states) -> list[Migration]:
        return changes(self.state, model_states)

    def apply(self, migration: Migration) -> ProjectState:
        with connection.schema_editor(atomic=migration.atomic) as editor:
            return migration.apply(self.state, editor)

    def model(self, name: str):
        return self.state.apps.get_model(APP, name)

    def parts(self) -> set:
        return {key for key in present(connection) if key[2].startswith("trial_")}


def read_back(migration: Migration, number: int) -> Migration:
    migration.name = f"{number + 1:04}_trial"
    scope: dict = {}
    exec(MigrationWriter(migration, include_header=False).as_string(), scope)  # noqa: S102
    return scope["Migration"](migration.name, APP)


@pytest.fixture
def trial():
    trial = Trial()
    yield trial
    trial.become([])
    assert trial.parts() == set()


def overlap_refusal(trial, name="Stay", start="starts_at", room="room") -> str:
    stays = trial.model(name).objects

    def twice():
        for _ in range(2):
            stays.create(**{room: 1, start: START, "ends_at": START + HOUR, "note": "n"})

    return refusal_of(twice)


def change_refusal(trial, name="StayLine") -> str:
    lines = trial.model(name).objects

    def change():
        lines.create(note="n")
        lines.update(note="m")

    return refusal_of(change)


def assert_guarded(trial, name="Stay", **names) -> None:
    assert "trial_no_overlap" in overlap_refusal(trial, name, **names)
    assert "trial_append_only" in change_refusal(trial, f"{name}Line")


ALTERATIONS = {
    "a longer column": {"note_length": 40},
    "a new column that may be null": {"extra": [("more", models.TextField(null=True))]},
    "a new column that may not": {"extra": [("more", models.CharField(max_length=9, default="x"))]},
    "a new unique column": {
        "extra": [("more", models.CharField(max_length=9, null=True, unique=True))]
    },
    "a key to itself": {"extra": [("more", models.ForeignKey("self", models.PROTECT, null=True))]},
}


@pytest.mark.parametrize("alteration", ALTERATIONS)
def test_guards_hold_after_the_table_was_altered_and_altered_back(trial, alteration):
    trial.become(stay())
    parts = trial.parts()
    assert_guarded(trial)

    trial.become(stay(**ALTERATIONS[alteration]))
    assert_guarded(trial)
    assert trial.parts() == parts

    trial.become(stay())
    assert_guarded(trial)
    assert trial.parts() == parts


def test_guards_follow_a_renamed_model(trial):
    trial.become(stay())
    trial.become(stay(name="Visit"))
    assert_guarded(trial, "Visit")

    trial.become(stay(name="Visit", note_length=40))
    assert_guarded(trial, "Visit")


@pytest.mark.parametrize("renamed", [{"start": "begins_at"}, {"room": "place"}])
def test_guards_follow_renamed_columns(trial, renamed):
    trial.become(stay())
    trial.become(stay(**renamed))
    assert_guarded(trial, **renamed)


def test_a_removed_guard_leaves_nothing_and_an_added_one_holds(trial):
    trial.become(stay(guarded=False))
    assert (overlap_refusal(trial), change_refusal(trial)) == ("", "")

    trial.become(stay())
    assert_guarded(trial)

    trial.become(stay(guarded=False))
    assert (overlap_refusal(trial), change_refusal(trial)) == ("", "")
    assert trial.parts() == set()


def test_a_guard_cannot_be_added_over_rows_that_break_it(trial):
    trial.become(stay(guarded=False))
    for _ in range(2):
        trial.model("Stay").objects.create(room=1, starts_at=START, note="n")

    with pytest.raises(IntegrityError, match="trial_no_overlap"):
        trial.become(stay())

    assert trial.parts() == set()
    assert trial.model("Stay").objects.count() == 2


def test_creating_and_altering_in_one_migration_makes_each_guard_once(trial):
    first = changes(ProjectState(), stay())
    then = changes(state_of(stay()), stay(**ALTERATIONS["a new column that may not"]))
    whole = Migration("0001_whole", APP)
    whole.operations = [*first[0].operations, *then[0].operations]

    trial.state = trial.apply(whole)

    assert_guarded(trial)


def test_every_guarded_table_of_the_house_keeps_its_guards_when_altered():
    """A column of each is made nullable and not again, which builds a SQLite table twice."""
    altered = []
    emit_pre_migrate_signal(0, False, connection.alias, plan=PLAN)
    plain = ProjectState.from_apps(apps).apps
    for label in {entry.model._meta.label: None for entry in guards.declared()}:
        model = plain.get_model(label)
        for old in (f for f in model._meta.local_concrete_fields if not f.null and not f.unique):
            new = copy(old)
            new.null = True
            with connection.schema_editor() as editor:
                editor.alter_field(model, old, new)
                editor.alter_field(model, new, old)
            altered.append((model, old))
    emit_post_migrate_signal(0, False, connection.alias)

    assert len({model for model, _field in altered}) >= 5
    assert guards.missing(connection) == []


def test_guards_over_two_tables_stand_aside_only_while_there_is_something_to_migrate():
    if connection.vendor != "sqlite":
        return
    emit_pre_migrate_signal(0, False, connection.alias, plan=[])
    assert guards.missing(connection) == []

    emit_pre_migrate_signal(0, False, connection.alias, plan=PLAN)
    assert "room_same_hospital" in guards.missing(connection)
    assert "ledger_line_append_only" not in guards.missing(connection)

    emit_post_migrate_signal(0, False, connection.alias)
    assert guards.missing(connection) == []


def test_guards_over_two_tables_follow_renames_on_postgresql():
    if connection.vendor != "postgresql":
        return
    registry = import_module("hospital.tests.kit.test_guards_registry")
    steps = [
        (
            "ALTER TABLE kitapp_wing RENAME TO trial_wing",
            "ALTER TABLE trial_wing RENAME TO kitapp_wing",
        ),
        (
            "ALTER TABLE kitapp_wing RENAME hospital_id TO x",
            "ALTER TABLE kitapp_wing RENAME x TO hospital_id",
        ),
        (
            "ALTER TABLE kitapp_room RENAME wing_id TO x",
            "ALTER TABLE kitapp_room RENAME x TO wing_id",
        ),
    ]
    for there, back in steps:
        with connection.cursor() as cursor:
            cursor.execute(there)
            cursor.execute(back)
        assert "room_same_hospital" in refusal_of(registry.breach_room)
