"""Migrating the light way arrives where Django does."""

import pytest
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.state import ProjectState

from hospital.kit.migrating import LightState

pytestmark = [pytest.mark.slow, pytest.mark.once]


@pytest.fixture(scope="module")
def light():
    """The state after every migration, whose classes were kept up to date from the first one on."""
    loader = MigrationLoader(None)
    state = LightState(real_apps=set(loader.unmigrated_apps))
    assert not [one for one in state.apps.get_models() if one._meta.app_label == "records"]
    for key in loader.graph._generate_plan(loader.graph.leaf_nodes(), at_end=True):
        loader.graph.nodes[key].mutate_state(state, preserve=False)
    return state


def portraits(apps):
    """What the SQL of a table, and whoever asks a class for its relations, goes by.

    Of proxies nothing: they have no table, and Django's own are behind too until code of a migration is given them,
    before which it makes every class anew.
    """
    return {
        model._meta.label: (
            model._meta.db_table,
            [field.deconstruct()[:3] for field in model._meta.local_fields],
            model._meta.constraints,
            model._meta.indexes,
            model._meta.original_attrs.get("constraints"),
            model._meta.original_attrs.get("indexes"),
            sorted(f"{one.related_model._meta.label}.{one.field.name}" for one in model._meta.related_objects),
            sorted(f"{one.name} {one.remote_field.model._meta.label}"
                   for one in model._meta.local_fields if one.is_relation),
        )
        for model in apps.get_models()
        if not model._meta.proxy
    }  # fmt: skip


def test_the_classes_are_those_that_would_be_made_all_at_once(light):
    anew = portraits(ProjectState(light.models, light.real_apps).apps)
    assert portraits(light.apps) == anew
    assert len(anew) > 100
    assert sum(len(one[2]) for one in anew.values()) > 100


def test_the_state_is_djangos_own(light):
    loader = MigrationLoader(None)
    assert light == loader.project_state()


def test_a_clone_leaves_the_classes_alone_that_it_shares(light):
    clone = light.clone()
    assert type(clone) is ProjectState
    before = light.apps.get_model("records.Patient")._meta.constraints
    clone.remove_constraint("records", "patient", before[0].name)
    clone.add_constraint("records", "patient", before[0])
    assert light.apps.get_model("records.Patient")._meta.constraints is before
