"""No address without a permission: the server refuses to start on a view that nobody declared."""

from collections.abc import Iterable, Iterator
from typing import Any

from django.conf import settings
from django.core import checks
from django.urls import URLPattern, URLResolver, get_resolver

from . import policy


@checks.register(checks.Tags.security)
def every_address_is_declared(app_configs: Any = None, **options: Any) -> list[checks.Error]:
    """A page says its permission, an API view too or by its resource; all of them are in the policy.

    ``settings.ADDRESSES_OF_OTHERS`` lists the beginnings of addresses that answer for themselves,
    each with why; an address of ours never stands under one of them by accident, because what is
    below is allauth's, the admin's or public.
    """
    found = []
    for address, view in addresses(get_resolver().url_patterns):
        if any(address.startswith(prefix) for prefix in settings.ADDRESSES_OF_OTHERS):
            continue
        wanted = permissions_of(view)
        unknown = [name for name in wanted if not policy.is_declared(name)]
        if not wanted or unknown:
            what = (
                f"asks for {', '.join(unknown)}, which no rule knows"
                if unknown
                else "asks for no permission"
            )
            found.append(checks.Error(f"The view of {address!r} {what}.", id="kit.E010"))
    return found


def addresses(
    patterns: Iterable[URLPattern | URLResolver], before: str = ""
) -> Iterator[tuple[str, Any]]:
    """Every address pattern with its view, without the marks of regular expressions at its beginning."""
    for pattern in patterns:
        address = before + str(pattern.pattern).removeprefix("^")
        if isinstance(pattern, URLResolver):
            yield from addresses(pattern.url_patterns, address)
        else:
            yield address, pattern.callback


def permissions_of(view: Any) -> list[str]:
    """The permissions a view may ask for: its own, or of a viewset one for each of its actions."""
    owner = getattr(view, "cls", None)
    named = getattr(view, "permission", "")
    if owner is None or named:
        return [named] if named else []
    named = getattr(view, "initkwargs", {}).get("permission") or owner.permission
    if named:
        return [named]
    resource = owner.serializer_class.Meta.model.resource
    actions = getattr(view, "actions", {}).values()
    return sorted({f"{resource}.{owner.actions_of_policy.get(name, name)}" for name in actions})
