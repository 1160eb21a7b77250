"""Keeping the filters and the order of a list under a name, and forgetting them."""

from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext

from hospital.kit import exports, policy
from hospital.kit.actors import Actor
from hospital.kit.errors import NotVisible, Refusal
from hospital.kit.web.pages import page
from hospital.kit.web.submitting import once, sent_before
from hospital.models import SavedFilter
from hospital.services import saved_filters


class NameForm(forms.Form):
    name = forms.CharField(max_length=40)


@page("hospital.savedfilter.create", methods="POST")
def create(request: HttpRequest) -> HttpResponse:
    """Save how a list is shown now, and show it so."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    source = exports.find(request.POST.get("list", ""))
    if source is None:
        raise Refusal("invalid_choice")
    policy.require(actor, f"{source.resource}.list")
    asked = source.table(actor, QueryDict(request.POST.get("query", ""))).asked
    form = NameForm(request.POST)
    if not form.is_valid():
        messages.error(request, gettext("Give it a name of up to 40 letters."))
    elif asked:
        name = form.cleaned_data["name"]
        once(request, lambda: saved_filters.save(actor, source=source.name, name=name, asked=asked))
    return redirect(_list(source.name, urlencode(asked)))


@page("hospital.savedfilter.retire", methods="POST")
def retire(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Forget a saved filter; the list itself stays as it is shown."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    if again := sent_before(request, to=lambda _pk: _list(request.POST.get("list", ""))):
        return again
    rows = SavedFilter.objects.filter(policy.scope_q(actor, "hospital.savedfilter.retire"))
    row = rows.filter(pk=pk).first()
    if row is None:
        raise NotVisible
    once(request, lambda: saved_filters.remove(actor, row=row))
    return redirect(_list(row.list, row.query))


def _list(name: str, query: str = "") -> str:
    source = exports.find(name)
    return f"{reverse(source.url_name)}?{query}" if source else reverse("hospital:home")
