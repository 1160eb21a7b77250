"""Where a record is shown."""

from django.urls import NoReverseMatch, reverse

from hospital.kit.errors import Link


def url_of(link: Link) -> str:
    """The address of the record's page, by the names all pages follow; "" when it has none."""
    try:
        return reverse(f"{link.resource.replace('.', ':')}-detail", args=[link.id])
    except NoReverseMatch:
        return ""
