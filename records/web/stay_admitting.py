"""Taking a patient in: finding whom, the form of a new stay, and the bed of a planned one."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from hospital.kit import audit, policy
from hospital.kit.actors import Actor
from hospital.kit.errors import RuleError
from hospital.kit.web.forms import answer
from hospital.kit.web.pages import page
from hospital.models import Bed
from records.models import InPatient, Patient
from records.services import charts, inpatients

from . import appointment_rows, patient_rows, stay_acts, stay_places
from . import stay_rows as shown
from .appointment_booking import matching
from .stay_forms import AdmitForm, PlaceForm


@page("records.inpatient.create", methods="GET POST")
def find(request: HttpRequest) -> HttpResponse:
    """Whom to take in; the words typed are never in an address. A bed that was chosen goes along."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    words = request.POST.get("who", "").strip()
    found = matching(actor, words) if words else []
    if found:
        audit.looked(actor, "records.patient.list", patient_ids=[row.pk for row in found])
    bed = _bed(actor, request)
    rows = [
        {**row, "admit_url": _address(row["id"], bed)} for row in patient_rows.rows(actor, found)
    ]
    return render(
        request, "records/inpatients/find.html",
        {"who": words, "matches": rows, "bed": bed, "where": _words(bed)},
    )  # fmt: skip


@page("records.inpatient.create", methods="GET POST")
def admit(request: HttpRequest, patient_id: UUID) -> HttpResponse:
    """The form of a new stay: taken in now (or entered late), or planned."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    patient = charts.one(actor, patient_id)
    policy.require(actor, "records.patient.read", patient)
    if patient.here_retired_at is not None:
        raise RuleError("retired")
    data = request.POST if request.method == "POST" else None
    bed = _bed(actor, request)
    form = AdmitForm(
        data, actor=actor, server={"hospital_id": actor.hospital_id, "patient": patient},
        initial={"place": stay_places.value_of(bed)} if bed else {},
    )  # fmt: skip
    shown.look(actor, [patient], detail="admit")
    context: dict[str, Any] = {
        **appointment_rows.around(actor, patient), "patient": patient,
        "open_stay": _open_stay(actor, patient), "back_url": shown.of_patient(patient.pk),
        # Asked by the page when it is drawn: only a refused form has a conflict.
        "told": lambda: stay_acts.standing(actor, form),
    }  # fmt: skip
    return answer(
        request, form, template="records/inpatients/admit.html", context=context,
        act=lambda: _enter(request, actor, form), to=shown.to_stay,
    )  # fmt: skip


@page("records.inpatient.admit", methods="GET POST")
def admit_planned(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Who was expected has come: a bed, or a ward to wait in."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    stay = shown.one(actor, pk, "admit")
    data = request.POST if request.method == "POST" else None
    kept = stay.periods.live().filter(kind="reserved", bed__isnull=False).first()
    initial = {"version": stay.version, "place": f"bed:{kept.bed_id}" if kept else ""}
    form = PlaceForm(data, actor=actor, stay=stay, initial=initial)
    shown.look(actor, [stay.patient_id], object_id=pk, detail="admit")
    if data is None:
        refuse_unless(stay, "admit")

    def act() -> InPatient:
        return inpatients.admit_planned(
            actor, stay=shown.one(actor, pk, "admit"), expected_version=form.expected_version,
            **form.where,
        )  # fmt: skip

    return stay_acts.run(
        request, form, template="records/inpatients/place.html", act=act,
        to=lambda _pk: shown.to_stay(pk), done=_("Admitted."),
        context={**stay_acts.around(actor, stay), "heading": _("Admit"), "button_words": _("Admit")},
    )  # fmt: skip


def refuse_unless(stay: InPatient, word: str) -> None:
    """RuleError when a page of an act is opened that makes no sense any more."""
    if stay.is_retired:
        raise RuleError("retired")
    if stay.status not in shown.OPEN_IN[word]:
        raise RuleError("stay_step", status=stay.get_status_display())


def _enter(request: HttpRequest, actor: Actor, form: AdmitForm) -> InPatient:
    if form.is_plan:
        made = inpatients.plan(actor, stay=form.record())
        messages.success(request, gettext("Planned."))
        return made
    made = inpatients.admit(actor, stay=form.record(), **form.where)
    messages.success(request, gettext("Admitted."))
    return made


def _open_stay(actor: Actor, patient: Patient) -> dict[str, Any] | None:
    """The stay the patient has already."""
    rows = InPatient.objects.visible_to(actor).live().under_way().filter(patient=patient.pk)
    stay = shown.told(rows).first()
    return shown.line(stay, shown.place_of(stay)) if stay else None


def _bed(actor: Actor, request: HttpRequest) -> Bed | None:
    """The bed that was chosen on the board."""
    try:
        chosen = UUID(request.POST.get("bed") or request.GET.get("bed", ""))
    except ValueError:
        return None
    rows = Bed.objects.visible_to(actor, "list").live().select_related("ward")
    found: Bed | None = rows.filter(pk=chosen).first()
    return found


def _address(patient_id: UUID, bed: Bed | None) -> str:
    url = reverse("records:inpatient-create", args=[patient_id])
    return f"{url}?bed={bed.pk}" if bed else url


def _words(bed: Bed | None) -> str:
    return f"{bed.ward}, {bed}" if bed else ""
