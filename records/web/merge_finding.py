"""Finding the other chart of a merge, by words that are in no address."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode

from hospital.kit import audit
from hospital.kit.actors import Actor
from hospital.kit.acts import in_transaction
from hospital.kit.errors import NotVisible
from hospital.kit.web import begun
from hospital.services import searches
from records.models import Patient

from . import patient_rows
from .appointment_booking import matching
from .patients import around


def find(request: HttpRequest, actor: Actor, survivor: Patient) -> HttpResponse:
    """What a kept search finds among the other charts; what was typed is kept first."""
    if request.method == "POST":
        # Kept under an id that says nothing, so that Back comes to what was found.
        return redirect(_found_at(actor, survivor, request.POST.get("who", "").strip()))
    words = _searched(actor, begun.search_of(request))
    found = [row for row in matching(actor, words) if row.pk != survivor.pk] if words else []
    audit.looked(
        actor, "records.patient.list", patient_ids=[survivor.pk, *(row.pk for row in found)],
        detail="merge",
    )  # fmt: skip
    rows = patient_rows.rows(actor, found)
    matches = [{**row, "merge_url": address(survivor, row["id"])} for row in rows]
    context = {**around(actor, survivor, "merge"), "who": words, "matches": matches}
    return render(request, "records/merges/find.html", context)


def address(survivor: Patient, other: Any, *, pair: UUID | None = None) -> str:
    """Where it is proposed that the other chart goes into this one."""
    url = reverse("records:merge-create", args=[survivor.pk])
    asked = {"with": getattr(other, "pk", other), **({"pair": pair} if pair else {})}
    return f"{url}?{urlencode(asked)}"


def _found_at(actor: Actor, survivor: Patient, words: str) -> str:
    url = reverse("records:merge-create", args=[survivor.pk])
    if not words:
        return url
    return f"{url}?search={in_transaction(lambda: searches.keep(actor, words))}"


def _searched(actor: Actor, search_id: UUID | None) -> str:
    """The words of a kept search; "" when there is none, or none any more."""
    try:
        return searches.kept(actor, search_id) if search_id else ""
    except NotVisible:
        return ""
