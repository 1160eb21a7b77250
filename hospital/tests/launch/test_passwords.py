"""Passwords made of the product's or the hospital's name are refused."""

import pytest
from django.core.exceptions import ValidationError

from hospital.kit.passwords import ContextWordsValidator

validator = ContextWordsValidator(words=lambda: ["St. Mary's Hospital"])


@pytest.mark.parametrize(
    "password",
    [
        "openwardopenward",
        "Openward2026!!!!!",
        "OPENWARD-12345678",
        "hospital-hospital",
        "Mary's-Hospital-1",
    ],
)
def test_a_name_with_trimmings_is_refused(password):
    with pytest.raises(ValidationError) as caught:
        validator.validate(password)

    assert caught.value.code == "password_context_word"


@pytest.mark.parametrize("password", ["openward keeps my seven cats", "correct horse battery"])
def test_a_phrase_that_merely_holds_a_name_is_accepted(password):
    validator.validate(password)
