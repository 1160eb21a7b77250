"""Merged and undone, every column of every row is as it was, or as somebody has changed it since."""

import pytest
from django.db import transaction
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from hospital.tests.factories import HospitalFactory
from records.models import Encounter, Patient, Registration
from records.services import search_keys
from records.tests.factories import register

from .ground import MAKERS, STATES_NONE, Desk, edit, facts, fresh, keys

pytestmark = pytest.mark.django_db
KINDS = sorted(MAKERS)
THINGS = st.lists(st.tuples(st.sampled_from(KINDS), st.integers(0, 2)), max_size=5)
CHARTS = st.fixed_dictionaries(
    {
        "things": THINGS,
        "also_at": st.sets(st.integers(1, 2)),
        "states_none": st.booleans(),
        "facts": st.fixed_dictionaries(
            {},
            optional={
                "phone": st.sampled_from(["+491705550140", "+491705550141"]),
                "sex": st.sampled_from(["female", "male"]),
                "city": st.sampled_from(["Berlin", "Bonn"]),
                "postal_code": st.sampled_from(["10115", "53111"]),
                "address_line": st.just("Kantstraße 12"),
                "family_name": st.sampled_from(["", "Öz"]),
                "birth_date": st.sampled_from(["", "1990", "1988-03-14"]),
            },
        ),
    }
)
CASES = st.fixed_dictionaries(
    {
        "charts": st.lists(CHARTS, min_size=2, max_size=3),
        "edits": st.lists(st.integers(0, 40), max_size=4),
        "written": THINGS,
        "undone_first": st.booleans(),
        "has_left": st.booleans(),
    }
)


# A case is as long as a patient's life: making it shorter takes minutes and tells little more.
PHASES = (Phase.explicit, Phase.reuse, Phase.generate)


@settings(max_examples=20, deadline=None, phases=PHASES)
@given(case=CASES)
def test_undone_everything_is_as_before_but_for_what_was_written_since(case):
    with transaction.atomic():
        _try(case)
        transaction.set_rollback(True)


def _try(case):
    desk = Desk()
    places = [desk.here, HospitalFactory(), HospitalFactory()]
    has_allergies = any(kind == "allergy" for told in case["charts"] for kind, _ in told["things"])
    charts = [_chart(desk, places, told) for told in case["charts"]]
    for patient, told in zip(charts, case["charts"], strict=True):
        if told["states_none"] and not has_allergies:
            STATES_NONE(patient=patient, hospital=desk.here)
    if case["has_left"]:  # only the last: the others could not be merged with who is still there
        for registration in charts[-1].registrations.exclude(hospital=desk.here):
            registration.retired_at = registration.created_at
            registration.save()
        search_keys.rewrite(charts[-1])
    survivor, others = charts[0], charts[1:]
    before, found = facts(), keys()
    events = [desk.merge(survivor, other) for other in others]
    merged = facts()
    _nothing_is_left(others)
    made = _write(case, places, survivor, others)
    since = facts()
    for event in events if case["undone_first"] else reversed(events):
        desk.undo(event)
    after = facts()
    new = {key for key in after.keys() - since.keys() if key[0] is not Registration}
    assert not new
    for key, row in before.items():
        for name, was in row.items():
            is_same = since[key][name] == merged[key][name]
            assert after[key][name] == (was if is_same else since[key][name]), (key, name)
    for key in since.keys() - merged.keys():
        assert {**after[key], "patient_id": 0} == {**since[key], "patient_id": 0}, key
    if not made and not case["edits"]:
        assert keys() == found
    _hangs_together()


def _chart(desk, places, told):
    patient = desk.chart(**told["facts"])
    for at in sorted(told["also_at"]):
        register(patient, places[at])
    for kind, at in told["things"]:
        MAKERS[kind](patient, places[at])
    return patient


def _nothing_is_left(others):
    """No live registration, and nothing that could be met, is left in a chart that is gone."""
    for other in others:
        assert fresh(other).merged_into_id
        assert not other.registrations.live().exists()
        assert not Encounter.objects.filter(patient=other.pk).exists()


def _write(case, places, survivor, others):
    """People go on working: what they change and add."""
    editable = [
        (key, row)
        for key, row in sorted(facts().items(), key=str)
        if "note" in row or (key[0] is Patient and key[1] == survivor.pk)
    ]
    for number in case["edits"] if editable else ():
        (model, pk), row = editable[number % len(editable)]
        change = {"note": f"Since {number}"} if "note" in row else {"phone": "+491705550199"}
        edit(model._base_manager.get(pk=pk), **change)
    for kind, at in case["written"]:
        MAKERS[kind](fresh(survivor), places[at])
    return case["written"]


def _hangs_together():
    """What is written down in a visit is in the chart of the visit, which is in that of its appointment."""
    for (model, _), row in facts().items():
        for parent in ("encounter", "appointment"):
            held = row.get(f"{parent}_id")
            if held and "patient_id" in row:
                whole = model._meta.get_field(parent).related_model
                assert whole._base_manager.get(pk=held).patient_id == row["patient_id"]
