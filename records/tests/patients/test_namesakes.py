"""Who has exactly the name that was typed comes before those whose names only contain it or begin so."""

from itertools import chain, permutations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hospital.tests.factories import HospitalFactory, actor
from records.models import Patient
from records.services import finding, patients
from records.tests.factories import PatientFactory

pytestmark = pytest.mark.django_db

WORDS = st.sampled_from(["Lea", "Leander", "Kuhn", "Kuhnert", "Li"])
NAMES = st.tuples(st.lists(WORDS, min_size=1, max_size=2), st.lists(WORDS, max_size=2))


def pages(desk, text, limit):
    """The patients on each page of a search."""
    found = finding.exactly(desk, text, limit=limit)
    yield found.patient_ids
    while found.next:
        found = finding.exactly(desk, text, limit=limit, cursor=found.next)
        yield found.patient_ids


def names_of(ids):
    known = Patient.objects.in_bulk(ids)
    return [f"{known[pk].given_names} {known[pk].family_name}" for pk in ids]


@pytest.fixture
def here():
    hospital = HospitalFactory()
    for given_names, family in (
        ("Charlotte Lea", "Kuhn"), ("Lea", "Kuhnert"), ("Lea", "Kuhn"), ("Leander", "Kuhn"), ("Kuhn", "Lea"),
    ):  # fmt: skip
        PatientFactory(at=hospital, family_name=family, given_names=given_names)
    return hospital


@pytest.mark.parametrize("text", ["lea kuhn", "KUHN, Lea", "kühn léa"])
def test_who_has_the_very_name_comes_first_whatever_the_order_of_its_words(here, text):
    found = names_of(finding.find(actor("receptionist", here), text).patient_ids)
    assert set(found[:2]) == {"Lea Kuhn", "Kuhn Lea"}
    assert set(found[2:]) == {"Charlotte Lea Kuhn", "Lea Kuhnert", "Leander Kuhn"}


def test_a_list_that_is_cut_short_still_begins_with_the_very_name(here):
    desk = actor("receptionist", here)
    assert set(names_of(finding.find(desk, "kuhn lea", limit=2).everybody)) == {"Lea Kuhn", "Kuhn Lea"}  # fmt: skip


def test_with_one_name_alone_comes_first_who_has_no_other(here):
    desk = actor("receptionist", here)
    PatientFactory(at=here, family_name="Lea", given_names="")
    assert names_of(finding.find(desk, "lea").patient_ids)[0] == " Lea"


def test_nobody_of_another_hospital_and_nobody_retired_is_among_them(here):
    desk = actor("receptionist", here)
    gone = Patient.objects.visible_to(desk).get(family_name="Kuhn", given_names="Lea")
    patients.retire(desk, patient=gone, reason="Twice")
    PatientFactory(family_name="Kuhn", given_names="Lea")
    found = names_of(finding.find(desk, "lea kuhn").patient_ids)
    assert found[0] == "Kuhn Lea"
    assert "Lea Kuhn" not in found


@pytest.mark.parametrize("limit", [1, 2, 3, 4, 5])
def test_every_page_goes_on_where_the_one_before_ended(here, limit):
    found = list(pages(actor("receptionist", here), "lea kuhn", limit))
    assert [len(page) for page in found[:-1]] == [limit] * (len(found) - 1)
    assert found[-1]
    everybody = names_of(list(chain.from_iterable(found)))
    assert len(everybody) == len(set(everybody)) == 5
    assert set(everybody[:2]) == {"Lea Kuhn", "Kuhn Lea"}


@given(
    known=st.lists(NAMES, max_size=8),
    name=st.lists(WORDS, min_size=1, max_size=3),
    limit=st.integers(1, 4),
)
@settings(max_examples=40)
def test_whatever_the_names_each_who_fits_is_told_once_and_the_very_name_first(known, name, limit):
    hospital = HospitalFactory()
    for family, own in known:
        PatientFactory(at=hospital, family_name=" ".join(family), given_names=" ".join(own))
    text = " ".join(name)
    ids = list(chain.from_iterable(pages(actor("receptionist", hospital), text, limit)))
    found = Patient.objects.in_bulk(ids)
    assert len(ids) == len(found)
    fitting = [
        (*family, *own)
        for family, own in known
        if all(any(word.startswith(each) for word in (*family, *own)) for each in name)
    ]
    assert len(ids) == len(fitting)
    turned = set(permutations(name))
    is_same = [(*found[pk].family_name.split(), *found[pk].given_names.split()) in turned for pk in ids]  # fmt: skip
    assert is_same == sorted(is_same, reverse=True)


@pytest.mark.parametrize(
    ("family", "own"), [("王" * 90, "伟" * 90), ("Ab " * 33, "Cd " * 33), ("X" * 99, "Y" * 99)]
)
def test_a_name_too_long_for_its_keys_hides_nobody(family, own):
    hospital = HospitalFactory()
    chart = PatientFactory(at=hospital, family_name=family.strip(), given_names=own.strip())
    found = finding.exactly(actor("receptionist", hospital), f"{own} {family}")
    assert found.patient_ids == [chart.pk]
