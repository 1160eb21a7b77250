"""Dates of long ago, typed as people write them: alone, in a table, and in the middle of a text."""

from datetime import date
from typing import Any

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from hospital.kit import clock, partialdates, phones, typeddates

TODAY = date(2026, 11, 26)
ORDERS = ("dmy", "mdy", "ymd")


@pytest.fixture(autouse=True)
def today(monkeypatch: Any) -> None:
    monkeypatch.setattr(clock, "today", lambda: TODAY)


@pytest.mark.parametrize("month", ["june", "June", "JULY", "jul", "Jul.", "may", "september"])
def test_a_month_is_no_year_however_many_letters_it_has(month: str) -> None:
    number = {"jun": "06", "jul": "07", "may": "05", "sep": "09"}[month[:3].casefold()]
    assert typeddates.partial(f"{month} 1988") == f"1988-{number}"
    assert typeddates.partial(f"1988 {month}") == f"1988-{number}"


@pytest.mark.parametrize(
    "typed",
    [
        "March 14, 1988", "March 14 1988", "mar 14, 88", "Mar. 14, 1988", "MARCH-14-1988", "14 March 1988",
        "1988 March 14", "March 14th, 1988", "14th March 1988", "14th of March 1988", "14th of March, of 1988",
        "14 de Mar de 1988",
    ],
)  # fmt: skip
def test_a_month_in_words_may_come_before_the_day(typed: str) -> None:
    assert typeddates.partial(typed) == "1988-03-14"
    assert [typeddates.ordered(typed, order) for order in ORDERS] == ["1988-03-14"] * 3


@pytest.mark.parametrize(
    ("typed", "means"),
    [
        ("July 4 1988", "1988-07-04"), ("Jul 4, 1988", "1988-07-04"), ("4 Sept 1988", "1988-09-04"),
        ("Sept. 4, 1988", "1988-09-04"), ("Sept 1988", "1988-09"), ("4-Sept.-1988", "1988-09-04"),
    ],
)  # fmt: skip
def test_july_and_september_are_known_as_americans_write_them(typed: str, means: str) -> None:
    assert typeddates.partial(typed) == means
    assert [typeddates.ordered(typed, order) for order in ORDERS] == [means] * 3
    assert typeddates.ordered(f"{typed} 00:00:00", "mdy") == means


@pytest.mark.parametrize(
    ("country", "typed", "means"),
    [
        ("DE", "4. Juli 1948", "1948-07-04"), ("DE", "3. März 1991", "1991-03-03"), ("AT", "3 marz 91", "1991-03-03"),
        ("DE", "Dez. 1960", "1960-12"), ("CH", "4 juillet 1948", "1948-07-04"), ("CH", "4 luglio 1948", "1948-07-04"),
        ("PL", "4 lipca 1948", "1948-07-04"), ("EG", "4 يوليو 1948", "1948-07-04"), ("GB", "4. Juli 1948", ""),
        (None, "4. Juli 1948", ""), ("XX", "4. Juli 1948", ""), ("DE", "4 July 1948", "1948-07-04"),
    ],
)  # fmt: skip
def test_months_are_known_in_the_languages_of_the_country(
    country: str, typed: str, means: str
) -> None:
    with phones.activated(country):
        assert typeddates.partial(typed) == means


@pytest.mark.parametrize(
    ("typed", "means"),
    [("19480704", "1948-07-04"), ("04071948", "1948-07-04"), ("20122012", "2012-12-20"), ("19991999", ""),
     ("32011988", ""), ("01131988", ""), ("0407194", "")],
)  # fmt: skip
def test_eight_digits_begin_with_the_year_or_with_the_day(typed: str, means: str) -> None:
    assert typeddates.partial(typed) == means


@pytest.mark.parametrize(
    "typed", ["July", "July 1988 4", "July 32, 1988", "Mar Apr 1988", "1988 1989", "June July",
              "x y 1988", "of March 1988",
              "14thMarch 1988", "14xth March 1988", "114th March 1988"]
)  # fmt: skip
def test_what_is_no_date_is_none(typed: str) -> None:
    assert typeddates.partial(typed) == ""


@pytest.mark.parametrize(
    ("typed", "means"),
    [("March 27", date(2027, 3, 27)), ("Sept 4, 2026", date(2026, 9, 4)), ("Jul 4 26", date(2026, 7, 4))],
)  # fmt: skip
def test_a_day_around_today_may_have_its_month_first_as_well(typed: str, means: date) -> None:
    assert typeddates.near(typed) == means


