"""The words a patient is found by: a prefix finds everybody, and nobody twice."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hospital.kit import phones
from hospital.tests.factories import HospitalFactory, actor
from records.models import SearchKey
from records.services import finding, patients, search_keys
from records.tests.factories import PatientFactory

KEYS = st.sets(st.tuples(st.sampled_from("np"), st.text("ab", min_size=1, max_size=6)), max_size=8)


@given(KEYS, st.text("ab", min_size=1, max_size=6))
def test_a_prefix_has_one_leading_key_or_none(keys: set[tuple[str, str]], prefix: str) -> None:
    fitting = sorted(key for kind, key in keys if kind == "n" and key.startswith(prefix))
    leading = [
        key
        for kind, key, shared in search_keys.with_shared(keys)
        if kind == "n" and key.startswith(prefix) and shared < len(prefix)
    ]
    assert leading == fitting[:1]


@pytest.mark.django_db
def test_somebody_with_several_fitting_names_is_found_once_on_any_page() -> None:
    here = HospitalFactory()
    for number in range(4):
        PatientFactory(
            at=here, family_name="Annan", given_names=f"Anna Anneliese Ann{'abcd'[number]}"
        )
    receptionist = actor("receptionist", here)
    for text in ("a", "an", "ann", "anna", "annel", "anna annan", "annan ann"):
        seen, cursor = [], None
        while True:
            found = finding.find(receptionist, text, cursor=cursor, limit=3)
            seen += found.patient_ids
            cursor = found.next
            if cursor is None:
                break
        assert len(seen) == len(set(seen)) == 4, text


@pytest.mark.django_db
def test_a_changed_name_leaves_the_keys_that_a_new_patient_would_have() -> None:
    here = HospitalFactory()
    chart = PatientFactory(at=here, family_name="Annan", given_names="Anna Ann")
    chart.family_name = "Anders"
    patients.update(actor("receptionist", here), patient=chart)
    rows = SearchKey.objects.filter(registration__patient=chart, kind="n")
    found = sorted(rows.values_list("key", "shared"))
    assert found == [("anders", 0), ("ann", 2), ("anna", 3), ("annaann", 4)]


@pytest.mark.django_db
@pytest.mark.parametrize(
    "text",
    ["okoro 0170 555", "0170 555 okoro", "dan 1988 oko", "okoro +49 170 5550142", "14 3 1988 oko"],
)
def test_names_and_numbers_are_typed_in_any_order_and_spacing(text: str) -> None:
    here = HospitalFactory()
    facts = {"given_names": "Daniel", "birth_date": "1988-03-14", "phone": "+491705550142"}
    wanted = PatientFactory(at=here, family_name="Okoro", **facts)
    PatientFactory(at=here, family_name="Okoro", given_names="Grace", birth_date="1990")
    with phones.activated("DE"):
        assert finding.find(actor("receptionist", here), text).patient_ids == [wanted.pk]
