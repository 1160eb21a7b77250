"""How alike two people are: pure arithmetic, on names of many scripts."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hospital.kit.sortkeys import parts
from records import likeness
from records.likeness import LIKELY, Facts, agreements, score

pytestmark = pytest.mark.once
BORN = "1988-03-14"


def person(name, born=BORN, **facts):
    return Facts(names=tuple(parts(name)), born=born, **facts)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Ana Müller", "Anna Mueller"),  # a letter more, another spelling
        ("Müller Ana", "Ana Müller"),  # family and given name swapped
        ("Stephen Smith", "Steven Smith"),  # the same sound
        ("Okafor Chinedu", "Okafro Chinedu"),  # two letters swapped
        ("Anne-Marie Lang", "Annemarie Lang"),
        ("María de la Cruz", "Maria Cruz"),
        ("محمد علي", "محمد علی"),  # another letter of the same look
        ("Щербаков Пётр", "Щербаков Петр"),
        ("王 伟", "王伟"),
        ("सुनीता", "सुनिता"),  # one name is the whole name
        ("J Nowak", "Jan Nowak"),
    ],
)
def test_the_same_person_in_two_spellings_is_likely(one, other):
    assert score(person(one), person(other)) >= LIKELY


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (person("Ana Müller"), person("Jonas Schmidt")),  # born on one day
        (person("Ana Müller"), person("Ana Müller", "1951-11-27")),  # a common name
        (person("Anna Maria Müller"), person("Anna Maria Müller", "1951-11-27")),
        (person("Ana Müller", sex="female"), person("Ina Miller", "1988", sex="male")),
        (
            person("Ana Müller", phones=frozenset({"305550142"}), postal="10115", street="4 mill lane"),
            person("Jonas Müller", "2015-05-01", phones=frozenset({"305550142"}), postal="10115", street="4 mill lane"),
        ),  # mother and son
    ],
)  # fmt: skip
def test_two_people_who_share_something_are_not(one, other):
    assert score(one, other) < LIKELY


@pytest.mark.parametrize(
    ("other", "weight"),
    [("1988-03-14", 10.0), ("1988-03-15", 3.5), ("1947-12-30", -4.0), ("1988", 1.0), ("1988-03", 2.5), ("", 0.0)],
)  # fmt: skip
def test_a_birth_date_counts_by_how_near_it_is(other, weight):
    alone = score(person("Ana", born=""), person("Ana", born=""))
    assert score(person("Ana"), person("Ana", other)) - alone == weight


def test_day_and_month_swapped_are_nearly_the_same_day():
    assert score(person("Ana", "1988-03-04"), person("Ana", "1988-04-03")) > score(
        person("Ana", "1988-03-04"), person("Ana", "1988-03-05")
    )


NAMES = st.lists(st.text("abcde", min_size=1, max_size=7), max_size=4).map(tuple)
DATES = st.sampled_from(["", "1988", "1988-03", "1988-03-14", "1988-03-15", "1970-01-01"])
PEOPLE = st.builds(Facts, names=NAMES, born=DATES, sex=st.sampled_from(["", "male", "female"]))


@given(PEOPLE, PEOPLE)
def test_it_is_the_same_from_either_side(one, other):
    assert score(one, other) == pytest.approx(score(other, one))


@given(PEOPLE, PEOPLE)
def test_nobody_is_liker_than_oneself(one, other):
    assert score(one, one) >= score(one, other)


def test_what_agrees_is_told_in_words():
    one = person("Ana Müller", phones=frozenset({"305550142"}))
    other = person("Anna Müller", "1988-03-15", phones=frozenset({"305550142"}))
    assert agreements(one, other) == ["similar_name", "similar_birth_date", "phone"]
    assert agreements(one, one) == ["name", "birth_date", "phone"]


def test_a_name_of_many_words_is_the_same_only_when_every_word_is():
    one = person("Ana Maria Müller")
    assert agreements(one, person("Maria Müller Ana"))[:1] == ["name"]
    assert agreements(one, person("Ana Maria Muller"))[:1] == ["name"]
    assert agreements(one, person("Ana Marie Müller"))[:1] == ["similar_name"]
    assert agreements(one, person("Ana Müller"))[:1] == ["similar_name"]


def test_dates_like_one_are_dates():
    found = likeness.dates_like("1988-02-29")
    assert {"1988-02-29", "1989-02-28"} & found == {"1988-02-29"}
    assert "1988-02-28" in found
    assert "1983-02-29" not in found, "there was none"
    assert likeness.dates_like("1988") == {"1988"}
