"""How a birth date and an age are written."""

from datetime import date

import pytest

from records.models import Patient
from records.web.patient_rows import age, born

DAY = date(2026, 11, 20)


@pytest.mark.parametrize(
    ("birth_date", "words"),
    [
        ("1988-03-14", "38y"), ("1988-11-20", "38y"), ("1988-11-21", "37y"), ("1988", "37–38y"),
        ("1988-03", "38y"), ("2024-11-20", "2y"), ("2024-11-21", "23m"), ("2026-10-20", "1m"),
        ("2026-10-21", "30d"), ("2026-11-20", "0d"), ("2026", "0y"),
    ],
)  # fmt: skip
def test_an_age_is_as_exact_as_the_birth_date_and_in_months_or_days_for_infants(birth_date, words):
    assert age(birth_date, DAY) == words


def test_an_estimate_says_so():
    assert born(Patient(birth_date="1988", is_birth_date_estimated=True)).startswith("about 1988 (")


def test_who_died_on_an_unknown_day_has_no_age():
    assert born(Patient(birth_date="1988", is_deceased=True)) == "1988"


def test_an_unknown_birth_date_is_left_out():
    assert born(Patient()) == ""
