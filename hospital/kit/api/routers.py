"""Addresses of resources: with or without a slash at the end, and known by resource for links."""

from typing import Any

from rest_framework.routers import SimpleRouter

from . import links


class Router(SimpleRouter):
    """DRF's simple router with the final slash optional."""

    def __init__(self) -> None:
        super().__init__()
        self.trailing_slash = "/?"

    def add(self, path: str, viewset: Any, *also: str) -> None:
        """Show a viewset under `path`, and under the other names integrators may expect."""
        links.place(viewset.serializer_class.Meta.model.resource, path)
        for name in (path, *also):
            self.register(name, viewset, basename=name)
