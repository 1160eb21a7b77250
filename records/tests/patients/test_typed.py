"""What is understood of a text typed into the search, and of names of countries and languages."""

import pytest

from hospital.kit import phones
from records.services.typed import Typed, understood
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
