"""Keeping what is typed while it is typed, and throwing it away."""

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import Resolver404, resolve

from hospital.kit import drafts, policy
from hospital.kit.errors import NotVisible
from hospital.kit.web import begun, submitting
from hospital.kit.web.pages import page


@page("hospital.account.update", methods="POST")
def keep(request: HttpRequest, at: str) -> HttpResponse:
    """Keep what stands in the form of the page ``/<at>``; what is secret is left out."""
    actor = request.actor  # type: ignore[attr-defined]
    if submitting.is_sent(actor, request.POST):
        return HttpResponse(status=204)  # it was on its way while the form was saved
    sent = submitting.pairs(request.POST, without=submitting.NOT_CONTENT)
    typed = [(name, value) for name, value in sent if "password" not in name]
    try:
        drafts.keep(actor, _form_page(request, at), typed)
    except ValidationError:
        return HttpResponse(status=413)
    return HttpResponse(status=204)


@page("hospital.account.update", methods="POST")
def discard(request: HttpRequest, at: str) -> HttpResponse:
    """Throw it away and begin again."""
    address = _form_page(request, at)
    drafts.forget(request.actor, address)  # type: ignore[attr-defined]
    return redirect(address)


def _form_page(request: HttpRequest, at: str) -> str:
    """The address of a page this person may open. NotVisible for anything else."""
    try:
        permission = getattr(resolve(f"/{at}").func, "permission", "")
    except Resolver404:
        raise NotVisible from None
    if not permission or not policy.allows(request.actor, permission):  # type: ignore[attr-defined]
        raise NotVisible
    return begun.address(request, f"/{at}")
