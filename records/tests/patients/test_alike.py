"""Finding who is meant although something was misheard or mistyped, and telling who may be registered already."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from hospital.kit import phones
from hospital.tests.factories import HospitalFactory, actor
from records.models import NameForm, Patient
from records.services import (
    alike,
    alike_many,
    finding,
    lookup,
    matching,
    patients,
    vocabulary,
)
from records.tests.factories import IdentifierFactory, PatientFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def here():
    return HospitalFactory()


@pytest.fixture
def ana(here):
    return PatientFactory(
        at=here, family_name="Müller-Lüdenscheidt", given_names="Ana Sofía", birth_date="1988-03-04",
        phone="+49301234567", postal_code="10115", address_line="Invalidenstraße 12b",
    )  # fmt: skip


@pytest.fixture
def others(here):
    names = ["Nowak Jan", "Kowalski Piotr", "Okafor Ngozi", "Smith John", "王 伟", "Иванов Пётр"]
    for name in names:
        family, _space, given = name.partition(" ")
        PatientFactory(at=here, family_name=family, given_names=given, birth_date="1951-11-27")


def found(here, text):
    with phones.activated("DE"):
        page = finding.find(actor("receptionist", here), text)
    return [*page.patient_ids, *page.alike]


@pytest.mark.parametrize(
    "text",
    [
        "ana mueler",  # a letter missed
        "anna muller",  # a letter more
        "sofia ana muler",  # any order
        "ana ludenshceidt",  # two swapped
        "mulelr 4.3.1988",
        "ana muller 3.4.1988",  # day and month swapped
        "ana müller 14.3.1988",  # a wrong day
        "ana smith 4.3.1988",  # another family name now
        "muller 4567",  # how the phone ends
        "muler 10115",  # where she lives
        "30123456",  # a phone that is not typed to its end
        "1234567",  # a phone without its area
        "1988-04-03",
        "ludenscheit",  # one word that is no beginning of it
    ],
)
def test_what_is_nearly_right_finds_the_patient_first(here, ana, others, text):
    assert found(here, text)[:1] == [ana.pk]


@pytest.mark.parametrize(
    ("text", "family"),
    [("wang wie", "王"), ("ivanov piotr", "Иванов"), ("okofor ngozie", "Okafor"), ("jon smiht", "Smith")],
)  # fmt: skip
def test_names_of_any_script_are_found_as_they_sound(here, others, text, family):
    first = Patient.objects.get(pk=found(here, text)[0])
    assert first.family_name == family


def test_who_fits_exactly_comes_first_and_is_not_told_again(here, ana):
    near = PatientFactory(at=here, family_name="Muller", given_names="Anna", birth_date="1990")
    page = finding.find(actor("receptionist", here), "ana müller")
    assert (page.patient_ids, page.alike) == ([ana.pk], [near.pk])


def test_a_number_is_found_by_its_end(here, ana):
    IdentifierFactory(patient=ana, kind="passport", value="C01X-00T47")
    patients.update(actor("receptionist", here), patient=Patient.objects.get(pk=ana.pk))
    assert found(here, "00T47") == [ana.pk]


def test_of_many_with_a_number_the_first_by_name_are_told_and_nobody_retired(here):
    desk = actor("receptionist", here)
    for family in ("Zorn", "Abel", "Moser", "Beck", "Adler"):
        PatientFactory(
            at=here, family_name=family, phone=f"+49301{len(family)}{ord(family[1])}4711"
        )
    PatientFactory(family_name="Aaron", phone="+493019994711")
    abel = Patient.objects.visible_to(desk).get(family_name="Abel")
    patients.retire(desk, patient=abel, reason="Twice")
    ids = finding.find(desk, "4711", limit=3).everybody
    assert [Patient.objects.get(pk=pk).family_name for pk in ids] == ["Adler", "Beck", "Moser"]


@pytest.mark.parametrize(("text", "questions"), [("30 9999999", 1), ("30 1234567", 2)])
def test_a_number_is_looked_for_as_all_that_it_may_be_at_once(here, ana, text, questions):
    desk = actor("receptionist", here)
    with phones.activated("DE"), CaptureQueriesContext(connection) as queries:
        page = finding.exactly(desk, text)
    assert page.patient_ids == [ana.pk][: questions - 1]
    assert len(queries) == questions


@pytest.mark.parametrize("text", ["Dr. Müller", "Herr Nowak", "née Okafor"])
def test_one_wrong_word_of_two_does_not_hide_who_has_the_other(here, text):
    for name in ("Ana Müller", "Jan Nowak", "Ngozi Okafor"):
        given, _space, family = name.partition(" ")
        PatientFactory(at=here, family_name=family, given_names=given)
    [pk] = found(here, text)
    assert Patient.objects.get(pk=pk).family_name == text.split()[1]


def test_of_those_with_one_name_of_two_no_more_than_a_few_are_told(here):
    PatientFactory.create_batch(9, at=here, family_name="Müller", given_names="Zoë")
    assert len(found(here, "Prinz Müller")) == 5


def test_nobody_of_another_hospital_and_nobody_retired_is_found(here, ana):
    assert found(HospitalFactory(), "ana mueler 4.3.1988") == []
    desk = actor("receptionist", here)
    patients.retire(desk, patient=Patient.objects.visible_to(desk).get(), reason="Twice")
    assert found(here, "ana mueler 4.3.1988") == []


def test_what_is_nothing_like_it_finds_nobody(here, ana, others):
    assert found(here, "zzyzx") == []
    assert found(here, "ingrid bergman 1915") == []


def test_words_that_are_alike_are_learned_once(here):
    PatientFactory.create_batch(2, at=here, family_name="Muller")
    known = set(NameForm.objects.values_list("form", "word"))
    assert len(known) == NameForm.objects.count()
    assert ("-muler", "muller") in known
    assert vocabulary.like(["mulelr", "zzyzx"]) == {"mulelr": ["mulelr", "muller"], "zzyzx": ["zzyzx"]}  # fmt: skip


def test_the_words_that_a_beginning_may_become_are_known_unless_they_are_very_many(monkeypatch):
    vocabulary.learn(["muller", "mulligan", "mul", "emul"])
    wanted = {"mul": ["mul", "muller", "mulligan"], "xyz": []}
    assert vocabulary.begun(["mul", "xyz"]) == wanted
    monkeypatch.setattr(vocabulary, "MOST_BEGUN", 3)
    assert vocabulary.begun(["mul", "xyz"]) == {}


def test_a_search_asks_no_more_questions_for_30_than_for_3(here):
    desk = actor("receptionist", here)

    def ask():
        with CaptureQueriesContext(connection) as seen:
            assert finding.find(desk, "ana mueller 4.3.1988").alike
        return len(seen)

    PatientFactory.create_batch(3, at=here, family_name="Muller")
    few = ask()
    PatientFactory.create_batch(27, at=here, family_name="Muller")
    assert ask() <= few <= 7


@pytest.mark.parametrize(
    "typed",
    [
        {"family_name": "Mueller-Ludenscheidt"},
        {"given_names": "Anna Sofia"},
        {"birth_date": "1988-04-03"},
        {"birth_date": "1988"},
        {"birth_date": ""},
        {"phone": "+49301234576"},
        {"address_line": "Invalidenstr. 12"},
        {"postal_code": "10151"},
    ],
)
def test_who_registers_somebody_with_a_slip_in_one_field_is_told(here, ana, typed):
    told = {
        field: getattr(ana, field)
        for field in ("family_name", "given_names", "birth_date", "phone")
    }
    likely = matching.likely_here(actor("receptionist", here), Patient(**{**told, **typed}))
    assert [each.patient.pk for each in likely] == [ana.pk]


def test_twins_are_asked_about_and_mother_and_child_are_not(here, ana):
    home = {
        "family_name": "Müller", "phone": ana.phone, "postal_code": ana.postal_code,
        "address_line": ana.address_line,
    }  # fmt: skip
    desk = actor("receptionist", here)
    child = Patient(given_names="Ben", birth_date="2020-01-02", **home)
    assert matching.likely_here(desk, child) == []
    twin = Patient(given_names="Lea", birth_date="1988-03-04", **home)
    assert [each.agrees for each in matching.likely_here(desk, twin)] == [
        ["birth_date", "phone", "address"]
    ]


def test_a_program_is_told_who_fits_nearly_and_why(here, ana):
    near = lookup.nearly(actor("integrator", here), name="Ana Muler", birth_date="1988-03-04")
    assert [(each.patient.pk, each.agrees) for each in near] == [
        (ana.pk, ["similar_name", "birth_date"])
    ]


def test_a_common_name_with_a_slip_in_the_date_is_no_reason_to_ask_and_a_rare_one_is(here, ana):
    desk = actor("receptionist", here)
    told = {"family_name": "Nagy", "given_names": "Eva", "birth_date": "1988-03-14"}
    PatientFactory(at=here, **{**told, "birth_date": "1988-03-15"})
    assert len(matching.likely_here(desk, Patient(**told))) == 1
    for year in range(1940, 1950):
        PatientFactory(at=here, **{**told, "birth_date": f"{year}-11-27"})
    assert matching.likely_here(desk, Patient(**told)) == []


def test_who_has_no_name_is_known_by_the_phone_and_the_date_however_many_share_it(here, ana):
    desk = actor("receptionist", here)
    for number in range(10):
        PatientFactory(at=here, given_names=f"N{number}", birth_date="1951-11-27", phone=ana.phone)
    unknown = Patient(is_unidentified=True, birth_date=ana.birth_date, phone=ana.phone)
    assert [each.patient.pk for each in matching.likely_here(desk, unknown)] == [ana.pk]


def test_a_hundred_at_once_are_compared_with_the_same_charts_as_one(here, ana, others):
    """The clues stand as conditions for one person and as SQL for many: an import finds whom the desk finds."""
    desk = actor("receptionist", here)
    facts = {
        "family_name": "Müller-Lüdenscheidt", "given_names": "Ana Sofía", "birth_date": "1988-03-04",
        "phone": "+49301234567", "postal_code": "10115", "address_line": "Invalidenstraße 12b",
    }  # fmt: skip
    kept = [{}, {"birth_date"}, {"phone"}, {"postal_code", "address_line"}, {"family_name", "birth_date"},
            {"family_name", "given_names"}, {"given_names", "birth_date"}, set(facts)]  # fmt: skip
    typed = [Patient(**{name: facts[name] for name in names}) for names in kept]
    typed += [
        Patient(**{**facts, "family_name": "Lüdenscheid", "birth_date": "1988-04-03", "phone": ""}),
        Patient(family_name="Kowalsky", given_names="Piotr", birth_date="1951-11-27"),
        Patient(family_name="Nowak", given_names="Johann"),
    ]
    people = [alike.facts_of(patient) for patient in typed]
    at_once = alike_many.charts(desk, people, alike_many.like_words(people))
    for person, many in zip(people, at_once, strict=True):
        one = {each.patient_id for each in alike.to(desk, person, least=-1_000)}
        assert {each.patient_id for each in many} == one, person
    assert sum(map(len, at_once)) > 5
