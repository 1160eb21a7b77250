"""A form that somebody began and did not send is shown as they left it."""

from typing import Any
from uuid import UUID

from django.forms import BaseForm
from django.forms.utils import ErrorDict
from django.http import HttpRequest, QueryDict

from hospital.kit import drafts


def address(request: HttpRequest, page: str) -> str:
    """Where the draft of a form on this page is kept: one opened from a search has a draft of its own."""
    search = search_of(request)
    return f"{page}?search={search}" if search else page


def search_of(request: HttpRequest) -> UUID | None:
    """The kept search that the form was opened from, as its address or the form itself tells."""
    try:
        return UUID(request.POST.get("search") or request.GET.get("search", ""))
    except ValueError:
        return None


def typed(request: HttpRequest) -> QueryDict | None:
    """What this person typed on this page and has not saved, as a form sends it; None on any other request.

    The page then tells so: ``request.draft`` is set for ``components/draft.html``.
    """
    if request.method not in {"GET", "HEAD"}:
        return None
    draft = drafts.of(request.actor, address(request, request.path))  # type: ignore[attr-defined]
    request.draft = draft  # type: ignore[attr-defined]
    if draft is None:
        return None
    sent = QueryDict(mutable=True)
    for name, value in draft.typed:
        sent.appendlist(name, value)
    return sent


def unchecked(form: BaseForm) -> Any:
    """A form that shows what was typed, and says nothing about it before it is sent."""
    data: Any = form.data
    for name, field in form.fields.items():
        shown_before = form.add_initial_prefix(name)
        if field.show_hidden_initial and shown_before not in data:
            data.setlist(shown_before, [])  # an empty list sends nothing
    form._errors, form.cleaned_data = ErrorDict(), {}  # type: ignore[attr-defined]
    return form
