"""Three boxes or an age become a partial date; what makes no date is shown again as it was typed."""

import time_machine
from django import forms
from django.http import QueryDict
from hypothesis import given
from hypothesis import strategies as st

from hospital.kit import partialdates
from hospital.kit.fields import PartialDateField
from hospital.web.birthdates import Typed, boxes_of, read
from hospital.web.forms import PartialDateWidget, age_was_given


def typed(day: str = "", month: str = "", year: str = "", age: str = "") -> Typed:
    return read({"day": day, "month": month, "year": year, "age": age})


def test_a_date_may_stop_at_the_month_or_the_year() -> None:
    assert typed(day="14", month="3", year="1988") == "1988-03-14"
    assert typed(month="March", year="1988") == "1988-03"
    assert typed(year="1988") == "1988"
    assert typed() == ""


def test_a_month_may_be_a_name_or_its_beginning() -> None:
    assert typed(month="mar", year="1988") == typed(month="MARCH", year="1988") == "1988-03"
    assert typed(month="July", year="1988") == typed(month="July 1988") == "1988-07"
    assert typed(day="July 4, 1988") == typed(day="4", month="July", year="1988") == "1988-07-04"


def test_a_whole_date_pasted_into_the_first_box_is_taken_apart() -> None:
    assert typed(day="14.3.1988") == typed(day="1988-03-14") == "1988-03-14"


@time_machine.travel("2026-11-20")
def test_an_age_is_a_year_and_marks_itself() -> None:
    guessed = typed(age="40")
    assert guessed == "1986"
    assert guessed.is_age
    assert not typed(year="1986").is_age


@time_machine.travel("2026-11-20")
def test_a_date_beats_an_age() -> None:
    both = typed(year="1988", age="40")
    assert both == "1988"
    assert not both.is_age


def test_a_day_without_its_month_is_no_date() -> None:
    assert not _is_date(typed(day="5", year="1988"))


def test_words_that_are_no_month_are_kept_to_be_shown_again() -> None:
    wrong = typed(day="14", month="Floreal", year="1988")
    assert not _is_date(wrong)
    assert boxes_of(wrong)["month"] == "Floreal"


def test_an_age_beyond_any_person_is_no_date() -> None:
    assert not _is_date(typed(age="131"))
    assert not _is_date(typed(age="old"))


@given(st.text(max_size=12), st.text(max_size=12), st.text(max_size=6), st.text(max_size=4))
def test_whatever_is_typed_is_a_date_or_refused_and_shown_again(
    day: str, month: str, year: str, age: str
) -> None:
    value = typed(day, month, year, age)
    assert value == "" or _is_date(value) or value.endswith("?")
    assert len(value) <= PartialDateField.length
    assert boxes_of(value)["day"] == day.strip()


@given(st.dates(min_value=partialdates.earliest("1850")))
def test_a_stored_date_fills_boxes_that_read_as_the_same_date(day) -> None:  # type: ignore[no-untyped-def]
    assert read(boxes_of(day.isoformat())) == day.isoformat()


def test_the_widget_reads_its_boxes_and_tells_an_age_apart() -> None:
    assert _form("birth_date_day=14&birth_date_month=3&birth_date_year=1988").cleaned_data == {
        "birth_date": "1988-03-14"
    }
    assert age_was_given(_form("birth_date_age=40"), "birth_date")
    assert not age_was_given(_form("birth_date_year=1986"), "birth_date")


def test_the_widget_takes_a_plain_value_under_its_own_name() -> None:
    assert _form("birth_date=1988-03").cleaned_data == {"birth_date": "1988-03"}


def test_what_was_typed_wrong_stands_in_the_boxes_again() -> None:
    html = str(_form("birth_date_day=14&birth_date_month=Floreal")["birth_date"])
    assert 'value="Floreal"' in html
    assert 'value="14"' in html


class Born(forms.Form):
    birth_date = forms.CharField(widget=PartialDateWidget(), required=False)


def _form(query: str) -> Born:
    form = Born(QueryDict(query))
    form.full_clean()
    return form


def _is_date(value: str) -> bool:
    try:
        return bool(partialdates.normal(value))
    except ValueError:
        return False
