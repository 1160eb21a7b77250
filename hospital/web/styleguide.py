"""The style guide: every component in every state, for those who build pages."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def styleguide(request: HttpRequest) -> HttpResponse:
    """Show all components; staff only, by the URL's policy."""
    return render(request, "styleguide/index.html", {})
