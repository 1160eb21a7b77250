"""Where a record is shown."""

from django.conf import settings
from django.urls import NoReverseMatch, reverse

from hospital.kit.errors import Link


def url_of(link: Link) -> str:
    """The address of the record's page, by the names all pages follow; "" when it has none to go to."""
    if not link.may_read:
        return ""
    try:
        return reverse(f"{link.resource.replace('.', ':')}-detail", args=[link.id])
    except NoReverseMatch:
        return ""


def absolute(path: str, *, here: str) -> str:
    """The whole address of a path, to be handed over; in a demo at the address that was asked, ``here``,
    whatever its port."""
    base = here if settings.IS_DEMO else settings.BASE_URL
    return f"{base.rstrip('/')}{path}"
