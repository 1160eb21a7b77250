"""Where the API shows each resource."""

from uuid import UUID

from hospital.kit.errors import Link

ROOT = "/api/v1"

_places: dict[str, str] = {}


def place(resource: str, path: str) -> None:
    """Say that records of `resource` are shown under /api/v1/`path`."""
    _places[resource] = path


def address(resource: str, pk: UUID) -> str:
    """The path of one record."""
    return f"{ROOT}/{_places[resource]}/{pk}"


def href(link: Link) -> str | None:
    """The path of the record a refusal names; None when the API does not show such records, or not to this caller."""
    is_shown = link.may_read and link.resource in _places
    return address(link.resource, link.id) if is_shown else None
