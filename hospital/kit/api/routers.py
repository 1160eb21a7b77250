"""Addresses of resources: with or without a slash at the end, and known by resource for links."""

from rest_framework.routers import SimpleRouter

from hospital.kit import topics

from . import links
from .viewsets import ReadViewSet


class Router(SimpleRouter):
    """DRF's simple router with the final slash optional: of all viewsets of a package that name a topic."""

    def __init__(self, package: str) -> None:
        super().__init__()
        self.trailing_slash = "/?"
        # What lies below another's address comes first: it is none of that one's records.
        found = topics.declared(package, ReadViewSet)
        for viewset in sorted(found, key=lambda each: -each.topic.count("/")):
            links.place(viewset.model.resource, viewset.topic)
            for name in (viewset.topic, *viewset.also):
                self.register(name, viewset, basename=name)
