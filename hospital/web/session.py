"""Which hospital a person works for right now, and the lock over the page."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme

from hospital.kit import audit
from hospital.kit.acts import in_transaction
from hospital.kit.errors import NotVisible
from hospital.kit.web.pages import page

from . import locking


@page("hospital.account.update", methods="POST")
def switch(request: HttpRequest) -> HttpResponse:
    """Work for another of one's hospitals from here on; NotVisible for any other.

    Sent twice it changes nothing the second time, so it needs no one-time token.
    """
    actor = request.actor  # type: ignore[attr-defined]
    wanted = request.POST.get("hospital", "")
    known = {str(place.id or ""): place for place in request.workplaces}  # type: ignore[attr-defined]
    if wanted not in known:
        raise NotVisible
    place = known[wanted]
    if place.id != actor.hospital_id:
        in_transaction(
            lambda: audit.happened(
                actor, "hospital.account.switch", resource="hospital.hospital", object_id=place.id
            )
        )
        request.session["hospital_id"] = wanted
    return redirect("hospital:home")


@page("hospital.account.update", methods="POST")
def lock(request: HttpRequest) -> HttpResponse:
    """Lock the session before leaving the desk; the page one came from waits behind the lock."""
    locking.lock(request, "by hand")
    return _back(request, request.META.get("HTTP_REFERER", ""))


@page("hospital.account.read", methods="POST")
def unlock(request: HttpRequest) -> HttpResponse:
    """Go on. The lock itself let the password through (``locking.challenge``) before this is reached."""
    if request.POST.get("lies_over"):
        return HttpResponse(status=204)
    return _back(request, request.POST.get("next", ""))


@page("hospital.account.update", methods="POST")
def seen(request: HttpRequest) -> HttpResponse:
    """A hand is on the page, though nothing is sent: noted like every request of a person."""
    return HttpResponse(status=204)


@page("hospital.account.read", watches=True)
def left(request: HttpRequest) -> HttpResponse:
    """How many seconds the session stays open when nobody touches it. Asking does not lengthen them."""
    return HttpResponse(locking.left(request), content_type="text/plain")


def _back(request: HttpRequest, url: str) -> HttpResponse:
    is_ours = url_has_allowed_host_and_scheme(url, request.get_host(), request.is_secure())
    return redirect(url if is_ours else reverse("hospital:home"))
