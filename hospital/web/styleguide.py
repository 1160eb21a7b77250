"""The style guide: every component in every state, for those who build pages."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from hospital.kit.web.pages import page
from hospital.web import styleguide_samples


@page("hospital.styleguide.read")
def styleguide(request: HttpRequest) -> HttpResponse:
    """All components, with made-up people, in four parts."""
    part = request.GET.get("part", "")
    return render(request, "styleguide/index.html", styleguide_samples.context(part))
