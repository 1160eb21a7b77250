"""What is understood of a text typed into the search, and of names of countries and languages."""

import pytest

from hospital.kit import phones
from hospital.tests.factories import HospitalFactory, actor
from records.services import finding, lookup
from records.services.typed import Typed, understood
from records.tests.factories import PatientFactory
from records.web import languages


@pytest.fixture(autouse=True)
def in_germany():
    with phones.activated("DE"):
        yield


@pytest.mark.parametrize(
    ("text", "known"),
    [
        ("Müller, Ana 14.3.1988", Typed("Müller", "Ana", "1988-03-14")),
        ("ana maria müller", Typed("müller", "ana maria")),
        ("14 Mar 1988 müller", Typed("müller", "", "1988-03-14")),
        ("Müller 1988", Typed("Müller", "", "1988")),
        ("Müller 3/88", Typed("Müller", "", "1988-03")),
        ("0170 5550142", Typed(phone="0170 5550142")),
        ("Müller +49 170 5550142", Typed("Müller", phone="+49 170 5550142")),
        ("C01X00T47", Typed(number="C01X00T47")),
        ("55", Typed(number="55")),
        ("van der Berg Anna", Typed("van der Berg", "Anna")),
        ("Anna van der Berg", Typed("van der Berg", "Anna")),
        ("Marloes VAN DIJK", Typed("VAN DIJK", "Marloes")),
        ("LI Xiao", Typed("LI", "Xiao")),
        ("NG Mei Ling", Typed("NG", "Mei Ling")),
        ("J.R. Smith", Typed("Smith", "J.R.")),
        ("TJ Miller", Typed("Miller", "TJ")),
        ("Otto Müller III", Typed("III", "Otto Müller")),
        ("Ana de la CRUZ", Typed("de la CRUZ", "Ana")),
        ("ANA MARIA MÜLLER", Typed("MÜLLER", "ANA MARIA")),
        ("Ana J MÜLLER Eva LOPEZ", Typed("LOPEZ", "Ana J MÜLLER Eva")),
        ("Mrs Ana Pereira", Typed("Pereira", "Ana")),
        ("Prof. Dr. Müller", Typed("Müller")),
        ("van", Typed("van")),
        ("van der", Typed("van der")),
        ("Dr", Typed("Dr")),
        ("", Typed()),
    ],
)
def test_a_search_text_is_taken_apart(text, known):
    assert understood(text) == known


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Germany", "DE"), ("germ", "DE"), ("Deutschland", "DE"), ("de", "DE"), ("Türkei", "TR"),
        ("turkey", "TR"), ("uk", "GB"), ("United States", "US"), ("Guinea", "GN"), ("Niger", "NE"),
        ("united", ""), ("Atlantis", ""), ("D", ""),
    ],
)  # fmt: skip
def test_a_country_is_known_by_its_name_here_or_its_code(text, code):
    assert languages.country_code(text) == code


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Turkish", "tr"), ("türkçe", "tr"), ("Deutsch", "de"), ("de", "de"), ("pt-BR", "pt-BR"),
        ("zh-Hant", "zh-Hant"), ("Elbonian", ""), ("de; drop", ""),
    ],
)  # fmt: skip
def test_a_language_is_known_by_its_name_or_its_code(text, code):
    assert languages.language_code(text) == code


def test_every_name_shown_is_understood_again():
    for code in languages.known_countries():
        assert languages.country_code(languages.country_name(code)) == code
    for name in languages.spoken_here():
        assert languages.language_name(languages.language_code(name)) == name


@pytest.mark.django_db
@pytest.mark.parametrize(
    "words",
    [" ".join("abcdefghij"[i % 10] for i in range(100)), "anna " * 39, "12 " * 66, "a1 " * 66],
)
def test_very_many_words_are_a_question_like_any_other(words):
    here = HospitalFactory()
    PatientFactory(at=here)
    assert finding.find(actor("receptionist", here), words).everybody == []
    assert lookup.nearly(actor("receptionist", here), name=words) == []


@pytest.mark.django_db
def test_a_month_of_another_language_is_a_name_before_it_is_a_month():
    here = HospitalFactory()
    born, named = (
        PatientFactory(at=here, family_name=family, given_names=given, birth_date=date)
        for family, given, date in [("Sanz", "Ana", "1988-07-04"), ("Sanz", "Julio", "1988-01-02")]
    )
    with phones.activated("ES"):
        assert finding.exactly(actor("receptionist", here), "julio 1988").patient_ids == [named.pk]
        assert finding.exactly(actor("receptionist", here), "4 julio 1988").patient_ids == [born.pk]
        assert finding.exactly(actor("receptionist", here), "july 1988").patient_ids == [born.pk]
