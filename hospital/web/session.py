"""Which hospital a person works for right now."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from hospital.kit import audit
from hospital.kit.errors import NotVisible
from hospital.kit.web.pages import page


@page("hospital.account.update", methods="POST")
def switch(request: HttpRequest) -> HttpResponse:
    """Work for another of one's hospitals from here on; NotVisible for any other."""
    wanted = request.POST.get("hospital", "")
    known = {str(place.id or ""): place for place in request.workplaces}  # type: ignore[attr-defined]
    if wanted not in known:
        raise NotVisible
    request.session["hospital_id"] = wanted
    audit.happened(request.actor, "hospital.account.switch", detail="")  # type: ignore[attr-defined]
    return redirect("hospital:home")
