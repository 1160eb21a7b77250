"""Names of any script: whatever can be registered can be found again, and nothing breaks the desk."""

import pytest
from django.core.exceptions import ValidationError
from hypothesis import example, given, settings
from hypothesis import strategies as st

from hospital.kit.errors import problem_of
from hospital.tests.factories import HospitalFactory, actor
from records.demo import names
from records.models import Patient
from records.services import finding, patients, readings

pytestmark = pytest.mark.django_db
EVERYBODY = [*names.BRIGID, *names.COLUMBA, *names.BOTH]
ANY = st.text(max_size=60)
OF_PEOPLE = st.text(st.characters(categories=["L", "M", "Zs", "Pd"]), min_size=1, max_size=30)


@pytest.fixture
def reception():
    return actor("receptionist", HospitalFactory())


def found_by(reception, text):
    """The patients found; None when nothing that can be found was typed."""
    if not readings.read(text):
        with pytest.raises(ValidationError):
            finding.find(reception, text)
        return None
    return finding.find(reception, text, limit=100).patient_ids


def register(reception, family_name, given_names=""):
    chart = Patient(family_name=family_name, given_names=given_names)
    return patients.register(reception, patient=chart)


def tried(reception, family_name, given_names):
    """(chart, None), or (None, what was wrong)."""
    try:
        return register(reception, family_name, given_names), None
    except ValidationError as exc:
        return None, problem_of(exc)


def test_everybody_of_the_demo_is_found_by_the_whole_name_in_any_order_and_by_its_beginnings(
    reception, count
):
    for family_name, given_names, _ in EVERYBODY:
        chart = register(reception, family_name, given_names)
        words = f"{family_name} {given_names}".split()
        asked = [
            " ".join(words),
            " ".join(reversed(words)),
            *(word for word in words if len(word) > 1),
        ]
        asked += [family_name.upper(), given_names.lower()]
        for text in filter(None, asked):
            assert chart.pk in found_by(reception, text), (text, chart.display_name)
    count("people of many scripts registered and found", len(EVERYBODY))


@pytest.mark.parametrize(
    ("typed", "written"),
    [
        ("Müller", "muller"), ("Müller", "MÜLL"), ("O’Connor", "o connor"), ("O'Connor", "oconnor o"),
        ("Öztürk", "ozturk"), ("Łukasik", "lukas"), ("Đorđević", "dordevic"), ("Þórsdóttir", "thorsdottir"),
        ("Νικολάου", "ΝΙΚΟΛΑ"), ("Шевченко", "shevchenko"), ("حداد", "حد"), ("李", "李"), ("김", "김"),
        ("X Æ A-12", "a-12"), ("Jr. 3rd", "3rd"), ("Smith2000", "smith2000"), ("Smith2000", "smith2"),
    ],
)  # fmt: skip
def test_a_name_is_found_however_it_is_typed(reception, typed, written):
    wanted = register(reception, typed)
    assert found_by(reception, written) == [wanted.pk]


@settings(max_examples=60)
@given(family_name=ANY, given_names=ANY)
@example(family_name="\u0000", given_names="a")
@example(family_name="\ud800"[:0] + "a" * 101, given_names="")
@example(family_name="\u200b", given_names=" ")
@example(family_name="A\u00850", given_names="")
def test_any_text_is_registered_and_found_or_refused_in_words(reception, family_name, given_names):
    before = Patient.objects.count()
    chart, refusal = tried(reception, family_name, given_names)
    if refusal:
        assert refusal.status == 400
        assert refusal.errors.keys() <= {"family_name", "given_names"}
        assert Patient.objects.count() == before
        return
    stored = Patient.objects.visible_to(reception).get(pk=chart.pk)
    assert (stored.family_name, stored.given_names) == (chart.family_name, chart.given_names)
    assert stored.sort_key
    assert found_by(reception, chart.mrn) == [chart.pk]
    found = found_by(reception, f"{chart.family_name} {chart.given_names}")
    if any(letter.isalpha() for letter in chart.family_name + chart.given_names):
        assert chart.pk in (found or [])


@settings(max_examples=60)
@given(family_name=OF_PEOPLE, given_names=OF_PEOPLE)
def test_any_name_of_letters_is_found_by_each_of_its_words(reception, family_name, given_names):
    chart, refusal = tried(reception, family_name, given_names)
    if refusal:
        return
    for word in f"{chart.family_name} {chart.given_names}".split():
        if any(letter.isalpha() for letter in word):
            assert chart.pk in found_by(reception, word), word


@settings(max_examples=150)
@given(
    text=st.one_of(
        ANY, st.from_regex(r"[0-9 +./()-]{1,25}"), st.text("0123456789abcü-/. ", max_size=20)
    )
)
@example(text="0" * 300)
@example(text="٣٤٥٦٧٨")
@example(text="²³¹⁴⁵")
@example(text="29.2.1988")
def test_whatever_is_typed_into_the_search_is_answered(reception, text):
    assert found_by(reception, text) in ([], None)
