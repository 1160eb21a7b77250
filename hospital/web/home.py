"""The home page: where each role starts."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from hospital.kit import menu
from hospital.kit.web.pages import page


@page("hospital.home.read")
def home(request: HttpRequest) -> HttpResponse:
    """The panels this person's role starts from."""
    actor = request.actor  # type: ignore[attr-defined]
    loaded = [(panel.template, panel.load(actor)) for panel in menu.panels_for(actor)]
    panels = [(template, shown) for template, shown in loaded if shown is not None]
    return render(request, "hospital/home/home.html", {"panels": panels})
