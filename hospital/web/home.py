"""The home page: where each role starts."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from hospital.kit import clock, menu
from hospital.kit.web.pages import page


@page("hospital.home.read")
def home(request: HttpRequest) -> HttpResponse:
    """The panels this person's role starts from."""
    actor = request.actor  # type: ignore[attr-defined]
    panels = []
    for panel in menu.panels_for(actor):
        context = panel.load(request if panel.of_request else actor)
        if context is not None:
            panels.append(render_to_string(panel.template, context, request))
        if context and context.get("is_whole"):
            break
    now = timezone.localtime(clock.now())
    told = {"panels": panels, "greeting": greeting(now.hour), "now": now}
    return render(request, "hospital/home/home.html", told)


def greeting(hour: int) -> str | Promise:
    """The words for this hour of the hospital's day; nights count as evenings."""
    if 5 <= hour < 12:
        return _("Good morning")
    return _("Good afternoon") if 12 <= hour < 18 else _("Good evening")
