"""Languages and countries as people name them."""

from functools import lru_cache
from typing import Any

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
# Codes of Unicode's tables that are no country: an unknown place, tests, unions.
NO_COUNTRY = {"EU", "EZ", "QO", "UN", "XA", "XB", "ZZ"}


def country_name(code: str) -> str:
    """The country's English name; a code nobody knows as it is."""
    return known_countries().get(code, code)


def language_name(code: str) -> str:
    """The language's English name; a code nobody knows as it is."""
    return _languages().get(code.replace("-", "_"), code)


def language_code(text: str) -> str:
    """The code of a language given by its name ("Turkish", "Türkçe") or its code; "" when there is none."""
    text = text.strip()
    name = fold(text)
    known = _by_name().get(name) or _by_own_name(phones.region() or "").get(name)
    if known:
        return known
    looks_like_code = text.replace("-", "").isalnum() and text.partition("-")[0].isascii()
    is_code = looks_like_code and text.partition("-")[0].lower() in _languages()
    return text if is_code and len(text) <= LONGEST_CODE else ""


def spoken_here() -> list[str]:
    """Names of the languages most spoken in the country of the active hospital."""
    return [language_name(code) for code in _spoken(phones.region() or "")[:OFFERED]]


class LanguageInput(forms.TextInput):
    """A language by its name; the country's own are suggested."""

    def format_value(self, value: Any) -> str:
        return language_name(value) if value else ""

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        names = f"id_{name}_names"
        shown = super().render(name, value, {**(attrs or {}), "list": names}, renderer)
        offered = format_html_join(
            "", '<option value="{}"></option>', ((one,) for one in spoken_here())
        )
        return format_html('{}<datalist id="{}">{}</datalist>', shown, names, offered)


class LanguageField(forms.CharField):
    """Turns a language's name into its code; ``language_invalid`` when nothing is called so."""

    widget = LanguageInput

    def __init__(self, *, max_length: int | None = None, **options: Any):
        super().__init__(**options)

    def to_python(self, value: Any) -> str:
        text = super().to_python(value)
        if not text:
            return ""
        code = language_code(text)
        if not code:
            raise ValidationError(sentence("language_invalid"), "language_invalid")
        return code


class CountryField(forms.ChoiceField):
    """A pick-list of countries by name. Whether the code is one, the model says."""

    def __init__(self, *, max_length: int | None = None, **options: Any):
        super().__init__(choices=_countries, **options)

    def valid_value(self, value: Any) -> bool:
        return True


def _countries() -> list[tuple[str, str]]:
    named = {code: name for code, name in known_countries().items() if code not in NO_COUNTRY}
    return [("", ""), *sorted(named.items(), key=lambda entry: fold(entry[1]))]


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
    codes = sorted(spoken, key=lambda code: -(spoken[code]["population_percent"] or 0))
    return [code for code in codes if code in _languages()]


def _own_name(code: str) -> str:
    try:
        return Locale.parse(code).languages.get(code, "")
    except (ValueError, UnknownLocaleError):  # Unicode has no tables in this language
        return ""
