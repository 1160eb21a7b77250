"""Before two charts can be merged, somebody has decided about everything that hangs on a chart."""

import pytest
from django.apps import apps
from django.db import models

from records.merging import RELATIONS, WAYS, relations_to
from records.models import Patient


def test_every_relation_to_a_patient_is_classified_for_merging(count):
    found = relations_to(Patient)
    count("relations to a patient", len(found))
    assert found >= {"records.Registration.patient", "records.PatientIdentifier.patient"}
    assert sorted(found - RELATIONS.keys()) == [], "decide about these in records/merging.py"
    assert sorted(RELATIONS.keys() - found) == [], "these are gone; take them out"
    assert set(RELATIONS.values()) <= WAYS


@pytest.mark.parametrize("kind", ["foreign", "one_to_one", "hidden", "many_to_many"])
def test_a_new_relation_is_noticed_whatever_its_kind(kind, forgotten_model):
    field = {
        "foreign": models.ForeignKey(Patient, models.PROTECT),
        "one_to_one": models.OneToOneField(Patient, models.PROTECT),
        "hidden": models.ForeignKey(Patient, models.PROTECT, related_name="+"),
        "many_to_many": models.ManyToManyField(Patient),
    }[kind]
    forgotten_model(field)
    assert "kitapp.Forgotten.patient" in relations_to(Patient) - RELATIONS.keys()


@pytest.fixture
def forgotten_model():
    """Declares a model with a field ``patient`` that nobody classified, and undoes it afterwards."""

    def declare(field):
        class Forgotten(models.Model):  # noqa: DJ008 (nobody reads it)
            patient = field

            class Meta:
                app_label = "kitapp"

    yield declare
    known = apps.all_models["kitapp"]
    for name in [name for name in known if name.startswith("forgotten")]:
        del known[name]
    apps.clear_cache()
    assert relations_to(Patient) == set(RELATIONS)