@given(st.dates(min_value=partialdates.earliest("1850")), st.sampled_from(["en", "de", "fr"]))
def test_every_day_is_read_with_its_month_in_words_before_or_after_it(day: date, code: str) -> None:
    with translation.override(code):
        month = partialdates.spoken(day.isoformat()).split("-")[1]
        assert typeddates.partial(f"{day.day} {month} {day.year:04}") == day.isoformat()
        assert typeddates.partial(f"{month} {day.day}, {day.year:04}") == day.isoformat()


@pytest.mark.parametrize(
    ("text", "run", "means"),
    [
        ("Schneider 5 May 1977", "5 May 1977", "1977-05-05"),
        ("Schneider 5th of May 1977", "5th of May 1977", "1977-05-05"),
        ("Maria de 1977", "1977", "1977"),
        ("schneider, karl May 5, 1977", "May 5, 1977", "1977-05-05"),
        ("5 May 77 Schneider", "5 May 77", "1977-05-05"),
        ("Neumann Karl July 1990", "July 1990", "1990-07"),
        ("1990 July Neumann", "1990 July", "1990-07"),
        ("Müller 14.3.1988 Ana", "14.3.1988", "1988-03-14"),
        ("Müller 3/88", "3/88", "1988-03"),
        ("Müller 1988", "1988", "1988"),
    ],
)
def test_the_longest_run_of_words_that_is_surely_a_date_is_taken_out(
    text: str, run: str, means: str
) -> None:
    found = typeddates.found_in(text)
    assert (found.run, found.date) == (run, means)
    assert found.others == tuple(word for word in text.split() if word not in run.split())


@pytest.mark.parametrize(
    "text",
    [
        "", "May Smith", "April Jones", "Jan Nowak", "Jan 4711", "4711 Jan", "June 2027", "Jan 55", "May",
        "Marie Mai 06 12", "Jan 06 12", "Okoro 55",
    ],
)  # fmt: skip
def test_a_name_beside_a_number_that_is_no_likely_date_stays(text: str) -> None:
    assert typeddates.found_in(text) == ("", "", tuple(text.split()))


@given(st.text(max_size=30))
def test_no_text_breaks_the_reading(text: str) -> None:
    found = typeddates.found_in(text)
    assert len(found.others) + len(found.run.split()) == len(text.split())
    for order in ORDERS:
        assert partialdates.normal(typeddates.ordered(text, order)) == typeddates.ordered(
            text, order
        )


@pytest.mark.parametrize(
    ("text", "means"),
    [
        ("1988-03-04", ("1988-03-04",) * 3),
        ("19880304", ("1988-03-04",) * 3),
        ("1988-03", ("1988-03",) * 3),
        ("1988", ("1988",) * 3),
        ("4 Mar 1988", ("1988-03-04",) * 3),
        ("03/04/1988", ("1988-04-03", "1988-03-04", "")),
        ("03, 04, 1988", ("1988-04-03", "1988-03-04", "")),
        ("03041988", ("1988-04-03", "1988-03-04", "")),
        ("03-04-05", ("2005-04-03", "2005-03-04", "2003-04-05")),
        ("14.3.1988", ("1988-03-14", "", "")),
    ],
)
def test_a_date_of_a_table_is_read_in_the_order_said_or_says_its_own(
    text: str, means: tuple[str, ...]
) -> None:
    assert tuple(typeddates.ordered(text, order) for order in ORDERS) == means


@pytest.mark.parametrize(
    ("typed", "order", "means"),
    [("04071948", "dmy", "1948-07-04"), ("04071948", "mdy", "1948-04-07"), ("04071948", "ymd", ""),
     ("19480704", "mdy", "1948-07-04"), ("19485006", "dmy", ""), ("19480031", "dmy", "")],
)  # fmt: skip
def test_eight_digits_of_a_table_follow_its_order_unless_the_year_stands_first(
    typed: str, order: str, means: str
) -> None:
    assert typeddates.ordered(typed, order) == means


def test_slips_in_dates_of_eight_digits_say_nothing_of_the_order() -> None:
    told = ["19560409", "19081128", "19903925", "19875031", "19720015", "19600545", "19201620"]
    assert typeddates.order_of(told) == ("ymd", True, False)
    assert typeddates.order_of(["14/25/1988", "3/4/1988"]) == ("dmy", False, False)
