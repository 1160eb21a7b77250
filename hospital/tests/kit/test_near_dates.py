"""Days around today, typed as people type them."""

from datetime import date
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from hospital.kit import clock, typeddates
from hospital.kit.web.neardates import NearDateField

TODAY = date(2026, 11, 26)


@pytest.fixture(autouse=True)
def today(monkeypatch: Any) -> None:
    monkeypatch.setattr(clock, "today", lambda: TODAY)


@pytest.mark.parametrize(
    ("typed", "means"),
    [
        ("t", TODAY),
        (" T ", TODAY),
        ("today", TODAY),
        ("+3", date(2026, 11, 29)),
        ("-1", date(2026, 11, 25)),
        ("27/3/87", date(1987, 3, 27)),
        ("27.3.26", date(2026, 3, 27)),
        ("27-Mar-1987", date(1987, 3, 27)),
        ("27 march 2027", date(2027, 3, 27)),
        ("2026-03-27", date(2026, 3, 27)),
        ("1/12", date(2026, 12, 1)),
        ("5 Jan", date(2027, 1, 5)),
        ("5th of January", date(2027, 1, 5)),
    ],
)
def test_a_near_day_is_understood(typed: str, means: date) -> None:
    assert typeddates.near(typed) == means
    assert NearDateField().clean(typed) == means


@pytest.mark.parametrize(
    "typed", ["", "29/2", "31/2/2026", "32/1", "soon", "1/2/3/4", "+99999", "7", "1/1/123"]
)
def test_what_is_no_day_is_none(typed: str) -> None:
    assert typeddates.near(typed) is None


def test_the_field_says_how_to_write_it() -> None:
    with pytest.raises(ValidationError) as refused:
        NearDateField().clean("soon")
    assert refused.value.code == "invalid"
    assert "+3" in str(refused.value)


@given(st.dates(min_value=date(1000, 1, 1)))
def test_a_day_is_understood_as_it_is_shown(day: date) -> None:
    shown = NearDateField().widget.format_value(day)
    assert typeddates.near(shown) == day


@given(st.text(max_size=20))
def test_whatever_is_typed_is_a_day_or_none(text: str) -> None:
    found = typeddates.near(text)
    assert found is None or isinstance(found, date)
