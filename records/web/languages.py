"""Languages and countries as people name them: typed by name or code, kept as a code."""

from functools import lru_cache
from typing import Any, ClassVar

from babel import Locale, UnknownLocaleError
from babel.languages import get_territory_language_info
from django import forms
from django.core.exceptions import ValidationError
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from hospital.kit import phones
from hospital.kit.codes import sentence
from hospital.kit.sortkeys import fold
from hospital.models.hospitals import known_countries

LONGEST_CODE = 10
OFFERED = 15
# What people call countries, beside the names in Unicode's tables.
ALSO = {
    "america": "US", "usa": "US", "uk": "GB", "great britain": "GB", "england": "GB", "scotland": "GB",
    "wales": "GB", "holland": "NL", "turkey": "TR", "czech republic": "CZ", "macedonia": "MK",
    "ivory coast": "CI", "swaziland": "SZ", "burma": "MM", "east timor": "TL", "korea": "KR",
    "uae": "AE", "emirates": "AE", "drc": "CD", "palestine": "PS", "moldavia": "MD", "bosnia": "BA",
}  # fmt: skip


def country_name(code: str) -> str:
    """The country's English name; a code nobody knows as it is."""
    return known_countries().get(code, code)


def country_code(text: str) -> str:
    """The code of a country given by its name in English or in a language of this country, or by its code.

    "" when nothing, or more than one country, is called so.
    """
    name, names = fold(text), _countries(phones.region() or "")
    if text.strip().upper() in known_countries():
        return text.strip().upper()
    if name in names:
        return names[name]
    begun = {code for known, code in names.items() if known.startswith(name)}
    return begun.pop() if len(begun) == 1 else ""


def language_name(code: str) -> str:
    """The language's English name; a code nobody knows as it is."""
    return _languages().get(code.replace("-", "_"), code)


def language_code(text: str) -> str:
    """The code of a language given by its name ("Turkish", "Türkçe") or its code; "" when there is none."""
    name = fold(text)
    known = _by_name().get(name) or _by_own_name(phones.region() or "").get(name)
    if known:
        return known
    text = text.strip()
    first = text.partition("-")[0].lower()
    is_code = first in _languages() and text.isascii() and text.replace("-", "").isalnum()
    return text if is_code and len(text) <= LONGEST_CODE else ""


def spoken_here() -> list[str]:
    """Names of the languages most spoken in the country of the active hospital."""
    return [language_name(code) for code in _spoken(phones.region() or "")[:OFFERED]]


def own_country() -> list[str]:
    """The name of the active hospital's country."""
    return [country_name(code)] if (code := phones.region()) else []


class NamedInput(forms.TextInput):
    """A code shown by its name, with suggestions."""

    name_of: ClassVar[Any]
    offered: ClassVar[Any]

    def format_value(self, value: Any) -> str:
        return type(self).name_of(value) if value else ""

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        names = f"id_{name}_names"
        shown = super().render(name, value, {**(attrs or {}), "list": names}, renderer)
        options = ((one,) for one in type(self).offered())
        offered = format_html_join("", '<option value="{}"></option>', options)
        return format_html('{}<datalist id="{}">{}</datalist>', shown, names, offered)


class LanguageInput(NamedInput):
    name_of = staticmethod(language_name)
    offered = staticmethod(spoken_here)


class CountryInput(NamedInput):
    name_of = staticmethod(country_name)
    offered = staticmethod(own_country)


class NamedField(forms.CharField):
    """Turns a name into its code; a ValidationError with ``unknown`` when nothing is called so."""

    code_of: ClassVar[Any]
    unknown: ClassVar[str]

    def __init__(self, *, max_length: int | None = None, **options: Any):
        super().__init__(**options)

    def to_python(self, value: Any) -> str:
        text = super().to_python(value)
        code = type(self).code_of(text) if text else ""
        if text and not code:
            raise ValidationError(sentence(self.unknown), self.unknown)
        return code


class LanguageField(NamedField):
    widget = LanguageInput
    code_of = staticmethod(language_code)
    unknown = "language_invalid"


class CountryField(NamedField):
    widget = CountryInput
    code_of = staticmethod(country_code)
    unknown = "country_invalid"


@lru_cache
def _countries(country: str) -> dict[str, str]:
    """Folded name -> code: English ones, those in the languages of ``country``, and what people say."""
    names: dict[str, str] = {}
    for language in (*_spoken(country)[:3], "en"):
        territories = _territories(language)
        names |= {
            fold(name): code for code, name in territories.items() if code in known_countries()
        }
    return ALSO | names


def _territories(language: str) -> dict[str, str]:
    try:
        return dict(Locale.parse(language).territories)
    except (ValueError, UnknownLocaleError):  # Unicode has no tables in this language
        return {}


@lru_cache
def _languages() -> dict[str, str]:
    """Code -> English name."""
    return dict(Locale("en").languages)


@lru_cache
def _by_name() -> dict[str, str]:
    """Folded English name -> code."""
    return {fold(name): code.replace("_", "-") for code, name in _languages().items()}


@lru_cache
def _by_own_name(country: str) -> dict[str, str]:
    """The same for the languages of one country by their own names; all of them would take seconds to load."""
    names = {code: _own_name(code) for code in _spoken(country)}
    return {fold(name): code.replace("_", "-") for code, name in names.items() if name}


@lru_cache
def _spoken(country: str) -> list[str]:
    """The codes of a country's languages, most spoken first."""
    spoken = get_territory_language_info(country)
    codes = sorted(spoken, key=lambda code: -float(spoken[code]["population_percent"] or 0))
    return [code for code in codes if code in _languages()]


def _own_name(code: str) -> str:
    try:
        return Locale.parse(code).languages.get(code, "")
    except (ValueError, UnknownLocaleError):  # Unicode has no tables in this language
        return ""
