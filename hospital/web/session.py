"""Which hospital a person works for right now."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from hospital.kit import audit
from hospital.kit.acts import in_transaction
from hospital.kit.errors import NotVisible
from hospital.kit.web.pages import page


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
