"""The one search of every page."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext

from hospital.kit import audit
from hospital.kit.actors import Actor
from hospital.kit.acts import in_transaction
from hospital.kit.search import Finder, Hit, finders_for
from hospital.kit.web.pages import page
from hospital.services import searches

SUGGESTED = 8
RECENT = 10
SHORTEST = 2


@page("hospital.search.read", methods="POST")
def search(request: HttpRequest) -> HttpResponse:
    """Go straight to what was typed exactly, else to the page of everything it may mean.

    To htmx it answers with suggestions. What was typed never stands in a URL: it is kept on the
    server, under an id.
    """
    actor: Actor = request.actor  # type: ignore[attr-defined]
    text = request.POST.get("q", "").strip()[:200]
    finders = finders_for(actor)
    if getattr(request, "htmx", None):
        return _suggestions(request, actor, finders, text)
    if not text or not finders:
        return redirect("hospital:home")
    found = {finder.name: finder.find(actor, text, 2) for finder in finders}
    exact = [hit for hits in found.values() for hit in hits if hit.is_exact]
    if len(exact) == 1:
        return redirect(exact[0].url)
    search_id = in_transaction(lambda: searches.keep(actor, text))
    chosen = next((finder for finder in finders if found[finder.name]), finders[0])
    return redirect(chosen.results(search_id))


def _suggestions(
    request: HttpRequest, actor: Actor, finders: list[Finder], text: str
) -> HttpResponse:
    """At most eight hits while typing, what was opened last before it; every look is booked."""
    # One letter is hardly a beginning; one sign may be a whole name.
    if 0 < len(text) < SHORTEST and (text.isascii() or text.upper() != text.lower()):
        return HttpResponse()
    label = ""
    hits: list[Hit] = []
    for finder in finders:
        found = finder.find(actor, text, SUGGESTED) if text else finder.recent(actor, RECENT)
        if found and not hits:
            label, hits = str(finder.label if text else finder.recent_label), found
            _book(actor, finder, found)
    if not text and not hits:
        return HttpResponse()
    shown = {
        "items": hits,
        "label": label or gettext("No match"),
        "text": gettext("Enter shows all results") if text and hits else "",
    }
    return render(request, "components/suggestions.html", shown)


def _book(actor: Actor, finder: Finder, hits: list[Hit]) -> None:
    patients = [hit.patient_id for hit in hits if hit.patient_id]
    if patients:
        audit.looked(actor, finder.permission, patient_ids=patients)
