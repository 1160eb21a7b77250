"""Dates of which only a part is known."""

import datetime as dt

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from hospital.kit import partialdates

DATES = st.dates(min_value=dt.date(1850, 1, 1), max_value=dt.date(2100, 12, 31))


@pytest.mark.parametrize(
    ("text", "first", "last", "spoken"),
    [
        ("1988", (1988, 1, 1), (1988, 12, 31), "1988"),
        ("1988-02", (1988, 2, 1), (1988, 2, 29), "Feb-1988"),
        ("1989-02", (1989, 2, 1), (1989, 2, 28), "Feb-1989"),
        ("1988-03-14", (1988, 3, 14), (1988, 3, 14), "14-Mar-1988"),
        ("1988-03-04", (1988, 3, 4), (1988, 3, 4), "04-Mar-1988"),
    ],
)
def test_a_partial_date_is_a_span_of_days_and_is_spoken(text, first, last, spoken):
    assert partialdates.earliest(text) == dt.date(*first)
    assert partialdates.latest(text) == dt.date(*last)
    assert partialdates.spoken(text) == spoken


def test_an_unknown_date_is_silent_and_has_no_days():
    assert partialdates.normal(None) == partialdates.normal("  ") == partialdates.spoken("") == ""
    assert partialdates.age_on("", dt.date(2026, 11, 20)) is None
    with pytest.raises(ValueError, match="not a partial date"):
        partialdates.earliest("")


def test_the_month_is_named_in_the_language_of_the_reader():
    with translation.override("de"):
        assert partialdates.spoken("1988-10-14") == "14-Okt-1988"


@pytest.mark.parametrize(
    ("born", "day", "ages"),
    [
        ("1988-03-14", (2026, 3, 13), (37, 37)),
        ("1988-03-14", (2026, 3, 14), (38, 38)),
        ("1988-03", (2026, 3, 14), (37, 38)),
        ("1988", (2026, 11, 20), (37, 38)),
        ("1988", (2026, 12, 31), (38, 38)),
        ("2024-02-29", (2025, 2, 28), (0, 0)),
        ("2024-02-29", (2025, 3, 1), (1, 1)),
        ("2026-11-20", (2026, 11, 20), (0, 0)),
        ("2027", (2026, 11, 20), (0, 0)),
    ],
)
def test_an_age_is_certain_or_a_range(born, day, ages):
    assert partialdates.age_range(born, dt.date(*day)) == ages
    assert partialdates.age_on(born, dt.date(*day)) == ages[0]


@given(DATES, DATES)
def test_a_less_known_date_holds_the_better_known_one(day, other):
    full = partialdates.normal(day)
    for part in (full[:4], full[:7], full):
        assert partialdates.earliest(part) <= day <= partialdates.latest(part)
        least, most = partialdates.age_range(part, other)
        assert least <= partialdates.age_range(full, other)[0] <= most <= least + 1


@given(st.text(max_size=12))
def test_no_text_breaks_the_reading_of_dates(text):
    try:
        normal = partialdates.normal(text)
    except ValueError:
        return
    assert partialdates.normal(normal) == normal
    assert len(normal) in (0, 4, 7, 10)
