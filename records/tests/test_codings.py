"""Codes of classifications: what is one, and how it is written."""

import pytest
from django.core.exceptions import ValidationError

from records import codings


@pytest.mark.parametrize("typed", ["E11.9", "e119", " E11.9 "])
def test_an_icd_10_code_is_kept_as_the_who_writes_it(typed: str) -> None:
    assert codings.icd10(typed) == "E11.9"
    assert codings.icd10_says("E11.9").startswith("Type 2 diabetes")


@pytest.mark.parametrize("typed", ["", "E99.99", "A00-A09", "I", "diabetes", "E11.9x"])
def test_what_is_no_category_of_the_icd_10_is_refused(typed: str) -> None:
    with pytest.raises(ValidationError) as refused:
        codings.icd10(typed)
    assert refused.value.code == "icd10_unknown"


@pytest.mark.parametrize("typed", ["J", "J01", "J01C", "J01CA", "j01ca04"])
def test_an_atc_code_names_a_substance_or_a_group(typed: str) -> None:
    assert codings.atc(typed) == typed.upper()


@pytest.mark.parametrize("typed", ["", "E01", "J1", "J01CA4", "J01CA045", "penicillin"])
def test_what_is_not_built_like_an_atc_code_is_refused(typed: str) -> None:
    with pytest.raises(ValidationError) as refused:
        codings.atc(typed)
    assert refused.value.code == "atc_invalid"
