"""Pages of estimates: writing one down by one press, and the sheet that a patient takes home."""

import datetime as dt
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext_lazy as _

from billing.models import Estimate
from billing.services import costs
from hospital.kit import audit, clock, phones, policy
from hospital.kit.actors import Actor
from hospital.kit.errors import NotVisible
from hospital.kit.money import spoken
from hospital.kit.web import histories
from hospital.kit.web.pages import page
from hospital.web.texts import day_text
from records.models import Treatment
from records.web import stay_acts
from records.web.patient_rows import born

from . import cost_rows


@page("billing.estimate.read")
def detail(request: HttpRequest, pk: UUID) -> HttpResponse:
    """What the patient was told, to be printed: whose it is, the lines and the total."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    estimate = _one(actor, pk)
    audit.looked(
        actor, "billing.estimate.read", object_id=pk, patient_ids=[estimate.treatment.patient_id]
    )
    return render(request, "billing/estimates/detail.html", _context(actor, estimate))


@page("billing.estimate.create", methods="GET POST")
def create(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Write down what the treatment ``pk`` would cost now."""
    to_treatment = reverse("records:treatment-detail", args=[pk])
    actor: Actor = request.actor  # type: ignore[attr-defined]
    _treatment(actor, pk)
    if request.method != "POST":  # come back to by signing in again
        return redirect(to_treatment)
    return stay_acts.press(
        request, done=_("Written down."),
        to=lambda made: reverse("billing:estimate-detail", args=[made]) if made else to_treatment,
        act=lambda: costs.estimate(actor, treatment=_treatment(actor, pk)),
    )  # fmt: skip


def _treatment(actor: Actor, pk: UUID) -> Treatment:
    """The treatment with its hospital. NotVisible, or Denied for who may not write an estimate."""
    rows: Any = Treatment.objects.visible_to(actor).live()
    found: Treatment | None = rows.filter(pk=pk).select_related("hospital").first()
    if found is None:
        raise NotVisible
    policy.require(actor, "billing.estimate.create", found)
    return found


def _one(actor: Actor, pk: UUID) -> Estimate:
    rows = Estimate.objects.visible_to(actor).filter(pk=pk)
    found: Estimate | None = rows.select_related("hospital", "treatment__patient").first()
    if found is None:
        raise NotVisible
    return found


def _context(actor: Actor, estimate: Estimate) -> dict[str, Any]:
    treatment, patient = estimate.treatment, estimate.treatment.patient
    may_open = policy.allows(actor, "records.treatment.read", treatment)
    return {
        "hospital": estimate.hospital,
        "phone": phones.spaced(estimate.hospital.phone),
        "patient": patient,
        "born": born(patient),
        "when": _on_paper(estimate.created_at),
        "day": day_text(estimate.priced_on),
        "who": histories.names_of([estimate.made_by]).get(estimate.made_by, "") if estimate.made_by else "",
        "lines": cost_rows.lines(estimate.lines.all(), estimate.currency),  # type: ignore[attr-defined]
        "total": spoken(estimate.total, estimate.currency),
        "treatment_url": reverse("records:treatment-detail", args=[treatment.pk]) if may_open else "",
        "printed_at": _on_paper(clock.now()),
    }  # fmt: skip


def _on_paper(moment: dt.datetime) -> str:
    """A moment as it can be read any day: never "Today"."""
    local = clock.local(moment)
    return f"{day_text(local)} {local:%H:%M}"


def urls() -> list[URLPattern]:
    """The addresses of estimates."""
    return [
        path("estimates/<uuid:pk>/", detail, name="estimate-detail"),
        path("treatments/<uuid:pk>/estimate/", create, name="estimate-create"),
    ]
