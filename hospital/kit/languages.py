"""Which of the languages that pages are translated into a hospital is shown."""

from django.conf import settings
from django.utils import translation


def spoken(language: str) -> str:
    """The language of the pages at a hospital of this language: its own where they are translated, else ours."""
    try:
        return translation.get_supported_language_variant(language)
    except LookupError:
        return settings.LANGUAGE_CODE
